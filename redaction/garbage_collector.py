"""Python's garbage collector, kept from work that gains nothing by it.

It visits every object that could be part of a cycle again and again while a batch makes many new ones; next to none of
them ever is garbage that only it could find.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


@contextmanager
def left_out() -> Iterator[None]:
    """What the process holds at the end, such as the models loaded inside, is left out of all later rounds.

    What an earlier call has left out is given back first, so that models that nobody holds any more can go.
    """
    gc.unfreeze()
    try:
        yield
    finally:
        gc.freeze()


class _Pauses:
    """How many pauses there are at once, in whatever threads, and whether the collector goes on after the last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0
        self._goes_on = False

    def begin(self) -> None:
        with self._lock:
            if not self._number:
                self._goes_on = gc.isenabled()
                gc.disable()
            self._number += 1

    def end(self) -> None:
        with self._lock:
            self._number -= 1
            if not self._number and self._goes_on:
                gc.enable()


_PAUSES = _Pauses()
"""The collector is the process's, and so are its pauses."""


@contextmanager
def paused() -> Iterator[None]:
    """No round is made inside; after the last pause of any thread it is as it was."""
    _PAUSES.begin()
    try:
        yield
    finally:
        _PAUSES.end()
