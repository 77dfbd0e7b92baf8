"""Read Parquet files from a path or a URI: one row group at a time, only the columns that are asked for.

Arrow runs on the calling thread, here and elsewhere (`use_threads=False`): each of its threads would have a heap of
its own, whose free memory the others cannot use. At 100,000 posts that is a tenth of a build's memory.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.io.plugins import register_io_source

from redaction.storage.files import open_binary
from redaction.storage.paths import StoragePath

if "ARROW_DEFAULT_MEMORY_POOL" not in os.environ:
    # Arrow's own pool does not return freed memory to the system: a tenth of all memory of a build.
    pa.set_memory_pool(pa.system_memory_pool())

_OPTIONS: Final[dict[str, Any]] = {
    "pre_buffer": False,
    "page_checksum_verification": True,
    "coerce_int96_timestamp_unit": "us",  # nanoseconds, the default, wrap around beyond the year 2262
}


def release_free_memory() -> None:
    """Return freed heap memory to the system (malloc_trim); malloc by itself returns only what is free at its end.

    Call it between the stages of a build. It takes milliseconds.
    """
    pa.system_memory_pool().release_unused()


@contextmanager
def open_parquet(path: StoragePath, dictionaries: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file and read its footer.

    Args:
        path: The file.
        dictionaries: Columns of texts that are read as dictionaries, without decoding their values.

    Yields:
        The file. Reading a page that does not match its checksum, where it has one, raises as well.

    Raises:
        pa.ArrowException: It is not Parquet.
    """
    options = {**_OPTIONS, "read_dictionary": list(dictionaries)} if dictionaries else _OPTIONS
    if isinstance(path, Path):
        with pq.ParquetFile(path, **options) as parquet:
            yield parquet
    else:
        with open_binary(path) as file, pq.ParquetFile(file, **options) as parquet:
            yield parquet


def scan(paths: Sequence[StoragePath]) -> pl.LazyFrame:
    """Return the rows of files of one schema as a lazy frame, in order. Columns not asked for are not read."""
    local = [path for path in paths if isinstance(path, Path)]
    if len(local) == len(paths):
        return pl.scan_parquet(local, glob=False)
    with open_parquet(paths[0]) as parquet:
        schema = pl.DataFrame(parquet.schema_arrow.empty_table()).schema

    def read(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for rows in row_groups(paths, columns):
            taken = rows if left is None else rows.head(left)
            left = None if left is None else left - taken.height
            yield taken if predicate is None else taken.filter(predicate)
            if left == 0:
                return

    return register_io_source(read, schema=schema, is_pure=True)


def row_groups(paths: Iterable[StoragePath], columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """Yield the row groups of files as frames, in order. Raises pyarrow's errors."""
    for path in paths:
        with open_parquet(path) as parquet:
            for group in range(parquet.num_row_groups):
                yield pl.DataFrame(parquet.read_row_group(group, columns=columns, use_threads=False))
