"""Reads lines from a file or a pipe: many at once while input is fast, and what there is when it pauses."""

import os
import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

DEFAULT_MAX_BYTES: Final = 1 << 20
_CHUNK: Final = 1 << 16
_MAX_LINES: Final = 256
_PAUSE: Final = 20
"""Milliseconds without input after which a batch ends."""


@dataclass(frozen=True, slots=True)
class StreamLine:
    """A line without its line feed.

    Attributes:
        content: Its bytes; empty where it is too long.
        end: The line feed, or nothing for a last line without it.
        is_too_long: Whether it has more bytes than the limit.
    """

    content: bytes
    end: bytes
    is_too_long: bool = False


class LineBatches:
    """Iterates over the lines of a stream in batches, in constant memory.

    A batch ends after 256 lines or `max_bytes`, or when nothing more comes for 20 milliseconds. Only a line feed ends a
    line, so that there are as many lines as `wc -l` counts, and one more if the last has no line feed.
    """

    def __init__(self, source: BinaryIO, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        """Read from `source`; a line of more than `max_bytes` is dropped, and reported as too long."""
        self._source = source
        self._max_bytes = max_bytes
        self._poll: select.poll | None = None
        try:
            self._descriptor = source.fileno()
        except (OSError, AttributeError):
            return
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)

    def __iter__(self) -> Iterator[list[StreamLine]]:
        """Yield batches of at least one line."""
        batch: list[StreamLine] = []
        size = 0
        rest = bytearray()
        is_too_long = False
        while True:
            if batch and not self._has_input():
                yield batch
                batch, size = [], 0
            chunk = self._read()
            if not chunk:
                break
            first, *others = chunk.split(b"\n")
            rest += first
            is_too_long = is_too_long or len(rest) > self._max_bytes
            for other in others:
                batch.append(StreamLine(b"" if is_too_long else bytes(rest), b"\n", is_too_long))
                size += len(rest)
                rest = bytearray(other)
                is_too_long = len(rest) > self._max_bytes
                if len(batch) >= _MAX_LINES or size >= self._max_bytes:
                    yield batch
                    batch, size = [], 0
            if is_too_long:
                rest.clear()
        if rest or is_too_long:
            batch.append(StreamLine(b"" if is_too_long else bytes(rest), b"", is_too_long))
        if batch:
            yield batch

    def _read(self) -> bytes:
        if self._poll is None:
            return self._source.read(_CHUNK)
        # An interrupt always ends a poll. It does not end a read, since Polars has interrupted calls restarted.
        self._poll.poll()
        return os.read(self._descriptor, _CHUNK)

    def _has_input(self) -> bool:
        return self._poll is None or bool(self._poll.poll(_PAUSE))
