"""Find the words of a policy in the names of groups and schools: as words, and as parts of compounds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

import polars as pl

from redaction.rights.plain_words import DIGITS_AS_LETTERS, plain_words

_SHORTEST_IN_COMPOUND: Final = 5
_WHOLE: Final = "="
_HARMLESS: Final = "harmless"
_HARMLESS_SCHOOLING: Final = ("highschooling", "policeofficer", "policeofficers")
_PLURAL: Final = "(?:e?s)?"


@dataclass(frozen=True, slots=True)
class Terms:
    """Words to find, whatever their case, width, white space, hyphens, look-alike letters and diacritics.

    A word of five letters or more, or not in Latin letters, also counts within another word ("healthforum"), unless
    that is a harmless one ("reunion"). Shorter ones, and those that start with `=`, count as whole words or plurals.
    """

    pattern: re.Pattern[str] | None
    harmless: re.Pattern[str] | None

    @classmethod
    def of(cls, words: Iterable[str], harmless: Iterable[str] = ()) -> Self:
        """Compile a list of words."""
        patterns = sorted({_pattern(word) for word in words if plain_words(word)})
        others = sorted({re.escape(plain_words(word)) for word in harmless})
        return cls(
            re.compile("|".join(patterns)) if patterns else None,
            re.compile(rf"(?<!\S)(?:{'|'.join(others)})(?!\S)") if others else None,
        )

    def in_text(self, text: str) -> bool:
        """Test for any of the words."""
        plain = plain_words(text)
        spellings = {plain, plain.translate(DIGITS_AS_LETTERS)}
        return any(self.pattern is not None and self.pattern.search(self._without(each)) for each in spellings)

    def _without(self, plain: str) -> str:
        return self.harmless.sub(" ", plain) if self.harmless else plain

    def flags(self, texts: pl.Series) -> pl.Series:
        """Test each text, each distinct one once; false where it is null."""
        distinct = texts.drop_nulls().unique()
        having = [text for text in distinct if self.in_text(text)]
        return texts.is_in(having).fill_null(value=False)


def context_terms(categories: Iterable[str]) -> Terms:
    """Return the words that show one of some categories of `excluded_contexts`, themselves included."""
    known = _context_words()
    words = (word for category in categories for word in (f"{_WHOLE}{category}", *known.get(category, (category,))))
    return Terms.of(words, known[_HARMLESS])


def school_terms(words: Iterable[str]) -> Terms:
    """Return the words that show a secondary school."""
    return Terms.of(words, _HARMLESS_SCHOOLING)


@cache
def _context_words() -> Mapping[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name("context_words.txt").read_text(encoding="utf-8").splitlines():
        category, _, words = line.partition(":")
        if words and not line.startswith("#"):
            lists[category] = (*lists.get(category, ()), *(word.strip() for word in words.split(",")))
    return lists


def _pattern(word: str) -> str:
    plain = plain_words(word.removeprefix(_WHOLE))
    body = re.escape(plain).replace(r"\ ", " ?")
    in_compounds = not word.startswith(_WHOLE) and (len(plain) >= _SHORTEST_IN_COMPOUND or not plain.isascii())
    return body if in_compounds else rf"(?<!\S){body}{_PLURAL}(?!\S)"
