"""Private Parquet files that are written, and read, a block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import polars as pl
import pyarrow.parquet as pq

from redaction.places import row_groups

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
    """

    def __init__(self, path: Path, like: pl.DataFrame, notes: Mapping[str, str] | None = None) -> None:
        """`like` is a frame of the schema, such as an empty one. `notes` stand in the file's footer."""
        self._schema = like.to_arrow().schema.with_metadata(dict(notes or {}))
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", use_dictionary=list(_REPEATING))

    def add(self, rows: pl.DataFrame) -> None:
        """Writes the next rows; of none there is no trace."""
        if rows.height:
            self._writer.write_table(rows.to_arrow().cast(self._schema), row_group_size=rows.height)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the file."""
        self._writer.close()


class Blocks:
    """The row groups of a file, as often as it is asked for them."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """`columns` limits what the blocks hold."""
        self._path, self._columns = path, columns

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """From the first to the last."""
        yield from row_groups([self._path], self._columns)
