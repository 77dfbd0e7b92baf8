"""Rows on their way from the tasks of one step to those of the next: encrypted files below a private folder.

A task writes the rows of a stream into one file, sorted by the partition that they go to; the task of a partition reads
its part of all files, in the order of their names. Rows hold ids, times and codes, and may hold what a profile says, so
every part is encrypted with a key that only the processes of the run hold: what a killed process leaves is unreadable.
"""

import os
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from redaction.errors import DiscreetError

_KEY_BITS: Final = 256
_NONCE_BYTES: Final = 12
_PART: Final = struct.Struct("<IQQ")
"""A part of a file: its partition, where it begins, and its bytes."""
_PARTS: Final = struct.Struct("<I")
_CANARIES: Final = ("", "a", "member-0001", "0123456789" * 4, "ü")

Numbers = npt.NDArray[np.uint32]


class ExchangeError(DiscreetError):
    """A file of the exchange is missing or damaged, or another machine would divide the rows differently."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What one kind of task hands on to another: a name, and the columns of the rows."""

    name: str
    schema: pl.Schema

    def empty(self) -> pl.DataFrame:
        """Return a frame without rows."""
        return pl.DataFrame(schema=self.schema)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The folder of one run, its key, and the number of partitions."""

    folder: Path
    parts: int
    key: bytes = field(repr=False)
    canary: int = 0
    """The hash of some ids where the run began: other hashes would divide people differently."""

    @classmethod
    def begin(cls, folder: Path, parts: int) -> Self:
        """Begin an exchange in an existing private folder, with a new key."""
        return cls(folder, parts, AESGCM.generate_key(_KEY_BITS), _canary())

    def by_hash(self, ids: pl.Series) -> Numbers:
        """Return the partition of each id, by its hash.

        Raises:
            ExchangeError: This machine hashes differently from the one on which the run began.
        """
        if self.canary != _canary():
            raise ExchangeError("execution: a worker computes other hashes; give all machines the same software")
        return (ids.hash() % self.parts).cast(pl.UInt32).to_numpy()

    def give(self, stream: Stream, file: str, rows: pl.DataFrame, parts: Numbers) -> Numbers:
        """Write rows into one file of a stream, in one step.

        Args:
            stream: The stream.
            file: The file's name: files are read in the order of their names.
            rows: The columns of the stream.
            parts: The partition that each row goes to.

        Returns:
            The number of rows for each partition.
        """
        order = np.argsort(parts.astype(np.uint16), kind="stable") if self.parts <= 1 << 16 else np.argsort(parts)
        edges = np.searchsorted(parts[order], np.arange(self.parts + 1))
        sorted_rows = rows.select(stream.schema.names())[order]
        path = self._folder(stream) / file
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{file}.draft")
        cipher, index = AESGCM(self.key), list[tuple[int, int, int]]()
        with draft.open("wb") as sink:
            for part in np.flatnonzero(np.diff(edges)).tolist():
                own = sorted_rows[int(edges[part]) : int(edges[part + 1])]
                content, nonce = BytesIO(), os.urandom(_NONCE_BYTES)
                own.write_ipc_stream(content, compression="lz4", compat_level=pl.CompatLevel.oldest())
                sealed = cipher.encrypt(nonce, content.getvalue(), _name(stream, file, part))
                index.append((part, sink.tell(), _NONCE_BYTES + len(sealed)))
                sink.write(nonce)
                sink.write(sealed)
            for entry in index:
                sink.write(_PART.pack(*entry))
            sink.write(_PARTS.pack(len(index)))
        draft.replace(path)
        return np.diff(edges).astype(np.uint32)

    def batches(self, stream: Stream, part: int) -> Iterator[pl.DataFrame]:
        """Yield the rows of a partition, those of one file after the other.

        Raises:
            ExchangeError: A file is damaged.
        """
        folder = self._folder(stream)
        for path in sorted(folder.glob("[!.]*")) if folder.is_dir() else ():
            try:
                sealed = _read(path, part)
                if sealed:
                    nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
                    opened = AESGCM(self.key).decrypt(nonce, content, _name(stream, path.name, part))
            except (InvalidTag, ValueError, OSError, struct.error):
                raise ExchangeError(f"{path}: is damaged; run the command again") from None
            if sealed:
                yield pl.read_ipc_stream(BytesIO(opened)).match_to_schema(stream.schema)

    def take(self, stream: Stream, part: int) -> pl.DataFrame:
        """Return the rows of a partition."""
        return pl.concat([stream.empty(), *self.batches(stream, part)])

    def remove(self, stream: Stream) -> None:
        """Remove the files of a stream that nobody reads any more."""
        shutil.rmtree(self._folder(stream), ignore_errors=True)

    def _folder(self, stream: Stream) -> Path:
        return self.folder / stream.name


def _read(path: Path, part: int) -> bytes:
    """Read a part of a file, empty where it has none."""
    with path.open("rb") as source:
        source.seek(-_PARTS.size, os.SEEK_END)
        (number,) = _PARTS.unpack(source.read(_PARTS.size))
        source.seek(-_PARTS.size - number * _PART.size, os.SEEK_END)
        index = {p: (at, size) for p, at, size in _PART.iter_unpack(source.read(number * _PART.size))}
        at, size = index.get(part, (0, 0))
        source.seek(at)
        return source.read(size)


def _name(stream: Stream, file: str, part: int) -> bytes:
    """Return what a part is authenticated with: it cannot be read as another one."""
    return f"{stream.name}/{file}/{part}".encode()


def _canary() -> int:
    return int(pl.Series(_CANARIES).hash().sum())
