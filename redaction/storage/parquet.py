"""Parquet at a place: a row group at a time, the columns that are asked for and no others.

Arrow works on the thread that calls it, here and elsewhere: each thread of its own would have a heap of its own, and
what is free in one is of no use to the others. At 100,000 posts that is a tenth of a build's memory.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.io.plugins import register_io_source

from redaction.storage.files import open_binary
from redaction.storage.uri import StoragePath

if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
    # Arrow's own pool keeps what is given back to it, a tenth of all memory of a build.
    pa.set_memory_pool(pa.system_memory_pool())


def release_free_memory() -> None:
    """Lets the system have what is free between what is held; malloc by itself gives back only what is free at its end.

    For between the stages of a build, which need their memory one after the other: it takes milliseconds.
    """
    pa.system_memory_pool().release_unused()


@contextmanager
def open_parquet(place: StoragePath) -> Iterator[pq.ParquetFile]:
    """A file whose footer has been read. Raises what pyarrow raises where it is no Parquet."""
    if isinstance(place, Path):
        with pq.ParquetFile(place, pre_buffer=False) as parquet:
            yield parquet
    else:
        with open_binary(place) as file, pq.ParquetFile(file, pre_buffer=False) as parquet:
            yield parquet


def scan(places: Sequence[StoragePath]) -> pl.LazyFrame:
    """The rows of files of one schema, in order; of columns that are not asked for no byte is read."""
    local = [place for place in places if isinstance(place, Path)]
    if len(local) == len(places):
        return pl.scan_parquet(local)
    with open_parquet(places[0]) as parquet:
        schema = pl.DataFrame(parquet.schema_arrow.empty_table()).schema

    def read(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for rows in row_groups(places, columns):
            taken = rows if left is None else rows.head(left)
            left = None if left is None else left - taken.height
            yield taken if predicate is None else taken.filter(predicate)
            if left == 0:
                return

    return register_io_source(read, schema=schema, is_pure=True)


def row_groups(places: Iterable[StoragePath], columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """The rows of files, in order, a row group at a time; raises what pyarrow raises."""
    for place in places:
        with open_parquet(place) as parquet:
            for group in range(parquet.num_row_groups):
                yield pl.DataFrame(parquet.read_row_group(group, columns=columns, use_threads=False))
