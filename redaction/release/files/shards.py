"""Parquet shards whose bytes depend on their rows only, not on the size of the batches or the number of workers.

Row groups and shards have fixed numbers of rows, writer options are fixed, and no time or machine name is written.
"""

from pathlib import Path
from typing import Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, DATA

ROW_GROUP_ROWS: Final = 10_000
_NO_ROWS: Final = pa.Table.from_batches([], CORPUS_SCHEMA)
"""Not `empty_table`, which would make Arrow import pandas."""

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
    """Return the path of a shard in its release, as `data/part-00000.parquet`."""
    return f"{DATA}/part-{number:05}.parquet"


def write_shard(path: Path, table: pa.Table | pl.DataFrame) -> None:
    """Write one shard; the same rows give the same bytes. Raises ReleaseError if they do not fit the corpus schema."""
    with pq.ParquetWriter(path, CORPUS_SCHEMA, **_OPTIONS) as writer:
        writer.write_table(_to_corpus_table(table), row_group_size=ROW_GROUP_ROWS)


class ShardWriter:
    """Write a stream of rows into numbered shards, in their order.

    Memory holds less than one row group beside the given table. Sort the rows by record_id, so that their order
    discloses nothing of the order of the inputs.
    """

    def __init__(self, folder: Path, rows_per_shard: int) -> None:
        """Write to `data/` of a release folder; `rows_per_shard`, at least 1, is rounded up to whole row groups."""
        if rows_per_shard < 1:
            raise ReleaseError(f"rows_per_shard: {rows_per_shard} is too few; give at least 1")
        self._folder = folder
        self._groups = -(-rows_per_shard // ROW_GROUP_ROWS)
        self._rows_per_group = min(rows_per_shard, ROW_GROUP_ROWS)
        self._waiting: pa.Table = _NO_ROWS
        self._writer: pq.ParquetWriter | None = None
        self._written = 0
        self._shards = 0
        self.rows = 0
        (folder / DATA).mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()

    def write(self, rows: pa.Table | pl.DataFrame) -> None:
        """Add rows. Raises ReleaseError if they do not fit the corpus schema."""
        self._waiting = pa.concat_tables([self._waiting, _to_corpus_table(rows)])
        while self._waiting.num_rows >= self._rows_per_group:
            self._write_group(self._waiting.slice(0, self._rows_per_group))
            self._waiting = self._waiting.slice(self._rows_per_group)

    def close(self) -> None:
        """Write the remaining rows. Without any row, write one empty shard, so that the schema can be read."""
        if self._waiting.num_rows or not self._shards:
            self._write_group(self._waiting)
        self._waiting = _NO_ROWS
        self._end_shard()

    def _write_group(self, group: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._folder / shard_name(self._shards), CORPUS_SCHEMA, **_OPTIONS)
            self._shards += 1
        self._writer.write_table(group.combine_chunks(), row_group_size=self._rows_per_group)
        self.rows += group.num_rows
        self._written += 1
        if self._written == self._groups:
            self._end_shard()

    def _end_shard(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._written = None, 0


def _to_corpus_table(rows: pa.Table | pl.DataFrame) -> pa.Table:
    """Select and cast the columns of the corpus schema; other columns are left out."""
    table = rows.to_arrow() if isinstance(rows, pl.DataFrame) else rows
    if missing := sorted(set(CORPUS_SCHEMA.names) - set(table.column_names)):
        raise ReleaseError(f"corpus rows: no column {', '.join(missing)}; give all of the corpus schema")
    try:
        return table.select(CORPUS_SCHEMA.names).cast(CORPUS_SCHEMA)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        kind = type(error).__name__
    raise ReleaseError(f"corpus rows: a column's type or a null does not fit the corpus schema ({kind})")
