"""Write rows to a Parquet file, sorted by a unique id, in bounded memory (an external bucket sort)."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.storage import row_groups
from redaction.tables.schemas import LOCATOR

INDEX_BLOCK_ROWS: Final = 32_768
"""The approximate number of rows in a row group of the sorted file."""

MAX_ROWS_IN_MEMORY: Final = 8 * INDEX_BLOCK_ROWS
"""Up to this number rows are sorted in memory. Larger inputs are spilled to disk and sorted a bucket at a time."""

_SAMPLE_EVERY: Final = 64
"""One id in this many is sampled to choose the bounds of the buckets."""

_PARQUET_OPTIONS: Final[dict[str, Any]] = {"compression": "lz4", "use_dictionary": ["kind", "partition"]}
"""Ids hardly repeat: dictionaries for them cost more than they save."""

_MAX_BUCKETS: Final = 256
"""The most files that are open at once; beyond 8 million rows the buckets grow instead."""

_MAX_BUCKETS_PER_BLOCK: Final = 32
"""Rows are read in blocks large enough that each of about this many buckets gets a worthwhile part of a block."""

_IPC_READ: Final = pa.ipc.IpcReadOptions(use_threads=False)
_IPC_WRITE: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


class Sorter:
    """Collects rows and writes them sorted by a key. A context manager that removes its temporary file at the end.

    Few rows stay in memory until then. Many are spilled to a temporary file beside the target; rows that come sorted
    are not sorted again.
    """

    def __init__(self, path: Path, key: str, schema: pl.Schema, expected: int, newest: str | None = None) -> None:
        """Prepare to sort.

        Args:
            path: The file to write.
            key: The column to sort by, a String without nulls.
            schema: The columns of the rows: `key`, those of `LOCATOR`, and others.
            expected: The most rows that will be added.
            newest: A column of times, which is not written: of rows with the same key the one with the latest is,
                at the same time the last by `LOCATOR`. By default the first by `LOCATOR` is.
        """
        self._limit = MAX_ROWS_IN_MEMORY if expected <= MAX_ROWS_IN_MEMORY else 0
        self._path, self._key, self._raw = path, key, path.with_suffix(".raw")
        self._newest = newest
        self._empty, self._in_memory = pl.DataFrame(schema=schema), list[pl.DataFrame]()
        self._schema = self._empty.to_arrow().schema
        self._writer: pq.ParquetWriter | None = None
        self._sample: list[str] = []
        self._last = ""
        self._rows = 0
        self._ascending = True

    def add(self, rows: pl.DataFrame) -> None:
        """Add the next rows."""
        if not rows.height:
            return
        self._rows += rows.height
        ids = rows[self._key]
        self._ascending &= self._last < ids[0] and bool((ids > ids.shift()).all())
        self._last = ids[-1]
        # Copied: what Polars gathers would keep the ids of the whole batch in memory.
        self._sample += ids.gather_every(_SAMPLE_EVERY).to_list()
        self._in_memory.append(rows)
        if self._rows > self._limit:
            self._spill()

    def finish(self, unusable: pl.Series | None = None) -> pl.DataFrame:
        """Write the file, in row groups of about `INDEX_BLOCK_ROWS` rows.

        Args:
            unusable: Keys of which no row is written.

        Returns:
            The duplicates and the unusable rows, which are not written.
        """
        order = _Order(self._key, self._newest, unusable)
        if self._writer is None:
            rows, duplicates = order.sorted(pl.concat([self._empty, *self._in_memory]))
            self._in_memory.clear()
            schema = order.written(self._schema)
            with pq.ParquetWriter(self._path, schema, **_PARQUET_OPTIONS) as writer:
                for block in rows.iter_slices(INDEX_BLOCK_ROWS):
                    writer.write_table(block.to_arrow().cast(schema))
            return duplicates
        self._writer.close()
        if self._ascending and self._newest is None and not self._holds(unusable):
            self._raw.replace(self._path)
            return self._empty
        bounds = _bounds(pl.Series(self._sample, dtype=pl.String), self._rows)
        return _write_by_buckets(self._raw, self._path, order, bounds)

    def _holds(self, unusable: pl.Series | None) -> bool:
        """Return whether a spilled row has one of these keys."""
        if unusable is None or unusable.is_empty():
            return False
        return any(rows[self._key].is_in(unusable.implode()).any() for rows in row_groups([self._raw], [self._key]))

    def _spill(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._raw, self._schema, **_PARQUET_OPTIONS)
        for rows in self._in_memory:
            self._writer.write_table(rows.to_arrow().cast(self._schema))
        self._in_memory.clear()

    def __enter__(self) -> Self:
        """Return the sorter itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close and remove the temporary file."""
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._raw.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Order:
    """How rows are sorted, and which of them are written: see `Sorter`."""

    key: str
    newest: str | None = None
    unusable: pl.Series | None = None

    def sorted(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows to write, sorted by key, and the others."""
        by = [self.key, *([self.newest] if self.newest else []), *LOCATOR]
        ordered = rows.sort(by, nulls_last=False)
        chosen = ordered[self.key].is_last_distinct() if self.newest else ordered[self.key].is_first_distinct()
        if self.unusable is not None and not self.unusable.is_empty():
            chosen &= ~ordered[self.key].is_in(self.unusable.implode())
        written = ordered.filter(chosen)
        return written.drop(self.newest) if self.newest else written, ordered.filter(~chosen)

    def written(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema of the rows to write."""
        return schema if self.newest is None else schema.remove(schema.get_field_index(self.newest))


def write_sorted(source: Path, path: Path, key: str, bounds: pl.Series) -> pl.DataFrame:
    """Sort a Parquet file into another, a row group for each bucket, in bounded memory; return the duplicates."""
    return _write_by_buckets(source, path, _Order(key), bounds)


def _write_by_buckets(source: Path, path: Path, order: _Order, bounds: pl.Series) -> pl.DataFrame:
    folder = path.with_suffix(".parts")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        return _write_buckets(_split(source, folder, order.key, bounds), path, pq.read_schema(source), order)
    finally:
        shutil.rmtree(folder)


def _split(source: Path, folder: Path, key: str, bounds: pl.Series) -> list[Path]:
    """Write the rows of each bucket to a file of its own; return the files in the order of the keys."""
    schema, files = pq.read_schema(source), [folder / str(n) for n in range(bounds.len() + 1)]
    with contextlib.ExitStack() as opened:
        # Arrow streams: a Parquet writer would keep metadata of every small write in memory until it is closed.
        writers = [opened.enter_context(pa.ipc.new_stream(str(file), schema, options=_IPC_WRITE)) for file in files]
        for rows in _blocks(source, INDEX_BLOCK_ROWS * max(len(files) // _MAX_BUCKETS_PER_BLOCK, 1)):
            bucket = bounds.search_sorted(rows[key]).alias("bucket")
            for (number,), in_bucket in rows.with_columns(bucket).group_by("bucket"):
                writers[int(str(number))].write_table(in_bucket.drop("bucket").to_arrow().cast(schema))
    return files


def _write_buckets(files: list[Path], path: Path, schema: pa.Schema, order: _Order) -> pl.DataFrame:
    """Sort each bucket and write one after the other; return the duplicates."""
    duplicates = [pl.DataFrame(schema.empty_table())]
    written = order.written(schema)
    with pq.ParquetWriter(path, written, **_PARQUET_OPTIONS) as writer:
        for file in files:
            with pa.OSFile(str(file)) as content, pa.ipc.open_stream(content, options=_IPC_READ) as stream:
                rows, repeated = order.sorted(pl.DataFrame(stream.read_all()))
            duplicates.append(repeated)
            writer.write_table(rows.to_arrow().cast(written))
            file.unlink()
    return pl.concat(duplicates)


def _bounds(sample: pl.Series, rows: int) -> pl.Series:
    """Return the greatest id of each bucket but the last, so that buckets have about `INDEX_BLOCK_ROWS` rows."""
    buckets = min(math.ceil(rows / INDEX_BLOCK_ROWS), _MAX_BUCKETS)
    ids = sample.unique().sort()
    return ids.gather([ids.len() * n // buckets for n in range(1, buckets)]).unique().sort()


def _blocks(path: Path, size: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of a file in blocks of at least `size` rows, except the last."""
    waiting, height = list[pl.DataFrame](), 0
    for rows in row_groups([path]):
        waiting.append(rows)
        height += rows.height
        if height >= size:
            yield pl.concat(waiting)
            waiting, height = [], 0
    if waiting:
        yield pl.concat(waiting)
