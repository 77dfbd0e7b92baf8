"""Parquet shards whose bytes follow from their rows alone.

Row groups and shards are cut at fixed numbers of rows, writer options are fixed, and nothing of the clock
or the machine is written. So neither the size of the batches nor the number of workers leaves a trace.
"""

from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, DATA, corpus_table

ROW_GROUP_ROWS: Final = 10_000
_NO_ROWS: Final = pa.Table.from_batches([], CORPUS_SCHEMA)
"""Not `empty_table`, by which Arrow would import pandas."""

_OPTIONS: Final[dict[str, Any]] = {
    "version": "2.6",
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": ["source", "kind", "field", "language", "month", "policy", "detector", "release"],
    "write_statistics": ["source", "kind", "field", "language", "month"],
    "data_page_version": "1.0",
    "store_schema": True,
}


def shard_name(number: int) -> str:
    """The path of a shard in its release: `data/part-00000.parquet`."""
    return f"{DATA}/part-{number:05}.parquet"


def write_shard(path: Path, table: pa.Table | pl.DataFrame) -> None:
    """Writes one whole shard. The same rows give the same bytes under the same pyarrow.

    Raises:
        ReleaseError: the table does not fit the corpus schema.
    """
    with pq.ParquetWriter(path, CORPUS_SCHEMA, **_OPTIONS) as writer:
        writer.write_table(_fitting(table), row_group_size=ROW_GROUP_ROWS)


class ShardWriter:
    """Cuts a stream of rows into numbered shards below `folder`, in the order in which they come.

    Memory holds less than one row group beyond the table given. The order is the caller's: sort by
    record_id, so that it tells nothing of the input's order.
    """

    def __init__(self, folder: Path, rows_per_shard: int) -> None:
        """`folder` is the release's; shards go to its `data/`. The number of rows is rounded up to row
        groups.
        """
        if rows_per_shard < 1:
            raise ReleaseError(f"rows_per_shard: {rows_per_shard} is too few; give at least 1")
        self._folder = folder
        self._groups = -(-rows_per_shard // ROW_GROUP_ROWS)
        self._rows_per_group = min(rows_per_shard, ROW_GROUP_ROWS)
        self._waiting: pa.Table = _NO_ROWS
        self._writer: pq.ParquetWriter | None = None
        self._written = 0
        self.shards = 0
        self.rows = 0
        (folder / DATA).mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Finishes; after an error just closes the file."""
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()

    def write(self, rows: pa.Table | pl.DataFrame) -> None:
        """Adds rows. Raises ReleaseError where they do not fit the corpus schema."""
        self._waiting = pa.concat_tables([self._waiting, _fitting(rows)])
        while self._waiting.num_rows >= self._rows_per_group:
            self._write_group(self._waiting.slice(0, self._rows_per_group))
            self._waiting = self._waiting.slice(self._rows_per_group)

    def close(self) -> None:
        """Writes what is left. Without any row there is one empty shard, so that the schema can be read."""
        if self._waiting.num_rows or not self.shards:
            self._write_group(self._waiting)
        self._waiting = _NO_ROWS
        self._end_shard()

    def _write_group(self, group: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._folder / shard_name(self.shards), CORPUS_SCHEMA, **_OPTIONS)
            self.shards += 1
        self._writer.write_table(group.combine_chunks(), row_group_size=self._rows_per_group)
        self.rows += group.num_rows
        self._written += 1
        if self._written == self._groups:
            self._end_shard()

    def _end_shard(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._written = None, 0


def _fitting(rows: pa.Table | pl.DataFrame) -> pa.Table:
    try:
        return corpus_table(rows)
    except KeyError:
        missing = ", ".join(sorted(set(CORPUS_SCHEMA.names) - set(_names(rows))))
        raise ReleaseError(f"corpus rows: no column {missing}; give all of the corpus schema") from None
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        kind = type(error).__name__
    raise ReleaseError(f"corpus rows: a column's type or a null does not fit the corpus schema ({kind})")


def _names(rows: pa.Table | pl.DataFrame) -> list[str]:
    return rows.columns if isinstance(rows, pl.DataFrame) else rows.column_names
