"""Short rows of kinds of characters, looked for in many texts at once: whole arrays are compared, not texts.

A shape is a string, a character for each of the text: `0` a digit, `a` a letter or another sign of a word, `s` neither,
`A` a capital A to Z, `x` a plain letter or digit, `h` a hexadecimal digit, `n` all but a small letter a to z; any other
is itself. It serves patterns that need no word by which they could be found.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import numpy as np

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.uint8]]

MARK: Final = "\ue000"
"""Before a shape, so that it is no string that could stand in a folded text."""

_OTHER: Final = 255
_PLAIN: Final[dict[str, Callable[[str], bool]]] = {
    "A": lambda c: c.isascii() and c.isupper(),
    "x": lambda c: c.isascii() and c.isalnum(),
    "h": lambda c: c in "0123456789abcdefABCDEF",
    "n": lambda c: not (c.isascii() and c.islower()),
}
"""What is told from the text as it stands."""
_FOLDED: Final[dict[str, Callable[[str], bool]]] = {
    "0": lambda c: c == "0",
    "a": lambda c: c not in " 0",
    "s": lambda c: c == " ",
}
"""What is told from the folded text."""


class Kinds:
    """A text, and of what kind each of its characters is."""

    def __init__(self, text: str, folded: str) -> None:
        self._text = _bytes_of(text)
        self._folded = _bytes_of(folded)
        self._flags: dict[str, Flags] = {}

    def find(self, shape: str) -> Ints:
        """Where the shape begins."""
        length = len(self._text) - len(shape) + 1
        if length <= 0:
            return np.empty(0, np.int64)
        if shape == shape[0] * len(shape):
            return np.flatnonzero(_row_of(self._of(shape[0]), len(shape)))
        found = self._of(shape[0])[:length]
        for place, kind in enumerate(shape[1:], 1):
            found = found & self._of(kind)[place : place + length]
        return np.flatnonzero(found)

    def _of(self, kind: str) -> Flags:
        if kind not in self._flags:
            codes = self._folded if kind in _FOLDED else self._text
            told = _table(kind)
            self._flags[kind] = codes == ord(kind) if told is None else told[codes]
        return self._flags[kind]


def shapes_of(clause: Iterable[str]) -> list[str]:
    """The shapes among what a clause names."""
    return [name[1:] for name in clause if name.startswith(MARK)]


def _bytes_of(text: str) -> Codes:
    """Its characters as bytes; all that are not plain are one."""
    return np.frombuffer(text.encode("latin-1", "replace") if text.isascii() else _narrowed(text), np.uint8)


def _narrowed(text: str) -> bytes:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, _OTHER).astype(np.uint8).tobytes()


@cache
def _table(kind: str) -> Flags | None:
    """For each byte whether it is of the kind; None for a character that is only itself."""
    told = _PLAIN.get(kind) or _FOLDED.get(kind)
    return None if told is None else np.array([told(chr(code)) for code in range(_OTHER + 1)])


def _row_of(flags: Flags, length: int) -> Flags:
    """Where so many in a row begin."""
    done = 1
    while done < length:
        more = min(done, length - done)
        flags = flags[:-more] & flags[more:]
        done += more
    return flags
