"""Read a table's files as a stream of typed batches, with the rows that are not well formed quarantined."""

from collections.abc import Iterator, Sequence

import polars as pl

from redaction.tables.files import TableFile
from redaction.tables.formats import reading_errors
from redaction.tables.schemas import Table
from redaction.tables.validation import TypedBatch, split_rows, typed_frame


def read_batches(
    table: Table, files: Sequence[TableFile], columns: Sequence[str] | None = None
) -> Iterator[TypedBatch]:
    """Stream the files in order, in batches of at most `BATCH_ROWS` rows.

    Args:
        table: The canonical table.
        files: Its files, in the order that numbers them in `LOCATOR`.
        columns: The canonical columns that the batches hold; all by default. The required columns are read in any
            case, since they decide whether a row is well formed.

    Yields:
        Batches of well-formed and quarantined rows.

    Raises:
        TablesError: A file whose pages cannot be read.
    """
    wanted = list(columns) if columns is not None else list(table.schema)
    needed = list(dict.fromkeys([*wanted, *table.required]))
    for number, file in enumerate(files):
        names = [file.file_columns[c] for c in needed if c in file.file_columns]
        with reading_errors(file.path, f"inputs.{table.name}"), file.layout.open() as content:
            for group in range(file.layout.row_groups):
                start = 0
                for batch in content.batches(group, names):
                    frame = typed_frame(table, file, needed, batch).with_columns(
                        pl.lit(number, pl.UInt32).alias("file"),
                        pl.lit(group, pl.UInt32).alias("row_group"),
                        (pl.int_range(pl.len(), dtype=pl.UInt32) + start).alias("row"),
                    )
                    start += batch.num_rows
                    yield split_rows(table, frame, wanted)
