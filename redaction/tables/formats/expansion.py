"""Refuses row groups of Parquet that take far more memory than their file, before they take it.

A dictionary stores a value once, and the delta encoding stores a common beginning once, so that some kilobytes may
decode to gigabytes. What a row group takes decoded is computed from its dictionary and the numbers that refer to it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from redaction.storage import StoragePath, open_parquet
from redaction.tables.errors import TablesError
from redaction.tables.formats.content import BATCH_ROWS
from redaction.tables.formats.pages import check_pages
from redaction.tables.settings import FileLimits

_MEGABYTE: Final = 1 << 20
_BATCH: Final = "max_batch_mb"
_PREFIXED: Final = "DELTA_BYTE_ARRAY"
_SLICE: Final = 64
"""Rows of a column with common beginnings that are decoded at a time: no other way shows what they take."""
_ELEMENT: Final = 8
"""Bytes that an element of a list takes at least, beside its value."""


class ExpansionError(TablesError):
    """A row group beyond a limit. `option` is the name of the limit in the config."""

    def __init__(self, problem: str, option: str) -> None:
        """Make the message."""
        super().__init__(f"{problem}; write smaller row groups, or raise limits.{option}")
        self.problem = problem
        self.option = option


def check_expansion(
    path: StoragePath, file: pq.ParquetFile, group: int, columns: Sequence[str], limits: FileLimits
) -> None:
    """Refuse a row group whose columns take more memory than the limits.

    Args:
        path: The file.
        file: The open file.
        group: The number of the row group.
        columns: The columns that are to be read; a struct or a list with all that is in it.
        limits: The limits of the table.

    Raises:
        ExpansionError: The columns take more than `max_row_group_mb` by the footer, or the texts of one batch of rows
            more than `max_batch_mb`.
        ArrowInvalid: The pages of a column are larger than the footer says.
    """
    metadata, most = file.metadata.row_group(group), limits.max_batch_mb * _MEGABYTE
    chunks = [metadata.column(number) for number in range(metadata.num_columns)]
    read = [chunk for chunk in chunks if _is_in(chunk.path_in_schema, columns)]
    size = sum(chunk.total_uncompressed_size for chunk in read)
    if size > limits.max_row_group_mb * _MEGABYTE:
        raise ExpansionError(
            f"row group {group} has {size // _MEGABYTE:,} MB without compression, allowed are "
            f"{limits.max_row_group_mb:,}",
            "max_row_group_mb",
        )
    if isinstance(path, Path):
        check_pages(path, read)
    for chunk in read:
        if chunk.num_values > metadata.num_rows and chunk.num_values * _ELEMENT > most:
            raise ExpansionError(_problem(group, chunk.path_in_schema, limits), _BATCH)
    suspects = [chunk for chunk in read if _may_expand(chunk, metadata.num_rows, most)]
    prefixed = {chunk.path_in_schema for chunk in suspects if _PREFIXED in chunk.encodings}
    dictionaries = {chunk.path_in_schema: chunk for chunk in suspects if chunk.path_in_schema not in prefixed}
    if dictionaries:
        with open_parquet(path, dictionaries=list(dictionaries)) as coded:
            for name in _with_long_values(coded, group, dictionaries, metadata.num_rows, most):
                _check_batches(_decoded_sizes(coded, group, name), group, name, limits)
    for name in prefixed:
        sizes = (batch.nbytes for batch in file.iter_batches(_SLICE, [group], columns=[name], use_threads=False))
        _check_batches(_joined(sizes, BATCH_ROWS // _SLICE), group, name, limits)


def _is_in(path: str, columns: Sequence[str]) -> bool:
    return any(path == column or path.startswith(f"{column}.") for column in columns)


def _values_at_once(chunk: pq.ColumnChunkMetaData, rows: int) -> int:
    """Return the most values of a column in one batch; of lists, all."""
    return int(chunk.num_values if chunk.num_values > rows else min(rows, BATCH_ROWS))


def _may_expand(chunk: pq.ColumnChunkMetaData, rows: int, most: int) -> bool:
    """Whether a batch of texts would be too large if each were as long as all that is stored of the column."""
    is_text = chunk.physical_type == "BYTE_ARRAY"
    return bool(is_text and _values_at_once(chunk, rows) * chunk.total_uncompressed_size > most)


def _with_long_values(
    coded: pq.ParquetFile, group: int, chunks: dict[str, pq.ColumnChunkMetaData], rows: int, most: int
) -> Iterator[str]:
    """Yield the columns of which a batch would be too large if each text were as long as the longest."""
    for batch in coded.iter_batches(1, [group], columns=list(chunks), use_threads=False):
        for name, chunk in chunks.items():
            longest = max((pc.max(pc.binary_length(d.dictionary)).as_py() or 0 for d in _leaf(batch, name)), default=0)
            if longest * _values_at_once(chunk, rows) > most:
                yield name
        return


def _decoded_sizes(coded: pq.ParquetFile, group: int, name: str) -> Iterator[int]:
    """Yield what the texts of each batch of rows take, which stay numbers of a dictionary."""
    for batch in coded.iter_batches(BATCH_ROWS, [group], columns=[name], use_threads=False):
        yield sum(
            pc.sum(pc.binary_length(each.dictionary).take(each.indices)).as_py() or 0 for each in _leaf(batch, name)
        )


def _leaf(batch: pa.RecordBatch, name: str) -> Iterator[pa.DictionaryArray]:
    """Yield the dictionaries in a column: its own, or those within lists and structs."""
    waiting: list[pa.Array] = [batch.column(top) for top in batch.schema.names if _is_in(name, [top])]
    while waiting:
        array = waiting.pop()
        if pa.types.is_dictionary(array.type):
            yield array
        elif pa.types.is_struct(array.type):
            waiting += array.flatten()
        elif pa.types.is_map(array.type):
            waiting += [array.keys, array.items]
        elif pa.types.is_nested(array.type):
            waiting.append(array.flatten())


def _joined(sizes: Iterator[int], number: int) -> Iterator[int]:
    """Yield the sum so far, and begin at 0 after each `number`."""
    total = 0
    for position, size in enumerate(sizes):
        total = size if position % number == 0 else total + size
        yield total


def _check_batches(sizes: Iterator[int], group: int, name: str, limits: FileLimits) -> None:
    if any(size > limits.max_batch_mb * _MEGABYTE for size in sizes):
        raise ExpansionError(_problem(group, name, limits), _BATCH)


def _problem(group: int, name: str, limits: FileLimits) -> str:
    column = name.partition(".")[0]
    most = f"{limits.max_batch_mb:,} MB"
    return f"row group {group}: {BATCH_ROWS:,} rows of column {column} take more than {most} in memory"
