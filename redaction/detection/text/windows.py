"""Cuts long texts into overlapping windows, short enough for any recognizer."""

import re
from collections.abc import Iterator

_BOUNDARIES = (re.compile(r"\n"), re.compile(r"[.!?。！？]\s"), re.compile(r"\s"))
"""Line end, sentence end, word end, in order of preference."""


def windows(text: str, size: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Yield `(offset, window)` of at most `size` characters that cover the text and share at least `overlap`.

    A window ends at a line end if possible, else at a sentence end, else between two words; a single word that is
    longer than a window is cut.

    Yields:
        `(offset, window)`, where `window` is `text[offset : offset + len(window)]`.
    """
    if len(text) <= size:
        yield 0, text
        return
    start = 0
    while start + size < len(text):
        end = _last_boundary(text, start + size // 2, start + size)
        yield start, text[start:end]
        start = _word_start(text, end - overlap, floor=max(start + 1, end - 2 * overlap))
    yield start, text[start:]


def _last_boundary(text: str, low: int, high: int) -> int:
    for pattern in _BOUNDARIES:
        last = None
        for match in pattern.finditer(text, low, high):
            last = match
        if last is not None:
            return last.end()
    return high


def _word_start(text: str, latest: int, floor: int) -> int:
    for position in range(latest, floor, -1):
        if text[position - 1].isspace():
            return position
    return latest
