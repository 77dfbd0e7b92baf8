"""Known values found in a text: one pass over its words, a look-up a word."""

import re
from collections.abc import Iterator
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
_BESIDE = re.compile(r"[ \t\u00a0.,_-]{0,3}")
_CACHED = 8192


class KnownValueSearch:
    """Searches records for the values that belong to them; keeps the indexes of the authors seen last."""

    def __init__(self, settings: KnownSettings) -> None:
        self._index = lru_cache(maxsize=_CACHED)(lambda known: build_index(known, settings))

    def find(self, text: str, known: KnownValues) -> list[Span]:
        """Spans of all that is known, score 1.0; they may overlap."""
        index: KnownIndex = self._index(known)
        if index.empty:
            return []
        return [Span(s, e, str(t), 1.0, NAME) for s, e, t in _find(text, index)]


Found = tuple[int, int, EntityType]


def _find(text: str, index: KnownIndex) -> Iterator[Found]:
    if index.names or index.handles or index.rows:
        yield from _words(text, index)
    for literal in index.literals:
        yield from ((m.start(), m.end(), EntityType.PERSON) for m in re.finditer(re.escape(literal), text))
    if index.urls:
        yield from _urls(text, index.urls)
    if index.phones:
        yield from _phones(text, index.phones)


def _words(text: str, index: KnownIndex) -> Iterator[Found]:
    matches = list(WORD.finditer(text))
    folded = [fold(match.group()) for match in matches]
    names: dict[int, Guard] = {}
    for i, word in enumerate(folded):
        guard = index.names.get(word)
        if guard is not None:
            names[i] = guard
        elif word in index.handles:
            yield matches[i].start(), matches[i].end(), EntityType.HANDLE
        elif (row := _row(text, matches, folded, i, index)) is not None:
            yield row
        elif _inside(matches[i].group(), word, index):
            yield matches[i].start(), matches[i].end(), EntityType.PERSON
        if word in index.rows and guard is not None and (row := _row(text, matches, folded, i, index)):
            yield row
    yield from _people(text, matches, folded, names, index)


def _row(
    text: str, matches: list[re.Match[str]], folded: list[str], at: int, index: KnownIndex
) -> Found | None:
    for row in index.rows.get(folded[at], ()):
        end = _row_end(matches, folded, at, row)
        if end is not None and (not row.capital or matches[at].group()[0].isupper()):
            return matches[at].start(), matches[end].end(), row.entity_type
    return None


def _row_end(matches: list[re.Match[str]], folded: list[str], at: int, row: Sequence) -> int | None:
    """Where the row's last word is; words of a disguised address ("at", "dot") may stand between."""
    place = at
    for word in row.words[1:]:
        place += 1
        while place < len(folded) and folded[place] in ("at", "dot", "punkt", "punto") and folded[place] != word:
            place += 1
        if place >= len(folded) or folded[place] != word:
            return None
        if matches[place].start() - matches[place - 1].end() > _ROW_GAP:
            return None
    return place


def _inside(word: str, folded: str, index: KnownIndex) -> bool:
    """A name inside a hashtag or a word in humps (#TeamJaneDoe), or behind digits for letters (j4ne)."""
    if any(c.isdigit() for c in folded):
        plain = unleet(folded)
        if plain.isalpha() and len(plain) > 3 and index.names.get(plain) is Guard.NONE:
            return True
    if folded == word or word.istitle() or word.islower():
        return False
    parts = [fold(part) for part in _HUMP.findall(word)]
    return len(parts) > 1 and any(index.names.get(part) is Guard.NONE and len(part) > 2 for part in parts)


def _people(
    text: str, matches: list[re.Match[str]], folded: list[str], names: dict[int, Guard], index: KnownIndex
) -> Iterator[Found]:
    for i, guard in names.items():
        match = matches[i]
        if not _counts(text, matches, folded, i, guard, names):
            continue
        start, end = match.start(), match.end()
        if (before := _initial(text, matches, folded, i, -1, index)) is not None:
            start = before
        if (after := _initial(text, matches, folded, i, 1, index)) is not None:
            end = after
        yield start, end, EntityType.PERSON


def _counts(
    text: str, matches: list[re.Match[str]], folded: list[str], i: int, guard: Guard, names: dict[int, Guard]
) -> bool:
    if guard is Guard.NONE:
        return True
    capital = matches[i].group()[0].isupper()
    if _beside(text, matches, i, names):
        return capital or guard is Guard.CAPITAL
    if not capital:
        return False
    if guard is Guard.CAPITAL:
        return not matches[i].group().isupper() or i > 0 and not matches[i - 1].group().isupper()
    before = folded[i - 1] if i else ""
    if before in _BEFORE or text[: matches[i].start()].rstrip().endswith("&"):
        return True
    month = folded[i] in _CALENDAR
    return not month and not _SENTENCE_END.search(text[: matches[i].start()][-12:]) and before.islower() and (
        matches[i - 1].group().islower() and not matches[i].group().isupper()
    )


_CALENDAR = frozenset(
    ("may", "june", "april", "august", "march", "july", "summer", "autumn", "winter", "spring", "friday", "monday")
)


def _beside(text: str, matches: list[re.Match[str]], i: int, names: dict[int, Guard]) -> bool:
    """Whether another known name, one that is no word, stands next to it."""
    for j in (i - 1, i + 1):
        if j in names:
            left, right = sorted((i, j))
            if _BESIDE.fullmatch(text, matches[left].end(), matches[right].start()):
                return names[j] is not Guard.NAME_PLACE or matches[j].group()[0].isupper()
    return False


def _initial(
    text: str, matches: list[re.Match[str]], folded: list[str], i: int, step: int, index: KnownIndex
) -> int | None:
    """The far end of an initial that stands before or behind a name: J. Doe, Jane D."""
    j = i + step
    if not 0 <= j < len(matches) or len(folded[j]) != 1 or not matches[j].group().isupper():
        return None
    if folded[j] not in index.initials:
        return None
    left, right = sorted((i, j))
    gap = text[matches[left].end() : matches[right].start()]
    if not re.fullmatch(r"\.?[ \u00a0]{0,2}", gap):
        return None
    if step < 0:
        return matches[j].start()
    end = matches[j].end()
    return end + 1 if text[end : end + 1] == "." else end


def _urls(text: str, urls: tuple[str, ...]) -> Iterator[Found]:
    lower = text.lower()
    if len(lower) != len(text):
        return
    for url in urls:
        for match in re.finditer(re.escape(url) + r"(?![\w-])", lower):
            start = match.start()
            while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "<>()[]\"'":
                start -= 1
            yield start, match.end(), EntityType.PROFILE_URL


def _phones(text: str, phones: tuple[str, ...]) -> Iterator[Found]:
    for match in _DIGITS.finditer(text):
        digits = "".join(c for c in match.group() if c.isdigit())
        if any(phone in digits for phone in phones):
            yield match.start(), match.end(), EntityType.PHONE_NUMBER
