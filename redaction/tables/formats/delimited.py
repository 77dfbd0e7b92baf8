"""CSV by RFC 4180, in UTF-8: every column is text, and an empty value without quotes is null.

The delimiter is the first of `,`, tab, `;` and `|` that the header has. A quote may only surround a whole value, and is
doubled within it; a file that breaks this is refused, since a line break in a text would look like the end of a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from redaction.storage import StoragePath, etag
from redaction.tables.errors import TablesError
from redaction.tables.first_row import FIRST_ROW, judge_first_row
from redaction.tables.formats.lines import Block, LinesLayout, UnendingRecordError, blocks

_DELIMITERS: Final = (",", "\t", ";", "|")
_HEAD_BYTES: Final = 1 << 16
_HEAD_ROWS: Final = 50
_QUOTE, _NEWLINE, _RETURN = b'"'[0], b"\n"[0], b"\r"[0]


@dataclass(frozen=True, slots=True)
class CsvLayout(LinesLayout):
    """A CSV file."""

    delimiter: str = _DELIMITERS[0]

    @classmethod
    def of(cls, path: StoragePath, key: str) -> "CsvLayout":
        """Read the file once to find its blocks; within a process only once until it changes.

        Returns:
            The layout.

        Raises:
            TablesError: Quotes that break RFC 4180, or a last value without its closing quote.
        """
        return _layout(path, key, etag(path))

    def parse(self, content: bytes, block: Block, columns: Sequence[str]) -> list[pa.RecordBatch]:
        """Return the rows of a block, with some columns of the schema, as text."""
        batches: list[pa.RecordBatch] = _parse(self, content, block, columns).combine_chunks().to_batches()
        return batches


@lru_cache(maxsize=4096)
def _layout(path: StoragePath, key: str, _etag: str) -> CsvLayout:
    found, rows, layout = list[Block](), 0, CsvLayout(path, key, pa.schema([]), 0, ())
    try:
        for block, content in blocks(path, _whole_rows):
            if not found:
                layout = replace(layout, delimiter=_delimiter(content))
                layout = replace(layout, schema=_schema(layout, content, block))
            found.append(block)
            rows += content.count(b"\n") + 1
    except UnendingRecordError as error:
        raise TablesError(f"{key}: {path.name}: line {error}: a quoted value does not end; correct it") from None
    except _QuoteError:
        raise TablesError(
            f"{key}: {path.name}: a quote within a value is not doubled, or the last value has no closing quote, so "
            "its lines are ambiguous; write it again as RFC 4180 has it, or as Parquet"
        ) from None
    return replace(layout, rows=rows, blocks=tuple(found))


def _schema(layout: CsvLayout, content: bytes, block: Block) -> pa.Schema:
    """Return the columns, and in the metadata whether the first row is like a header."""
    names = _parse(layout, content, block, None).column_names
    schema = pa.schema([pa.field(name, pa.string()) for name in names])
    head = content[: _whole_rows(content[:_HEAD_BYTES], ends=len(content) <= _HEAD_BYTES)]
    found = judge_first_row(names)
    if head and len(set(names)) == len(names):
        rows = _parse(replace(layout, schema=schema), head, replace(block, size=len(head)), names)
        cells = [list(row.values()) for row in rows.slice(0, _HEAD_ROWS).to_pylist()] if _is_text(rows) else []
        found = judge_first_row(names, cells)
    return schema.with_metadata({FIRST_ROW: found.encode()})


def _is_text(rows: pa.Table) -> bool:
    try:
        rows.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class _QuoteError(ValueError):
    """Quotes that break RFC 4180."""


def _delimiter(content: bytes) -> str:
    header = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    return next((each for each in _DELIMITERS if each in header), _DELIMITERS[0])


def _whole_rows(data: bytes, ends: bool) -> int:
    """Return how many bytes are whole rows. Raises _QuoteError where that cannot be known."""
    if b'"' not in data:
        return len(data) if ends else data.rfind(b"\n") + 1
    array = np.frombuffer(data, np.uint8)
    quotes, lines = np.flatnonzero(array == _QUOTE), np.flatnonzero(array == _NEWLINE)
    outside = lines[np.searchsorted(quotes, lines) % 2 == 0]
    if ends and quotes.size % 2:
        raise _QuoteError
    size = len(data) if ends else int(outside[-1]) + 1 if outside.size else 0
    quotes = quotes[quotes < size]
    around = np.frombuffer("".join(_DELIMITERS).encode() + b'\n\r"', np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    first = 3 if data.startswith(b'\xef\xbb\xbf"') else 0
    before, after = opening[opening > first] - 1, closing[closing + 1 < size] + 1
    if not (np.isin(array[before], around).all() and np.isin(array[after], around).all()):
        raise _QuoteError
    return size


def _parse(layout: CsvLayout, content: bytes, block: Block, columns: Sequence[str] | None) -> pa.Table:
    """Parse some columns of whole rows, or with None all of them, for their names alone."""
    wrong: list[csv.InvalidRow] = []

    def note(row: csv.InvalidRow) -> str:
        wrong.append(row)
        return "error"

    wanted = [] if columns is None else list(columns or layout.schema.names[:1])
    try:
        table = csv.read_csv(
            pa.BufferReader(content),
            csv.ReadOptions(
                use_threads=False,
                block_size=len(content) + 1,
                column_names=layout.schema.names if block.start else None,
            ),
            csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=note),
            # What is no UTF-8 is found where the columns are typed, row by row.
            csv.ConvertOptions(
                check_utf8=False,
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        if not wrong:
            raise
        row = wrong[0]
        raise TablesError(
            f"{layout.key}: {layout.path.name}: the row near line {block.first_line + (row.number or 1) - 1} has "
            f"{row.actual_columns} values, the header {row.expected_columns}; correct it"
        ) from None
    return table if columns is None else table.select(list(columns))
