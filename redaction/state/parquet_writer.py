"""Private Parquet files that are written, and read, a block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow.parquet as pq

from redaction.storage import row_groups

_REPEATING: Final = (
    "decision",
    "field",
    "kind",
    "language",
    "month",
    "objectors",
    "partition",
    "reason",
    "replacement",
    "rule",
    "source",
)
"""Columns that have few different values; to look for repetitions in others, such as ids, takes time for nothing."""


class Written:
    """Takes frames of one schema, one row group each; a context that ends the file. What must be whole is written in a
    scratch folder and then moved.

    One frame alone, which is what most months hold, is written by Polars itself, in half the time; but it cannot add a
    row group to a file, so more go through Arrow.
    """

    def __init__(self, path: Path, like: pl.DataFrame, notes: Mapping[str, str] | None = None) -> None:
        """`like` is a frame of the schema, such as an empty one. `notes` stand in the file's footer."""
        self._path, self._only, self._notes = path, like.clear(), dict(notes or {})
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pl.DataFrame) -> None:
        """Writes the next rows; of none there is no trace."""
        if not rows.height:
            return
        if self._writer is None and self._only.is_empty():
            self._only = pl.concat([self._only, rows])
            return
        if self._writer is None:
            schema = self._only.clear().to_arrow().schema.with_metadata(self._notes)
            self._writer = pq.ParquetWriter(self._path, schema, compression="zstd", use_dictionary=list(_REPEATING))
            self._write(self._writer, self._only)
        self._write(self._writer, rows)

    def _write(self, writer: pq.ParquetWriter, rows: pl.DataFrame) -> None:
        writer.write_table(rows.to_arrow().cast(writer.schema), row_group_size=rows.height)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the file."""
        if self._writer is not None:
            self._writer.close()
        elif kind is None:
            self._only.write_parquet(
                self._path,
                compression="zstd",
                compression_level=1,
                row_group_size=max(self._only.height, 1),
                metadata=self._notes,
            )


class Blocks:
    """The row groups of a file, as often as it is asked for them."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """`columns` limits what the blocks hold."""
        self._path, self._columns = path, columns

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """From the first to the last."""
        yield from row_groups([self._path], self._columns)
