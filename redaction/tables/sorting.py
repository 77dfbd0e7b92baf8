"""Sorts a Parquet file that need not fit in memory, by ids that stand in it once."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.places import row_groups
from redaction.tables.reading import LOCATOR

BLOCK_ROWS: Final = 32_768
"""About how many rows are sorted at a time."""

SAMPLED: Final = 64
"""One id in this many tells where to cut."""

WRITTEN: Final[dict[str, Any]] = {"compression": "lz4", "use_dictionary": ["context", "kind", "partition"]}
"""How a file of sorted rows is written. To look for repetitions in ids costs more than it saves."""

_MOST_STRETCHES: Final = 256
"""As many files are open at once; beyond 8 million rows, then, the stretches grow."""

_PIECES: Final = 32
"""Into about as many pieces at most the rows that are read at a time are cut: what comes to each is not too little."""

_READ: Final = pa.ipc.IpcReadOptions(use_threads=False)
_PACKED: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
"""How pieces are written and read on the way."""


def cuts(sample: pl.Series, rows: int) -> pl.Series:
    """Ids that cut `rows` rows into stretches of about `BLOCK_ROWS`: those up to the first, and so on."""
    stretches = min(math.ceil(rows / BLOCK_ROWS), _MOST_STRETCHES)
    ids = sample.unique().sort()
    return ids.gather([ids.len() * n // stretches for n in range(1, stretches)]).unique().sort()


def write_sorted(source: Path, path: Path, key: str, bounds: pl.Series) -> pl.DataFrame:
    """Writes the rows of a file sorted by `key`, one row group for each stretch between `bounds`.

    Of rows with one key the first by the locator is written; the others are given back.
    """
    parts = path.with_suffix(".parts")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    schema = pq.read_schema(source)
    files = [parts / str(n) for n in range(bounds.len() + 1)]
    with contextlib.ExitStack() as opened:
        # Streams, since a Parquet file would remember each piece until its end.
        writers = [opened.enter_context(pa.ipc.new_stream(str(file), schema, options=_PACKED)) for file in files]
        for rows in _blocks(source, BLOCK_ROWS * max(len(files) // _PIECES, 1)):
            stretch = bounds.search_sorted(rows[key]).alias("stretch")
            for (number,), theirs in rows.with_columns(stretch).group_by("stretch"):
                writers[int(str(number))].write_table(theirs.drop("stretch").to_arrow().cast(schema))
    repeated = [pl.DataFrame(schema=pl.read_parquet_schema(source))]
    with pq.ParquetWriter(path, schema, **WRITTEN) as writer:
        for file in files:
            with pa.OSFile(str(file)) as content, pa.ipc.open_stream(content, options=_READ) as pieces:
                rows = pl.DataFrame(pieces.read_all()).sort(key, *LOCATOR)
            first = pl.col(key).is_first_distinct()
            repeated.append(rows.filter(~first))
            writer.write_table(rows.filter(first).to_arrow().cast(schema))
            file.unlink()
    shutil.rmtree(parts)
    return pl.concat(repeated)


def _blocks(path: Path, size: int) -> Iterator[pl.DataFrame]:
    """The rows of a file, at least `size` at a time but for the last."""
    waiting, height = list[pl.DataFrame](), 0
    for rows in row_groups([path]):
        waiting.append(rows)
        height += rows.height
        if height >= size:
            yield pl.concat(waiting)
            waiting, height = [], 0
    if waiting:
        yield pl.concat(waiting)
