"""Text as a reader sees it: entities read, look-alikes resolved, invisible characters gone.

Recognisers look at the view; `View.original` takes their offsets back to the text as it was given, over the
whole extent of whatever was seen through.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff"
)
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u3099\u309a"

_LATIN_LIKE = str.maketrans(
    # Cyrillic, Greek, Armenian and others, letter by letter, as Unicode's confusables have them.
    "аеорсухіјѕһԁԛԝӏвгкмнтъьүАВЕКМНОРСТУХІЈЅԚԜӀЗαοειικνρτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳοսօհոցզԼՏՍՕⅼı",
    "aeopcyxijshdqwlBrkMHTbbYABEKMHOPCTYXIJSQWI3aoeiiknrtuxywABEZHIKMNOPTYXCjosohugqLSUOli",
)
_FOREIGN = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f"
_MIXED = re.compile(rf"[A-Za-z][{_FOREIGN}]|[{_FOREIGN}][A-Za-z]")
_MIXED_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(rf"(?<=\w)[{_EMOJI}]|[{_EMOJI}](?=\w)")
_ENTITY = r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_HAS_ENTITY = re.compile(_ENTITY)
_UNIT = re.compile(rf"{_ENTITY}|[\x00-%'-\x7f]+(?![{_MARKS}])|.[{_MARKS}]*", re.DOTALL)
"""An entity, plain characters in a row, or one character with its marks."""
_ODD = re.compile(
    rf"[{_INVISIBLE}{_FOREIGN}{_EMOJI}](?:(?<=[{_INVISIBLE}])|(?<=[{_FOREIGN}])(?:(?<=[A-Za-z].)|(?=[A-Za-z]))"
    rf"|(?<=[{_EMOJI}])(?:(?<=\w.)|(?=\w)))",
    re.DOTALL,
)
"""An invisible character, letters of two scripts side by side, or a sign glued to a word; found by what it turns on."""
_DROPPED = re.compile(rf"[{_INVISIBLE}]")
_KEPT = frozenset("™℠℡№…½¼¾⅓⅔⅛²³¹ªº´¨¯¸")
_LIGHT = 3


@dataclass(frozen=True, slots=True)
class View:
    """A text seen through. `starts` and `ends` give, for each character seen, its extent in the original."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of characters `[start, end)` of the view; `start < end`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def see_through(text: str) -> View:
    """The view of a text; the text itself where nothing needs seeing through, which is found out quickly."""
    if text.isascii():
        if "&" not in text or _HAS_ENTITY.search(text) is None:
            return View(text)
    elif unicodedata.is_normalized("NFKC", text) and _ODD.search(text) is None and "&" not in text:
        return View(text)
    seen: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in _units(text):
        seen.append(piece)
        if piece.isascii() and len(piece) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
    return View(_plain("".join(seen)), tuple(starts), tuple(ends))


def _units(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _UNIT.finditer(text):
        unit, start = match.group(), match.start()
        if len(unit) >= _LIGHT and unit[0] == "&":
            read = _read_entity(unit)
            if read is None:
                yield from ((character, start + i, start + i + 1) for i, character in enumerate(unit))
                continue
            unit = read
        elif unit.isascii():
            yield unit, start, match.end()
            continue
        plain = unit if unit in _KEPT else unicodedata.normalize("NFKC", unit)
        plain = _DROPPED.sub("", plain)
        if plain:
            yield plain, start, match.end()


def _read_entity(entity: str) -> str | None:
    read = html.unescape(entity)
    while read != entity and read.startswith("&") and len(read) > 1:
        entity, read = read, html.unescape(read)
    return None if read.startswith("&") and len(read) > 1 else read


def _plain(seen: str) -> str:
    """Same length: look-alike letters of a word of two scripts as Latin, signs glued to a word as blanks."""
    if _MIXED.search(seen):
        seen = _MIXED_WORD.sub(_latin, seen)
    return _GLUED.sub(" ", seen)


def _latin(word: re.Match[str]) -> str:
    letters = word.group()
    return letters.translate(_LATIN_LIKE) if _MIXED.search(letters) else letters
