"""Mutes the code of others while it has texts: what a model, recognizer or operator prints or logs is not shown.

Two strengths. `muted` covers Python's streams and logging in the calling thread, and leaves those of other threads
alone; detection and replacement are wrapped in it. `close_streams` also covers what compiled code writes, for a process
that has nothing of its own to print, as a worker has.
"""

import io
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

_thread: Final = threading.local()
_lock: Final = threading.Lock()
_state: Final = {"users": 0, "logging": logging.NOTSET}


class _Stream:
    """A stream that drops what a muted thread writes, and passes on everything else."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write, unless the thread is muted."""
        return len(text) if _is_muted() else self.stream.write(text)

    def writelines(self, lines: Any) -> None:
        """Write lines, unless the thread is muted."""
        if not _is_muted():
            self.stream.writelines(lines)

    @property
    def buffer(self) -> Any:
        """The stream of bytes; of a muted thread one that nobody reads."""
        return io.BytesIO() if _is_muted() else self.stream.buffer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def muted() -> Iterator[None]:
    """Drop what this thread prints, warns and logs inside."""
    _enter()
    depth = getattr(_thread, "depth", 0)
    _thread.depth = depth + 1
    try:
        yield
    finally:
        _thread.depth = depth
        _leave()


def close_streams() -> None:
    """Let everything that this process writes to its outputs vanish, for good."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    logging.disable(logging.CRITICAL)


def _is_muted() -> bool:
    return getattr(_thread, "depth", 0) > 0


def _enter() -> None:
    with _lock:
        if not _state["users"]:
            _state["logging"] = logging.root.manager.disable
            logging.disable(logging.CRITICAL)
        _state["users"] += 1
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and not isinstance(stream, _Stream):
                setattr(sys, name, _Stream(stream))


def _leave() -> None:
    with _lock:
        _state["users"] -= 1
        if _state["users"]:
            return
        logging.disable(_state["logging"])
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, _Stream):
                setattr(sys, name, stream.stream)
