"""Known values found in a text: one pass over its words, a look-up a word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from redaction.detection.folding import WORD, fold, unleet
from redaction.detection.known import KnownValues
from redaction.detection.known_index import Guard, KnownIndex, Sequence, build_index
from redaction.detection.lists import word_list
from redaction.detection.settings import KnownSettings
from redaction.detection.vocabulary import EntityType, Span

NAME = "known_values"

_BEFORE = frozenset(word.casefold() for word in word_list("before_a_person"))
_HUMP = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[A-ZÀ-ÖØ-Þ]+(?![a-zà-öø-ÿ])|[a-zà-öø-ÿ]+")
_DIGITS = re.compile(r"\+?\d(?:[\s().\-/\u2010-\u2015\u00a0]{0,3}\d){5,17}")
_SENTENCE_END = re.compile(r"[.!?:\n•|]\s*[\"'“(]*$|^\s*[\"'“(#*-]*$")
_ROW_GAP = 9
_SHORT = 3
_INITIAL_GAP = re.compile(r"\.?[ \u00a0]{0,2}")
_SIGNS = ("at", "dot", "punkt", "punto")
_CALENDAR = word_list("calendar")
_BESIDE = re.compile(r"[ \t\u00a0.,_-]{0,3}")
_CACHED = 8192


class KnownValueSearch:
    """Searches records for the values that belong to them; keeps the indexes of the authors seen last."""

    def __init__(self, settings: KnownSettings) -> None:
        self._index = lru_cache(maxsize=_CACHED)(lambda known: build_index(known, settings))

    def find(self, text: str, *known: KnownValues) -> list[Span]:
        """Spans of all that is known, score 1.0; they may overlap."""
        indexes = [index for each in known if not (index := self._index(each)).empty]
        if not indexes:
            return []
        reading = _Reading.of(text)
        return [Span(s, e, str(t), 1.0, NAME) for index in indexes for s, e, t in _find(reading, index)]


Found = tuple[int, int, EntityType]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text, its words, and the words folded."""

    text: str
    matches: list[re.Match[str]]
    folded: list[str]

    @classmethod
    def of(cls, text: str) -> "_Reading":
        matches = list(WORD.finditer(text))
        return cls(text, matches, [fold(match.group()) for match in matches])

    def word(self, i: int) -> str:
        """Word `i` as it is written; empty outside the text."""
        return self.matches[i].group() if 0 <= i < len(self.matches) else ""

    def gap(self, i: int, j: int) -> str:
        """What stands between two words, in either order."""
        left, right = sorted((i, j))
        return self.text[self.matches[left].end() : self.matches[right].start()]

    def before(self, i: int) -> str:
        """The characters before word `i`, as many as tell whether a sentence starts with it."""
        start = self.matches[i].start()
        return self.text[max(0, start - 12) : start]


def _find(reading: _Reading, index: KnownIndex) -> Iterator[Found]:
    text = reading.text
    if index.names or index.handles or index.rows:
        yield from _words(reading, index)
    for literal in index.literals:
        if literal in text:
            yield from ((m.start(), m.end(), EntityType.PERSON) for m in re.finditer(re.escape(literal), text))
    if index.urls:
        yield from _urls(text, index.urls)
    if index.phones:
        yield from _phones(text, index.phones)


def _words(reading: _Reading, index: KnownIndex) -> Iterator[Found]:
    names: dict[int, Guard] = {}
    for i, word in enumerate(reading.folded):
        guard = index.names.get(word)
        if guard is not None:
            names[i] = guard
        match = reading.matches[i]
        if word in index.rows and (row := _row(reading, i, index)) is not None:
            yield row
        elif word in index.handles:
            yield match.start(), match.end(), EntityType.HANDLE
        elif guard is None and _inside(match.group(), word, index):
            yield match.start(), match.end(), EntityType.PERSON
    for i, guard in names.items():
        if _counts(reading, i, guard, names):
            start, end = _with_initials(reading, i, index)
            yield start, end, EntityType.PERSON


def _row(reading: _Reading, at: int, index: KnownIndex) -> Found | None:
    for row in index.rows[reading.folded[at]]:
        end = _row_end(reading, at, row)
        if end is not None and (not row.capital or reading.word(at)[0].isupper()):
            return reading.matches[at].start(), reading.matches[end].end(), row.entity_type
    return None


def _row_end(reading: _Reading, at: int, row: Sequence) -> int | None:
    """Where the row's last word is; words of a disguised address ("at", "dot") may stand between."""
    place, folded = at, reading.folded
    for word in row.words[1:]:
        place += 1
        while place < len(folded) and folded[place] in _SIGNS and folded[place] != word:
            place += 1
        if place >= len(folded) or folded[place] != word or len(reading.gap(place - 1, place)) > _ROW_GAP:
            return None
    return place


def _inside(word: str, folded: str, index: KnownIndex) -> bool:
    """A name inside a word in humps (#TeamJaneDoe), or with digits for letters (j4ne)."""
    if word.islower() or word.istitle():
        plain = unleet(folded) if not folded.isalpha() else ""
        return len(plain) > _SHORT and plain.isalpha() and index.names.get(plain) is Guard.NONE
    parts = [fold(part) for part in _HUMP.findall(word)]
    return len(parts) > 1 and any(index.names.get(part) is Guard.NONE and len(part) >= _SHORT for part in parts)


def _counts(reading: _Reading, i: int, guard: Guard, names: dict[int, Guard]) -> bool:
    """Whether a word that is a known name stands as one here."""
    if guard is Guard.NONE or _beside(reading, i, names):
        return True
    word, before = reading.word(i), reading.word(i - 1)
    if not word[0].isupper():
        return False
    if guard is Guard.CAPITAL:
        return not word.isupper() or not before.isupper()
    if before.casefold() in _BEFORE or reading.before(i).rstrip().endswith("&"):
        return True
    if word.isupper() or reading.folded[i] in _CALENDAR:
        return False
    return before.islower() and not _SENTENCE_END.search(reading.before(i))


def _beside(reading: _Reading, i: int, names: dict[int, Guard]) -> bool:
    """Whether another known name stands next to it: one that is no word, or both have their capitals."""
    for j in (i - 1, i + 1):
        if j in names and _BESIDE.fullmatch(reading.gap(i, j)):
            capitals = reading.word(i)[0].isupper() and reading.word(j)[0].isupper()
            if names[j] is not Guard.NAME_PLACE or (capitals and not reading.word(j).isupper()):
                return True
    return False


def _with_initials(reading: _Reading, i: int, index: KnownIndex) -> tuple[int, int]:
    """The name's extent with an initial before or behind it: J. Doe, Jane D."""
    start, end = reading.matches[i].span()
    for j in (i - 1, i + 1):
        initial = reading.word(j) if j >= 0 else ""
        if len(initial) != 1 or not initial.isupper() or reading.folded[j] not in index.initials:
            continue
        if _INITIAL_GAP.fullmatch(reading.gap(i, j)):
            start = min(start, reading.matches[j].start())
            far = reading.matches[j].end()
            end = max(end, far + (reading.text[far : far + 1] == "."))
    return start, end


def _urls(text: str, urls: tuple[str, ...]) -> Iterator[Found]:
    folded = text.casefold().replace("i̇", "i").replace("ı", "i")
    for url in urls:
        if url.casefold() not in folded:  # a pattern a person is dear to compile, and hardly ever matches
            continue
        for match in re.finditer(re.escape(url) + r"(?![\w-])", text, re.IGNORECASE):
            start = match.start()
            while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "<>()[]\"'":
                start -= 1
            yield start, match.end(), EntityType.PROFILE_URL


def _phones(text: str, phones: tuple[str, ...]) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        digits = "".join(c for c in match.group() if c.isdigit())
        if any(phone in digits for phone in phones):
            yield match.start(), match.end(), EntityType.PHONE_NUMBER
