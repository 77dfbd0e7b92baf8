"""Cut a file of lines into blocks that can be read one by one. A block ends where a record ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from redaction.storage import StoragePath, open_binary

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


def read_block(path: StoragePath, block: Block) -> bytes:
    """Return the bytes of a block."""
    with open_binary(path) as file:
        file.seek(block.start)
        return file.read(block.size)
