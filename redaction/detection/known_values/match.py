"""Known values found in a text: one pass over its words, a look-up a word."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import polars as pl

from redaction.detection.acceleration.known_values.batch_prefilter import may_hold
from redaction.detection.acceleration.known_values.record_prefilter import Glance
from redaction.detection.entities import EntityType, Span
from redaction.detection.known_values.ambiguous_names import counts, is_beside
from redaction.detection.known_values.index import PARTICLES, Guard, KnownIndex, Sequence, build_index
from redaction.detection.known_values.links import known_links
from redaction.detection.known_values.tokens import Reading
from redaction.detection.known_values.values import KnownValues
from redaction.detection.settings import KnownSettings
from redaction.detection.text.folding import fold, unleet

NAME = "known_values"

_HUMP = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[A-ZÀ-ÖØ-Þ]+(?![a-zà-öø-ÿ])|[a-zà-öø-ÿ]+")
_DIGITS = re.compile(r"\+?\d(?:[ \t().\-/\u2010-\u2015\u00a0]{0,3}\d){5,17}")
_ROW_GAP = 9
_SHORT = 3
_INITIAL_GAP = re.compile(r"\.?[ \u00a0]{0,2}")
_SIGNS = ("at", "dot", "punkt", "punto")
_CACHED = 1024


class KnownValueSearch:
    """Searches records for the values that belong to them; keeps the indexes of the authors seen last."""

    def __init__(self, settings: KnownSettings) -> None:
        self._index = lru_cache(maxsize=_CACHED)(lambda known: build_index(known, settings))

    def may_find(self, texts: list[str], known: KnownValues) -> list[bool]:
        """Whether `find` may find anything in each text; cheap, and never wrong when it says no."""
        try:
            told = pl.Series(texts, dtype=pl.String)
        except UnicodeEncodeError:  # half a surrogate pair
            return [True] * len(texts)
        return may_hold(told, self._index(known)).to_list()

    def find(self, text: str, *known: KnownValues) -> list[Span]:
        """Spans of all that is known, score 1.0; they may overlap."""
        glance = Glance.of(text)
        indexes = [index for each in known if glance.may_hold(index := self._index(each))]
        named = [glance.may_name(index) for index in indexes]
        reading = Reading.of(text) if any(named) else None
        return [
            Span(start, end, str(entity_type), 1.0, NAME)
            for index, by_name in zip(indexes, named, strict=True)
            for start, end, entity_type in (_find(reading, index) if reading and by_name else _unnamed(text, index))
        ]


Found = tuple[int, int, EntityType]


def _find(reading: Reading, index: KnownIndex) -> Iterator[Found]:
    if index.names or index.handles or index.rows:
        yield from _words(reading, index)
    yield from _unnamed(reading.text, index)


def _unnamed(text: str, index: KnownIndex) -> Iterator[Found]:
    """What is found in no single word."""
    for literal in index.literals:
        if literal in text:
            yield from ((m.start(), m.end(), EntityType.PERSON) for m in re.finditer(re.escape(literal), text))
    if index.urls:
        yield from _urls(text, index.urls)
    if index.slugs or index.urls:
        yield from ((start, end, EntityType.PROFILE_URL) for start, end in known_links(text, index))
    if index.phones:
        yield from _phones(text, index.phones)


def _words(reading: Reading, index: KnownIndex) -> Iterator[Found]:
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
    counted = [i for i in names if counts(reading, i, names, index)]
    for i in counted:
        start, end = _with_initials(reading, i, index)
        yield start, end, EntityType.PERSON
    for i, j in pairwise(counted):
        if (
            j == i + 2
            and reading.folded[i + 1] in PARTICLES
            and not (reading.gap(i, i + 1) + reading.gap(i + 1, j)).strip()
        ):
            yield reading.matches[i].start(), reading.matches[j].end(), EntityType.PERSON
        if j == i + 1 and "," in reading.gap(i, j) and _turned(reading, i, j, index):
            yield reading.matches[i].start(), reading.matches[j].end(), EntityType.PERSON


def _turned(reading: Reading, i: int, j: int, index: KnownIndex) -> bool:
    """Whether two names stand as in a register: Doe, Jane."""
    named = reading.folded[i] in index.family and reading.folded[j] in index.given
    return named and is_beside(reading.gap(i, j))


def _row(reading: Reading, at: int, index: KnownIndex) -> Found | None:
    for row in index.rows[reading.folded[at]]:
        end = _row_end(reading, at, row)
        if end is not None and (not row.capital or reading.word(at)[0].isupper()):
            return reading.matches[at].start(), reading.matches[end].end(), row.entity_type
    return None


def _row_end(reading: Reading, at: int, row: Sequence) -> int | None:
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


def _with_initials(reading: Reading, i: int, index: KnownIndex) -> tuple[int, int]:
    """The name's extent with an initial before or behind it: J. Doe, Jane D."""
    start, end = reading.matches[i].span()
    for j in (i - 1, i + 1):
        initial = reading.word(j) if j >= 0 else ""
        if len(initial) != 1 or reading.folded[j] not in index.initials:
            continue
        gap = reading.gap(i, j)
        dotted = gap.startswith(".") if j < i else reading.after(j).startswith(".")
        if _INITIAL_GAP.fullmatch(gap) and (initial.isupper() or (dotted and reading.word(i).islower())):
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
