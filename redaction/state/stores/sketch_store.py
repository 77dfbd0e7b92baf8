"""Sketches of kept posts, stored from build to build so that known posts are not read and compared a second time.

The file holds, by input file and row, a sketch of every post that the last build kept, the hashes of its shingles, and
a flag for every protected post, with nothing of its text. All these kept posts were compared with all these protected
ones. Each build and each takedown writes the file anew, so a sketch is removed with the rights to its text. Sketches
and hashes are keyed: without the key of the corpus no guess at a text can be tested on one. A file made with another
key, code, settings or library versions is ignored, and so are the rows of an input file whose bytes or columns changed.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from redaction.execution.code_version import code_digest
from redaction.rights import NearDuplicateSettings, RowShingles, Sketches
from redaction.state.plan import PlanError
from redaction.state.private_tables import SKETCHES
from redaction.tables import LOCATOR, TableFile

Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

_MADE_BY: Final = b"made_by"
_FILES: Final = b"files"
_LIBRARIES: Final = ("numpy", "polars", "rensa")
_KEY_BYTES: Final = 64
_BLOCK_ROWS: Final = 16_384
"""Posts of one row group: about two megabytes of sketches."""
_ROW_BITS, _GROUP_BITS = np.uint64(32), np.uint64(16)
_TITLE = np.uint64(1 << 31)
"""Set in the key of a post's title."""
_NOWHERE: Final = int(np.iinfo(np.uint64).max)
"""The key of a row whose file or row group has too high a number: it is compared at every build."""


@dataclass(frozen=True, slots=True)
class SketchStore:
    """The file of sketches of a corpus, and what it must match to be used."""

    path: Path
    made_by: str
    """A keyed digest of code, settings and libraries."""
    files: tuple[str, ...]
    """For each current input file of posts, a digest of its bytes and the column of its texts."""
    width: int
    """Bytes of a sketch."""

    @classmethod
    def of(cls, folder: Path, files: Sequence[TableFile], settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Return the store in a folder, for the input files of posts; every byte of these is read."""
        made_by = [code_digest(), settings.model_dump(), {name: version(name) for name in _LIBRARIES}]
        return cls(
            folder / SKETCHES.pattern,
            blake2b(json.dumps(made_by, sort_keys=True).encode(), key=secret[:_KEY_BYTES], digest_size=32).hexdigest(),
            tuple(
                f"{file.digest()}/{file.file_columns.get('text')}/{file.file_columns.get('title')}" for file in files
            ),
            settings.permutations,
        )

    @contextmanager
    def open(self, keys: Keys) -> Iterator["StoredSketches"]:
        """Open the sketches of posts, given by `row_keys` in row order; none where the file cannot be read."""
        # One open file for all reads: another process may replace it meanwhile.
        with contextlib.ExitStack() as stack:
            yield StoredSketches(self._file(stack), self, keys)

    def _file(self, stack: contextlib.ExitStack) -> pq.ParquetFile | None:
        try:
            file = stack.enter_context(pq.ParquetFile(self.path, pre_buffer=False, page_checksum_verification=True))
        except (pa.ArrowException, OSError):
            return None
        notes: Mapping[bytes, bytes] = file.schema_arrow.metadata or {}
        return file if notes.get(_MADE_BY) == self.made_by.encode() else None

    def at(self, path: Path) -> "SketchStore":
        """Return the same store at another path, to be written and then moved: see `replace_sketches`."""
        return replace(self, path=path)

    def by_row_number(self, folder: Path) -> "SketchStore":
        """Return a temporary store in which a post's key is its row in the index."""
        return replace(self, path=folder / f"{SKETCHES.pattern}.draft", files=("",))

    def writer(self) -> "SketchWriter":
        """Return a writer of the file."""
        notes = {_MADE_BY: self.made_by.encode(), _FILES: json.dumps(self.files).encode()}
        return SketchWriter(self.path, self.width, notes)


class Unit(StrEnum):
    """What the shingles of a row are made of; the name of their column."""

    WORDS = "shingles"
    LETTERS = "letters"


class StoredSketches:
    """By row number: whether a post was kept, whether it was protected, and its sketch."""

    def __init__(self, file: pq.ParquetFile | None, store: SketchStore, keys: Keys) -> None:
        """Read the flags; use `SketchStore.open`."""
        self._file, self._store, self._keys = file, store, keys
        self._order = None if (keys[1:] > keys[:-1]).all() else np.argsort(keys)
        self.kept, self.protected = np.zeros(keys.size, np.bool_), np.zeros(keys.size, np.bool_)
        for numbers, existing, titles, table in self._groups("protected"):
            found = existing & ~titles
            protected = pl.Series(table["protected"]).to_numpy()
            self.kept[numbers[found & ~protected]] = True
            self.protected[numbers[found & protected]] = True

    def sketches(self, which: Flags) -> Iterator[Sketches]:
        """Yield the sketches of some kept posts, numbered as for `field_keys`; short texts have none."""
        for numbers, found, titles, table in self._groups("sketch"):
            wanted = found & which[numbers] & pl.Series(table["sketch"].is_valid()).to_numpy()
            sketches = _matrix(table["sketch"].filter(_arrow(wanted)), self._store.width)
            fields = np.where(titles, numbers + self._keys.size, numbers)
            yield Sketches(fields[wanted].astype(np.uint32), sketches)

    def rows(self, which: Flags, unit: Unit) -> Iterator[RowShingles]:
        """Yield the shingles of some kept posts, of words or letters, by row number."""
        for numbers, found, _, table in self._groups(unit.value):
            wanted = found & which[numbers] & pl.Series(table[unit.value].is_valid()).to_numpy()
            yield _shingles(numbers[wanted].astype(np.uint32), table[unit.value].filter(_arrow(wanted)))

    def _groups(self, column: str) -> Iterator[tuple[npt.NDArray[np.int64], Flags, Flags, pa.Table]]:
        """Yield, by row group, the row numbers of its posts, which still exist, which are of titles, and a column."""
        if self._file is None or not self._keys.size:
            return
        now = {file: number for number, file in reversed(list(enumerate(self._store.files)))}
        stored_files = json.loads(self._file.schema_arrow.metadata[_FILES])
        files = np.array([now.get(file, _NOWHERE) for file in stored_files], np.uint64)
        for group in range(self._file.num_row_groups):
            try:
                table = self._file.read_row_group(group, columns=["key", column], use_threads=False)
            except (pa.ArrowException, OSError):
                raise PlanError(f"{self._store.path}: is damaged; remove it, then every post is compared") from None
            keys = _renumbered(pl.Series(table["key"]).to_numpy(), files)
            exist = keys != _NOWHERE
            titles = exist & ((keys & _TITLE) != 0)
            keys = np.where(titles, keys & ~_TITLE, keys)
            at = np.minimum(np.searchsorted(self._keys, keys, sorter=self._order), self._keys.size - 1)
            numbers = at if self._order is None else self._order[at]
            yield numbers, (self._keys[numbers] == keys) & exist, titles, table


class SketchWriter:
    """Writes posts under their keys; the same posts in the same order make the same file. Use it as a context."""

    def __init__(self, path: Path, width: int, notes: Mapping[bytes, bytes]) -> None:
        """Open the file; use `SketchStore.writer`."""
        columns = {"key": pa.uint64(), "protected": pa.bool_(), "sketch": pa.binary(width)}
        columns |= dict.fromkeys(Unit, pa.binary())
        self._schema = pa.schema(list(columns.items()), metadata=dict(notes))
        self._width = width
        self._waiting: list[pa.Table] = []
        # Sketches look random: neither a dictionary nor compression makes them smaller.
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="none", use_dictionary=False, write_page_checksum=True
        )

    def add(self, keys: Keys, sketches: npt.NDArray[np.uint8]) -> None:
        """Add kept posts with their sketches."""
        data = pa.py_buffer(np.ascontiguousarray(sketches))
        self._add(keys, pa.Array.from_buffers(pa.binary(self._width), keys.size, [None, data]), protected=False)

    def add_blank(self, keys: Keys, *, protected: bool) -> None:
        """Add posts without a sketch: protected ones, or kept ones that are too short for one."""
        for first in range(0, keys.size, _BLOCK_ROWS):
            some = keys[first : first + _BLOCK_ROWS]
            self._add(some, pa.nulls(some.size, pa.binary(self._width)), protected=protected)

    def add_rows(self, keys: Keys, rows: RowShingles, unit: Unit) -> None:
        """Add the shingles of kept posts, of words or letters."""
        offsets = pa.py_buffer(np.concatenate([np.zeros(1, np.int32), 4 * np.cumsum(rows.sizes)]).astype(np.int32))
        data = pa.py_buffer(np.ascontiguousarray(rows.hashes))
        shingles = pa.Array.from_buffers(pa.binary(), keys.size, [None, offsets, data])
        self._add(keys, pa.nulls(keys.size, pa.binary(self._width)), protected=False, shingles={unit: shingles})

    def _add(
        self, keys: Keys, sketches: pa.Array, *, protected: bool, shingles: Mapping[Unit, pa.Array] | None = None
    ) -> None:
        columns = [_arrow(keys), _arrow(np.full(keys.size, protected)), sketches]
        columns += [(shingles or {}).get(unit, pa.nulls(keys.size, pa.binary())) for unit in Unit]
        known = pa.Table.from_arrays(columns, schema=self._schema).filter(_arrow(keys != _NOWHERE))
        self._waiting.append(known)
        while sum(table.num_rows for table in self._waiting) >= _BLOCK_ROWS:
            whole = pa.concat_tables(self._waiting)
            self._writer.write_table(whole.slice(0, _BLOCK_ROWS))
            self._waiting = [whole.slice(_BLOCK_ROWS)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if any(table.num_rows for table in self._waiting):
            self._writer.write_table(pa.concat_tables(self._waiting))
        self._writer.close()


def replace_sketches(private: Path, path: Path) -> None:
    """Replace the stored sketches by a new file, or remove them where no file was written."""
    if path.is_file():
        path.replace(private / SKETCHES.pattern)
    else:
        (private / SKETCHES.pattern).unlink(missing_ok=True)


def row_keys(at: pl.DataFrame) -> Keys:
    """Return one number for each row of the inputs that `at` (with the columns of `LOCATOR`) names."""
    file, group, row = (at[column].to_numpy().astype(np.uint64) for column in LOCATOR)
    keys = (file << (_ROW_BITS + _GROUP_BITS)) | (group << _ROW_BITS) | row
    most = np.uint64((1 << int(_GROUP_BITS)) - 1)
    return np.where((file < most) & (group < most) & (row < _TITLE), keys, _NOWHERE)


def field_keys(keys: Keys, numbers: npt.NDArray[np.uint32]) -> Keys:
    """Return the keys of texts of posts (numbered as the rows of `keys`) and of titles (row plus number of rows)."""
    titles = numbers >= keys.size
    fields = keys[np.where(titles, numbers - keys.size, numbers)]
    return np.where(titles, fields | _TITLE, fields)


def _renumbered(keys: Keys, files: Keys) -> Keys:
    """Return the keys with the current numbers of their files."""
    now = files[keys >> (_ROW_BITS + _GROUP_BITS)]
    rest = keys & np.uint64((1 << int(_ROW_BITS + _GROUP_BITS)) - 1)
    return np.where(now == _NOWHERE, _NOWHERE, (now << (_ROW_BITS + _GROUP_BITS)) | rest)


def _arrow(values: Keys | Flags) -> pa.Array:
    """Convert an array to Arrow by way of Polars: pyarrow itself would import pandas."""
    return pl.Series(values).to_arrow()


def _shingles(numbers: npt.NDArray[np.uint32], column: pa.ChunkedArray) -> RowShingles:
    """Return the shingles of rows, none of them null, from their bytes."""
    parts = []
    for chunk in column.chunks:
        ends = np.frombuffer(chunk.buffers()[1] or b"", np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        first, last = (int(ends[0]), int(ends[-1])) if ends.size else (0, 0)
        hashes = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)[first:last].view(np.uint32)
        parts.append((np.diff(ends).astype(np.int64) // 4, hashes))
    sizes = np.concatenate([np.zeros(0, np.int64), *(each for each, _ in parts)])
    return RowShingles(numbers, sizes, np.concatenate([np.zeros(0, np.uint32), *(hashes for _, hashes in parts)]))


def _matrix(column: pa.ChunkedArray, width: int) -> npt.NDArray[np.uint8]:
    """Return sketches, none of them null, as rows of bytes."""
    rows = [np.zeros((0, width), np.uint8)]
    for chunk in column.chunks:
        flat = np.frombuffer(chunk.buffers()[1] or b"", np.uint8)
        rows.append(flat[chunk.offset * width : (chunk.offset + len(chunk)) * width].reshape(-1, width))
    return np.concatenate(rows)
