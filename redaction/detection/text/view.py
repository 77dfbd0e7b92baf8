"""Normalizes texts to what a reader sees: HTML entities decoded, homoglyphs resolved, invisible characters removed.

Recognizers analyze the normalized view; `View.original` maps their offsets back to the original text.
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

_HOMOGLYPHS = str.maketrans(
    # Cyrillic, Greek, Armenian and other homoglyphs, from Unicode's confusables.txt.
    "аеорсухіјѕһԁԛԝӏвгкмнтъьүАВЕКМНОРСТУХІЈЅԚԜӀЗαοειικνρτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳοսօհոցզԼՏՍՕⅼı",
    "aeopcyxijshdqwlBrkMHTbbYABEKMHOPCTYXIJSQWI3aoeiiknrtuxywABEZHIKMNOPTYXCjosohugqLSUOli",
)
_NON_LATIN = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f"
_MIXED = re.compile(rf"[A-Za-z][{_NON_LATIN}]|[{_NON_LATIN}][A-Za-z]")
_MIXED_WORD = re.compile(r"[^\W\d_]+")
_ADJACENT_EMOJI = re.compile(rf"(?<=\w)[{_EMOJI}]|[{_EMOJI}](?=\w)")
_ENTITY = r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_HAS_ENTITY = re.compile(_ENTITY)
_UNIT = re.compile(rf"{_ENTITY}|[\x00-%'-\x7f]+(?![{_MARKS}])|.[{_MARKS}]*", re.DOTALL)
"""An HTML entity, a sequence of ASCII characters, or one character with its combining marks."""
_NEEDS_NORMALIZATION = re.compile(
    rf"[{_INVISIBLE}{_NON_LATIN}{_EMOJI}](?:(?<=[{_INVISIBLE}])|(?<=[{_NON_LATIN}])(?:(?<=[A-Za-z].)|(?=[A-Za-z]))"
    rf"|(?<=[{_EMOJI}])(?:(?<=\w.)|(?=\w)))",
    re.DOTALL,
)
"""An invisible character, adjacent letters of two scripts, or an emoji next to a word character.

The pattern starts with a character class and checks the context in lookbehinds, which is faster than alternatives.
"""
_REMOVED = re.compile(rf"[{_INVISIBLE}]")
_UNCHANGED = frozenset("™℠℡№…½¼¾⅓⅔⅛²³¹ªº´¨¯¸")
_MIN_ENTITY = 3


@dataclass(frozen=True, slots=True)
class View:
    """A normalized text. Character `i` comes from `[starts[i], ends[i])` of the original; None if it is unchanged."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map characters `[start, end)` of the view, at least one, to `[start, end)` of the original text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> View:
    """Normalize a text; one that needs no change is detected quickly."""
    if text.isascii():
        if "&" not in text or _HAS_ENTITY.search(text) is None:
            return View(text)
    elif unicodedata.is_normalized("NFKC", text) and _NEEDS_NORMALIZATION.search(text) is None and "&" not in text:
        return View(text)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part, start, end in _normalized_units(text):
        parts.append(part)
        if part.isascii() and len(part) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(part))
            ends.extend([end] * len(part))
    return View(_resolve_homoglyphs("".join(parts)), tuple(starts), tuple(ends))


def _normalized_units(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield `(normalized unit, start, end)` with offsets into the text."""
    for match in _UNIT.finditer(text):
        unit, start = match.group(), match.start()
        if len(unit) >= _MIN_ENTITY and unit[0] == "&":
            decoded = _decode_entity(unit)
            if decoded is None:
                yield from ((character, start + i, start + i + 1) for i, character in enumerate(unit))
                continue
            unit = decoded
        elif unit.isascii():
            yield unit, start, match.end()
            continue
        normalized = unit if unit in _UNCHANGED else unicodedata.normalize("NFKC", unit)
        normalized = _REMOVED.sub("", normalized)
        if normalized:
            yield normalized, start, match.end()


def _decode_entity(entity: str) -> str | None:
    """Decode an HTML entity, also if it was escaped several times; None if there is no such entity."""
    decoded = html.unescape(entity)
    while decoded != entity and decoded.startswith("&") and len(decoded) > 1:
        entity, decoded = decoded, html.unescape(decoded)
    return None if decoded.startswith("&") and len(decoded) > 1 else decoded


def _resolve_homoglyphs(text: str) -> str:
    """Replace homoglyphs in words of two scripts by Latin letters, and emoji next to a word by spaces; same length."""
    if _MIXED.search(text):
        text = _MIXED_WORD.sub(_to_latin, text)
    return _ADJACENT_EMOJI.sub(" ", text)


def _to_latin(word: re.Match[str]) -> str:
    letters = word.group()
    return letters.translate(_HOMOGLYPHS) if _MIXED.search(letters) else letters
