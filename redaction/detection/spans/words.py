"""Finds the words of a text around given positions, in time linear in the text, however long a word is."""

import re
from bisect import bisect_left
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"[ \n]")
_STEP: Final = 64


class _Run(NamedTuple):
    """The words of one pattern in characters `[low, high)` of a text, between two spaces."""

    low: int
    high: int
    starts: list[int]
    ends: list[int]


class WordsOfText:
    """The words of a text. Of each pattern the words of the latest run without spaces are kept."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[re.Pattern[str], _Run] = {}

    def over(self, pattern: re.Pattern[str], position: int) -> tuple[int, int] | None:
        """Return `[start, end)` of the word that has characters on both sides of a position, if there is one.

        Args:
            pattern: matches words; no word has a space or a line feed in it.
            position: an offset into the text.
        """
        run = self._runs.get(pattern)
        if run is None or not run.low <= position <= run.high:
            run = self._runs[pattern] = self._run(pattern, position)
        at = bisect_left(run.starts, position) - 1
        return (run.starts[at], run.ends[at]) if at >= 0 and run.ends[at] > position else None

    def _run(self, pattern: re.Pattern[str], position: int) -> _Run:
        low, high = self._start(position), self._end(position)
        spans = [match.span() for match in pattern.finditer(self._text, low, high)]
        return _Run(low, high, [start for start, _ in spans], [end for _, end in spans])

    def _start(self, position: int) -> int:
        step, found = _STEP, -1
        while found < 0:
            floor = max(0, position - step)
            found = max(self._text.rfind(" ", floor, position), self._text.rfind("\n", floor, position))
            if floor == 0:
                break
            step *= 4
        return found + 1

    def _end(self, position: int) -> int:
        space = _SPACE.search(self._text, position)
        return space.start() if space else len(self._text)
