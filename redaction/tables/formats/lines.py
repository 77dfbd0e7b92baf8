"""Cut a file of lines into blocks that can be read one by one. A block ends where a record ends."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from redaction.storage import StoragePath, open_binary
from redaction.tables.formats.content import Content, slices

BLOCK_BYTES: Final = 4 << 20
_LONGEST_RECORD: Final = 256 << 20

Cut = Callable[[bytes, bool], int]
"""Returns how many of the bytes, which begin a record, are whole records; given whether the file ends there."""


class UnendingRecordError(ValueError):
    """A record of more bytes than any has."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a file: where it begins, how many bytes it has, and the number of its first line, from 1."""

    start: int
    size: int
    first_line: int


def blocks(path: StoragePath, cut: Cut) -> Iterator[tuple[Block, bytes]]:
    """Yield the blocks of a file, each with its bytes.

    Raises:
        UnendingRecordError: A record that does not end within 256 MB.
    """
    start, line, waiting = 0, 1, b""
    with open_binary(path) as file:
        while True:
            read = file.read(BLOCK_BYTES)
            waiting += read
            size = cut(waiting, not read)
            if size:
                yield Block(start, size, line), waiting[:size]
                line += waiting.count(b"\n", 0, size)
                start, waiting = start + size, waiting[size:]
            if not read:
                return
            if len(waiting) > _LONGEST_RECORD:
                raise UnendingRecordError(line)


@dataclass(frozen=True, slots=True)
class LinesLayout(ABC):
    """A file of lines. A row group is a block of about 4 MB."""

    path: StoragePath
    key: str
    schema: pa.Schema
    rows: int
    blocks: tuple[Block, ...]
    variant: str = ""

    @abstractmethod
    def parse(self, content: bytes, block: Block, columns: Sequence[str]) -> list[pa.RecordBatch]:
        """Return the rows of a block, with some columns of the schema."""

    @property
    def row_groups(self) -> int:
        """The number of blocks."""
        return len(self.blocks)

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Return the content; a block is opened when it is read."""
        yield _LinesContent(self)


@dataclass(frozen=True, slots=True)
class _LinesContent:
    layout: LinesLayout

    def batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        block = self.layout.blocks[group]
        with open_binary(self.layout.path) as file:
            file.seek(block.start)
            content = file.read(block.size)
        for batch in self.layout.parse(content, block, columns):
            yield from slices(batch)

    def group_bytes(self, group: int) -> int:
        return self.layout.blocks[group].size
