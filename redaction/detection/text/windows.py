"""Long texts in pieces: each piece is short enough for any recogniser, and no finding falls between two."""

import re
from collections.abc import Iterator

_BOUNDARIES = (re.compile(r"\n"), re.compile(r"[.!?。！？]\s"), re.compile(r"\s"))


def windows(text: str, size: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Pieces `(offset, piece)` of at most `size` characters that together cover the text.

    Neighbours share at least `overlap` characters. A piece ends, where it can, at a line's end, else a
    sentence's, else between two words; a single word longer than a piece is cut.
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


def _word_start(text: str, wanted: int, floor: int) -> int:
    for position in range(wanted, floor, -1):
        if text[position - 1].isspace():
            return position
    return wanted
