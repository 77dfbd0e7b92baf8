"""Private Parquet files, written and read one block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import polars as pl
import pyarrow.parquet as pq

from redaction.state.private_tables import PrivateTable
from redaction.storage import row_groups


class TableWriter:
    """Writes frames to a file of a declared table, one row group each. As a context it closes the file at the end.

    Write a file that must be complete in a scratch folder, then move it.
    """

    def __init__(self, table: PrivateTable, path: Path, notes: Mapping[str, str] | None = None) -> None:
        """Open the file for frames with exactly the table's columns; `notes` are the file's key-value metadata."""
        schema = pl.DataFrame(schema=table.schema).to_arrow().schema.with_metadata(dict(notes or {}))
        # Without dictionaries for the other columns: searching ids and texts for repeated values is wasted time.
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=list(table.categories))

    def add(self, rows: pl.DataFrame) -> None:
        """Write the next rows; an empty frame leaves no trace."""
        if rows.height:
            self._writer.write_table(rows.to_arrow().cast(self._writer.schema), row_group_size=rows.height)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def write_table(table: PrivateTable, path: Path, rows: pl.DataFrame) -> None:
    """Write a file of a declared table from one frame."""
    with TableWriter(table, path) as writer:
        writer.add(rows)


class Blocks:
    """The row groups of a file, in order; each iteration reads them again."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        self._path, self._columns = path, columns

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return row_groups([self._path], self._columns)
