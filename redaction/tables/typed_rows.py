"""Convert the rows of a file to the canonical types."""

import json
from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from redaction.tables.columns import Constant, FileColumn
from redaction.tables.errors import TablesError
from redaction.tables.files import TableFile
from redaction.tables.schemas import ADDRESSES, ENUMERATIONS, ID_COLUMNS, Dtype, Table, TableName
from redaction.tables.settings import DateOrder
from redaction.tables.values.canonical import blank_to_null, canonical_ids, canonical_words, replace_words
from redaction.tables.values.column_types import describe, is_text, plain_type, select_field
from redaction.tables.values.conversion import convert, is_lost, typed_value
from redaction.tables.values.invalid_text import without_invalid_text
from redaction.tables.values.json_lists import parse_json_lists

INVALID = "invalid_column"
"""The canonical column of a row that has invalid text, else null."""

_RECORDS = (TableName.posts, TableName.profiles)
_BLANK_IS_A_VALUE = ("purpose", *ENUMERATIONS)
"""Optional columns of which a blank is not null. A blank purpose is one that no one knows: a null one covers all."""


def plain_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose columns have types that Polars can read; the same batch if they do."""
    types = [(field, plain_type(field.type)) for field in batch.schema]
    if all(field.type == plain for field, plain in types):
        return batch
    columns = [_plain(column, plain) for column, (_, plain) in zip(batch.columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _plain(column: pa.Array, plain: pa.DataType) -> pa.Array:
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_list_view(column.type) or pa.types.is_large_list_view(column.type):
        return pa.array(column.to_pylist(), plain)  # the cast of a view loses its offsets
    return column.cast(plain)


def typed_rows(  # noqa: PLR0913 - a batch, where it comes from, and what is wanted of it
    table: Table,
    file: TableFile,
    columns: Sequence[str],
    batch: pa.RecordBatch,
    *,
    before: int = 0,
    checked: Sequence[str] = (),
) -> pl.DataFrame:
    """Convert a batch.

    Args:
        table: The canonical table.
        file: The file of the batch.
        columns: The canonical columns to return; those that the file lacks are null.
        batch: Rows with the columns `names_in_file`.
        before: How many rows of the file are before the batch, to name a row in an error.
        checked: Further columns of the batch in which invalid text is found.

    Returns:
        The canonical columns, and `INVALID`.

    Raises:
        TablesError: A value that is no time, date or list; a value other than that of the file's path; and invalid
            text in a table whose rows protect.
    """
    rows = _Rows(table, file, batch, before)
    series = [rows.column(column) for column in columns]
    for column in checked:
        rows.check(column)
    return pl.DataFrame([*series, rows.invalid()])


class _Rows:
    """The rows of a batch while they are converted."""

    def __init__(self, table: Table, file: TableFile, batch: pa.RecordBatch, before: int) -> None:
        plain, wrong = without_invalid_text(plain_batch(batch))
        self._table, self._file, self._before = table, file, before
        self._height = batch.num_rows
        self._raw = pl.DataFrame(pl.from_arrow(plain))
        self._wrong = wrong
        self._invalid: dict[str, list[int]] = {}

    def column(self, column: str) -> pl.Series:
        """Return a canonical column."""
        wanted, source = self._table.schema[column], self._file.file_columns.get(column)
        if isinstance(source, FileColumn):
            if source.name in self._wrong:
                self._invalid[column] = self._wrong[source.name]
            values = self._converted(column, source, wanted)
        elif source:
            values = self._constant(source, wanted)
        else:
            return pl.Series(column, [None], wanted).new_from_index(0, self._height)
        values = self._canonical(column, values.alias(column), wanted)
        if isinstance(source, FileColumn) and source.expected:
            expected = self._canonical(column, self._constant(source.expected, wanted).alias(column), wanted)
            other = values.ne_missing(expected).arg_true()
            if other.len():
                raise self._error(column, other[0], "differs from the value in the name of the file's folder")
        return values

    def check(self, column: str) -> None:
        """Find invalid text in a column that is not returned."""
        source = self._file.file_columns.get(column)
        if not isinstance(source, FileColumn):
            return
        if isinstance(self._table.schema[column], pl.List) and is_text(source.value_type):
            self.column(column)
        elif source.name in self._wrong:
            self._invalid[column] = self._wrong[source.name]

    def invalid(self) -> pl.Series:
        """Return for each row the column with invalid text. Raises TablesError in a table whose rows protect."""
        if not self._invalid:
            return pl.Series(INVALID, [None], pl.String).new_from_index(0, self._height)
        names: list[str | None] = [None] * self._height
        for column, rows in self._invalid.items():
            for row in rows:
                names[row] = names[row] or column
        first = next((row for row, name in enumerate(names) if name), None)
        if first is not None and self._table.name not in _RECORDS:
            raise self._error(str(names[first]), first, "is not valid UTF-8")
        return pl.Series(INVALID, names, pl.String)

    def _constant(self, source: Constant, wanted: Dtype) -> pl.Series:
        return typed_value(source.text, wanted).new_from_index(0, self._height)

    def _converted(self, column: str, source: FileColumn, wanted: Dtype) -> pl.Series:
        value = select_field(pl.col(source.name), source.dtype, source.fields)
        rows, dtype = self._raw, source.value_type
        if isinstance(wanted, pl.List) and is_text(dtype):
            parsed = parse_json_lists(self._raw.select(value).to_series(), wanted, addresses=column in ADDRESSES)
            if parsed.wrong is not None:
                raise self._error(column, parsed.wrong, f"is not JSON, and {column} needs {describe(wanted)}")
            if parsed.invalid:
                self._invalid.setdefault(column, []).extend(parsed.invalid)
            rows, value, dtype = parsed.values.alias(column).to_frame(), pl.col(column), parsed.dtype
        lost = is_lost(value, dtype, wanted, source.form)
        if lost is not None:
            first = rows.select(lost.fill_null(value=False)).to_series().arg_true()
            if first.len():
                raise self._error(column, first[0], _problem(wanted, column, source))
        return rows.select(convert(value, dtype, wanted, source.form)).to_series()

    def _canonical(self, column: str, values: pl.Series, wanted: Dtype) -> pl.Series:
        if column in ID_COLUMNS or column == "mentions":
            return canonical_ids(values)
        if column in ENUMERATIONS:
            source = self._file.file_columns.get(column)
            values = canonical_words(values, ENUMERATIONS[column])
            return replace_words(values, source.words) if source and source.words else values
        if wanted == pl.String and column not in (*self._table.required, *_BLANK_IS_A_VALUE):
            return blank_to_null(values)
        return values

    def _error(self, column: str, row: int, problem: str) -> TablesError:
        source = self._file.file_columns.get(column)
        name = ".".join((source.name, *source.fields)) if isinstance(source, FileColumn) else column
        where = f"inputs.{self._table.name}: {self._file.path.name}: row {self._before + row + 1}"
        return TablesError(f"{where}: column {name!r} {problem}")


def _problem(wanted: Dtype, column: str, source: FileColumn) -> str:
    if isinstance(source.form, DateOrder):
        return f"is no date in the order {source.form}, nor ISO 8601; correct it, or the order"
    if source.form:
        return f"is no number of {source.form} within the years 1 to 9999; correct it, or the unit"
    if isinstance(wanted, pl.List):
        return f"has a start or an end that is no ISO 8601 date, as in 2025-06-30; convert {column}"
    return (
        f"is not ISO 8601, and {column} needs {describe(wanted)}, as in 2025-06-30"
        + ("" if wanted == pl.Date else "T12:00:00Z")
        + "; convert it, or name the order of day, month and year, as in "
        f"{{column: {json.dumps(source.name)}, order: dmy}} for 31/12/2025"
    )
