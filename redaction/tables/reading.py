"""Read a table's files as a stream of typed batches, with the rows that are not well formed quarantined."""

from collections.abc import Iterator, Sequence

import polars as pl

from redaction.tables.columns import names_in_file
from redaction.tables.files import TableFile
from redaction.tables.formats import reading_errors
from redaction.tables.schemas import Table
from redaction.tables.typed_rows import typed_rows
from redaction.tables.validation import TypedBatch, split_rows


def read_batches(
    table: Table, files: Sequence[TableFile], columns: Sequence[str] | None = None, checked: Sequence[str] = ()
) -> Iterator[TypedBatch]:
    """Stream the files in order, in batches of at most `BATCH_ROWS` rows.

    Args:
        table: The canonical table.
        files: Its files, in the order that numbers them in `LOCATOR`.
        columns: The canonical columns that the batches hold; all by default. The required columns are read in any
            case, since they decide whether a row is well formed.
        checked: Columns that are read as well to find text that is not UTF-8.

    Yields:
        Batches of well-formed and quarantined rows.

    Raises:
        TablesError: A file whose pages cannot be read.
    """
    wanted = list(columns) if columns is not None else list(table.schema)
    needed = list(dict.fromkeys([*wanted, *table.required]))
    for number, file in enumerate(files):
        names, before = names_in_file(file.file_columns, [*needed, *checked]), 0
        with reading_errors(file.path, f"inputs.{table.name}"), file.layout.open() as content:
            for group in range(file.layout.row_groups):
                start = 0
                for batch in content.batches(group, names):
                    frame = typed_rows(table, file, needed, batch, before=before, checked=checked).with_columns(
                        pl.lit(number, pl.UInt32).alias("file"),
                        pl.lit(group, pl.UInt32).alias("row_group"),
                        (pl.int_range(pl.len(), dtype=pl.UInt32) + start).alias("row"),
                    )
                    start, before = start + batch.num_rows, before + batch.num_rows
                    yield split_rows(table, frame, wanted)
