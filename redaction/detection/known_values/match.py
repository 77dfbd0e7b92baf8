"""Searches texts for known values: one pass over the words of a text, one dictionary look-up per word."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from redaction.detection.entities import EntityType, Span
from redaction.detection.known_values.ambiguous_names import is_name, is_name_gap
from redaction.detection.known_values.index import PARTICLES, KnownIndex, NameCondition, WordSequence, build_index
from redaction.detection.known_values.links import find_links
from redaction.detection.known_values.organizations import is_organization
from redaction.detection.known_values.tokens import TokenizedText
from redaction.detection.known_values.values import KnownValues
from redaction.detection.settings import KnownSettings
from redaction.detection.text.folding import fold, unleet

RECOGNIZER = "known_values"
"""The recognizer name of every span found here."""

Hit = tuple[int, int, EntityType]
"""Characters `[start, end)` of a text and their type."""

_CAMEL_CASE = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+|[A-ZÀ-ÖØ-Þ]+(?![a-zà-öø-ÿ])|[a-zà-öø-ÿ]+")
_DIGITS = re.compile(r"\+?\d(?:[ \t().\-/\u2010-\u2015\u00a0]{0,3}\d){5,17}")
_MAX_SEQUENCE_GAP = 9
_MIN_PART = 3
_INITIAL_GAP = re.compile(r"\.?[ \u00a0]{0,2}")
_SPELLED_OUT = ("at", "dot", "punkt", "punto")
_MAX_INDEXES = 1024


class KnownValueSearch:
    """Searches texts for the known values of their records.

    The object holds the indexes of the people searched for most recently, so they are freed with it.
    """

    def __init__(self, settings: KnownSettings) -> None:
        self._index = lru_cache(maxsize=_MAX_INDEXES)(lambda known: build_index(known, settings))

    def find(self, text: str, *known: KnownValues) -> list[Span]:
        """Return spans of all known values, with score 1.0; they may overlap."""
        indexes = [index for each in known if not (index := self._index(each)).empty]
        if not indexes:
            return []
        tokens = TokenizedText.from_text(text)
        return [
            Span(start, end, str(entity_type), 1.0, RECOGNIZER)
            for index in indexes
            for start, end, entity_type in find_values(tokens, index)
        ]


def find_values(tokens: TokenizedText, index: KnownIndex) -> Iterator[Hit]:
    """Yield every occurrence of a value of the index."""
    if index.words:
        yield from find_in_words(tokens, index)
    yield from find_in_characters(tokens.text, index)


def find_in_characters(text: str, index: KnownIndex) -> Iterator[Hit]:
    """Yield the values that are not searched for word by word: unspaced scripts, URLs, links, phone numbers."""
    for literal in index.literals:
        start = text.find(literal)
        while start >= 0:
            yield start, start + len(literal), EntityType.PERSON
            start = text.find(literal, start + len(literal))
    if index.urls:
        yield from _find_urls(text, index.urls)
    if index.slugs or index.urls:
        yield from ((start, end, EntityType.PROFILE_URL) for start, end in find_links(text, index))
    if index.phones:
        yield from _find_phones(text, index.phones)


def find_in_words(tokens: TokenizedText, index: KnownIndex) -> Iterator[Hit]:
    """Yield names, handles, and values of several words."""
    conditions: dict[int, NameCondition] = {}
    known = index.words
    for i in sorted({*tokens.mixed, *(i for i, word in enumerate(tokens.folded) if word in known)}):
        word, match = tokens.folded[i], tokens.matches[i]
        condition = index.names.get(word)
        if condition is not None:
            conditions[i] = condition
        if word in index.sequences and (hit := _match_sequence(tokens, i, index)) is not None:
            yield hit
        elif word in index.handles:
            yield match.start(), match.end(), EntityType.HANDLE
        elif condition is None and _contains_name(match.group(), word, index):
            yield match.start(), match.end(), EntityType.PERSON
    names = [i for i in conditions if is_name(tokens, i, conditions, index)]
    for i in names:
        start, end = _with_initials(tokens, i, index)
        yield start, end, EntityType.PERSON
    for i, j in pairwise(names):
        if (
            j == i + 2
            and tokens.folded[i + 1] in PARTICLES
            and not (tokens.gap(i, i + 1) + tokens.gap(i + 1, j)).strip()
        ):
            yield tokens.matches[i].start(), tokens.matches[j].end(), EntityType.PERSON
        if j == i + 1 and "," in tokens.gap(i, j) and _is_family_name_first(tokens, i, j, index):
            yield tokens.matches[i].start(), tokens.matches[j].end(), EntityType.PERSON


def _is_family_name_first(tokens: TokenizedText, i: int, j: int, index: KnownIndex) -> bool:
    """Whether two names are in the order of a register: Doe, Jane."""
    return tokens.folded[i] in index.family and tokens.folded[j] in index.given and is_name_gap(tokens.gap(i, j))


def _match_sequence(tokens: TokenizedText, first: int, index: KnownIndex) -> Hit | None:
    for sequence in index.sequences[tokens.folded[first]]:
        last = _last_word(tokens, first, sequence)
        if last is None:
            continue
        if sequence.ordinary or sequence.entity_type is EntityType.ORGANIZATION:
            counts = is_organization(tokens, first, last, sequence)
        else:
            counts = not sequence.capitalized or tokens.word(first)[0].isupper()
        if counts:
            return tokens.matches[first].start(), tokens.matches[last].end(), sequence.entity_type
    return None


def _last_word(tokens: TokenizedText, first: int, sequence: WordSequence) -> int | None:
    """Return the index of the sequence's last word; spelled-out punctuation ("dot") may be in between."""
    i, folded = first, tokens.folded
    for word in sequence.words[1:]:
        i += 1
        while i < len(folded) and folded[i] in _SPELLED_OUT and folded[i] != word:
            i += 1
        if i >= len(folded) or folded[i] != word or len(tokens.gap(i - 1, i)) > _MAX_SEQUENCE_GAP:
            return None
    return i


def _contains_name(word: str, folded: str, index: KnownIndex) -> bool:
    """Whether a name is part of a camel-case word (#TeamJaneDoe), or the word in leetspeak (j4ne)."""
    if word.islower() or word.istitle():
        plain = unleet(folded) if not folded.isalpha() else ""
        return len(plain) > _MIN_PART and plain.isalpha() and index.names.get(plain) is NameCondition.NONE
    parts = [fold(part) for part in _CAMEL_CASE.findall(word)]
    return len(parts) > 1 and any(
        index.names.get(part) is NameCondition.NONE and len(part) >= _MIN_PART for part in parts
    )


def _with_initials(tokens: TokenizedText, i: int, index: KnownIndex) -> tuple[int, int]:
    """Return the extent of a name with an initial before or after it: J. Doe, Jane D."""
    start, end = tokens.matches[i].span()
    for j in (i - 1, i + 1):
        initial = tokens.word(j) if j >= 0 else ""
        if len(initial) != 1 or tokens.folded[j] not in index.initials:
            continue
        gap = tokens.gap(i, j)
        has_dot = gap.startswith(".") if j < i else tokens.after(j).startswith(".")
        if _INITIAL_GAP.fullmatch(gap) and (initial.isupper() or (has_dot and tokens.word(i).islower())):
            start = min(start, tokens.matches[j].start())
            initial_end = tokens.matches[j].end()
            end = max(end, initial_end + (tokens.text[initial_end : initial_end + 1] == "."))
    return start, end


def _find_urls(text: str, urls: tuple[str, ...]) -> Iterator[Hit]:
    """Find URLs in any case. No pattern is compiled: `re` would cache it, and with it the URL, for the process."""
    casefolded = text.casefold().replace("i̇", "i").replace("ı", "i")
    urls = tuple(url for url in urls if url.casefold() in casefolded)
    folded = "".join(map(_fold_character, text)) if urls else ""
    for url in urls:
        wanted = "".join(map(_fold_character, url))
        start = folded.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if _continues_word(text[end : end + 1]):
                start = folded.find(wanted, start + 1)
                continue
            link_start = start
            while link_start > 0 and not text[link_start - 1].isspace() and text[link_start - 1] not in "<>()[]\"'":
                link_start -= 1
            yield link_start, end, EntityType.PROFILE_URL
            start = folded.find(wanted, end)


def _continues_word(character: str) -> bool:
    return character.isalnum() or character in {"_", "-"}


def _fold_character(character: str) -> str:
    """Fold the case of one character to one character, so that offsets stay valid; every i is `i`, as in `re`."""
    if character in "İı":
        return "i"
    folded = character.casefold()
    return folded if len(folded) == 1 else character.lower()


def _find_phones(text: str, phones: tuple[str, ...]) -> Iterator[Hit]:
    for match in _DIGITS.finditer(text):
        digits = "".join(c for c in match.group() if c.isdigit())
        if any(phone in digits for phone in phones):
            yield match.start(), match.end(), EntityType.PHONE_NUMBER
