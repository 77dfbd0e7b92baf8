"""Limits the time that detection spends on one record."""

import time
from typing import Self

from redaction.detection.errors import RecordTimedOutError


class RecordClock:
    """Counts the CPU seconds of one record: `with clock: ...` refuses to begin a step when the time is over.

    A step is never cut off, so a record may take longer than the limit; it is dropped all the same.
    """

    __slots__ = ("_began", "_limit", "_spent")

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._spent = 0.0
        self._began = 0.0

    def add(self, seconds: float) -> None:
        """Count time that was measured elsewhere, such as a share of a batch."""
        self._spent += seconds

    def check(self) -> None:
        """Raise RecordTimedOutError when the time is over."""
        if self._spent > self._limit:
            raise RecordTimedOutError("a record ran out of time (record_seconds)")

    def __enter__(self) -> Self:
        """Begin a step."""
        self.check()
        self._began = time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        """End a step."""
        self._spent += time.thread_time() - self._began
