"""Private Parquet files that are written, and read, a block at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow.parquet as pq

from redaction.places import row_groups


class Written:
    """Takes frames of one schema, one row group each. As a context it puts the file in place at the end; an error
    leaves what was there before.
    """

    def __init__(self, path: Path, like: pl.DataFrame) -> None:
        """`like` is a frame of the schema, such as an empty one."""
        self._path, self._draft = path, path.with_name(f".{path.name}.draft")
        self._schema = like.to_arrow().schema
        self._writer = pq.ParquetWriter(self._draft, self._schema, compression="zstd")

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
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink()


class Blocks:
    """The row groups of a file, as often as it is asked for them."""

    def __init__(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """`columns` limits what the blocks hold."""
        self._path, self._columns = path, columns

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """From the first to the last."""
        yield from row_groups([self._path], self._columns)
