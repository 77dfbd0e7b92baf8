"""Writes a Parquet file sorted by ids that stand in it once, of rows that need not fit in memory."""

import contextlib
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.storage import row_groups
from redaction.tables.reading import LOCATOR

INDEX_BLOCK_ROWS: Final = 32_768
"""About how many rows a row group of the sorted file has."""

HELD_ROWS: Final = 8 * INDEX_BLOCK_ROWS
"""As many rows are sorted in memory; of more none is held, and about `BLOCK_ROWS` are sorted at a time."""

_SAMPLED: Final = 64
"""One id in this many tells where to cut."""

_WRITTEN: Final[dict[str, Any]] = {"compression": "lz4", "use_dictionary": ["context", "kind", "partition"]}
"""How a file of sorted rows is written. To look for repetitions in ids costs more than it saves."""

_MOST_STRETCHES: Final = 256
"""As many files are open at once; beyond 8 million rows, then, the stretches grow."""

_PIECES: Final = 32
"""Into about as many pieces at most the rows that are read at a time are cut: what comes to each is not too little."""

_READ: Final = pa.ipc.IpcReadOptions(use_threads=False)
_PACKED: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
"""How pieces are written and read on the way."""


class Sorter:
    """Takes rows as they come, and writes them sorted by a key; a context, at whose end nothing else is left.

    Few are held until then. Many are written to a file beside, and need no sorting where they came sorted.
    """

    def __init__(self, path: Path, key: str, schema: pl.Schema, expected: int) -> None:
        """`schema` has the locator's columns; `key` is one of the others, a String without nulls. `expected` rows come,
        or fewer.
        """
        self._most = HELD_ROWS if expected <= HELD_ROWS else 0
        self._path, self._key, self._raw = path, key, path.with_suffix(".raw")
        self._nothing, self._held = pl.DataFrame(schema=schema), list[pl.DataFrame]()
        self._schema = self._nothing.to_arrow().schema
        self._writer: pq.ParquetWriter | None = None
        self._sample: list[pl.Series] = []
        self._last = ""
        self._rows = 0
        self._ascending = True

    def add(self, rows: pl.DataFrame) -> None:
        """Takes the next rows."""
        if not rows.height:
            return
        self._rows += rows.height
        ids = rows[self._key]
        self._ascending &= self._last < ids[0] and bool((ids > ids.shift()).all())
        self._last = ids[-1]
        self._sample.append(ids.gather_every(_SAMPLED))
        self._held.append(rows)
        if self._rows > self._most:
            self._spill()

    def finish(self) -> pl.DataFrame:
        """Writes the file, with row groups of some `BLOCK_ROWS` rows.

        Of rows with one key the first by the locator is written; the others are given back.
        """
        if self._writer is None:
            rows, others = _sorted(pl.concat([self._nothing, *self._held]), self._key)
            self._held.clear()
            with pq.ParquetWriter(self._path, self._schema, **_WRITTEN) as writer:
                for block in rows.iter_slices(INDEX_BLOCK_ROWS):
                    writer.write_table(block.to_arrow().cast(self._schema))
            return others
        self._writer.close()
        if self._ascending:
            self._raw.replace(self._path)
            return self._nothing
        return write_sorted(self._raw, self._path, self._key, _cuts(pl.concat(self._sample), self._rows))

    def _spill(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._raw, self._schema, **_WRITTEN)
        for rows in self._held:
            self._writer.write_table(rows.to_arrow().cast(self._schema))
        self._held.clear()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the file beside, and removes it."""
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._raw.unlink(missing_ok=True)


def write_sorted(source: Path, path: Path, key: str, bounds: pl.Series) -> pl.DataFrame:
    """Writes the rows of a file that need not fit in memory, sorted, a row group for each stretch between `bounds`.

    Of rows with one key the first by the locator is written; the others are given back.
    """
    parts = path.with_suffix(".parts")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    try:
        return _merged(_cut_up(source, parts, key, bounds), path, pq.read_schema(source), key)
    finally:
        shutil.rmtree(parts)


def _cut_up(source: Path, parts: Path, key: str, bounds: pl.Series) -> list[Path]:
    """The rows of each stretch in a file of its own."""
    schema, files = pq.read_schema(source), [parts / str(n) for n in range(bounds.len() + 1)]
    with contextlib.ExitStack() as opened:
        # Streams, since a Parquet file would remember each piece until its end.
        writers = [opened.enter_context(pa.ipc.new_stream(str(file), schema, options=_PACKED)) for file in files]
        for rows in _blocks(source, INDEX_BLOCK_ROWS * max(len(files) // _PIECES, 1)):
            stretch = bounds.search_sorted(rows[key]).alias("stretch")
            for (number,), theirs in rows.with_columns(stretch).group_by("stretch"):
                writers[int(str(number))].write_table(theirs.drop("stretch").to_arrow().cast(schema))
    return files


def _merged(files: list[Path], path: Path, schema: pa.Schema, key: str) -> pl.DataFrame:
    """Writes the stretches one after the other, each sorted; gives back what is not written."""
    repeated = [pl.DataFrame(schema.empty_table())]
    with pq.ParquetWriter(path, schema, **_WRITTEN) as writer:
        for file in files:
            with pa.OSFile(str(file)) as content, pa.ipc.open_stream(content, options=_READ) as pieces:
                rows, others = _sorted(pl.DataFrame(pieces.read_all()), key)
            repeated.append(others)
            writer.write_table(rows.to_arrow().cast(schema))
            file.unlink()
    return pl.concat(repeated)


def _sorted(rows: pl.DataFrame, key: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first row of each key by the locator, sorted by key; and the others."""
    ordered = rows.sort(key, *LOCATOR)
    first = ordered[key].is_first_distinct()
    return ordered.filter(first), ordered.filter(~first)


def _cuts(sample: pl.Series, rows: int) -> pl.Series:
    """Ids that cut `rows` rows into stretches of about `BLOCK_ROWS`: those up to the first, and so on."""
    stretches = min(math.ceil(rows / INDEX_BLOCK_ROWS), _MOST_STRETCHES)
    ids = sample.unique().sort()
    return ids.gather([ids.len() * n // stretches for n in range(1, stretches)]).unique().sort()


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
