"""Find the words of a policy in the names of groups and schools: as words, and as parts of compounds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.plain_words import DIGITS_AS_LETTERS, plain_words, spellings
from redaction.rights.policy.policy import Policy

_SHORTEST_IN_COMPOUND: Final = 5
_WHOLE: Final = "="
_HARMLESS: Final = "harmless"
_SCHOOL: Final = "secondary school"
_PLURAL: Final = "(?:e?s)?"


@dataclass(frozen=True, slots=True)
class Terms:
    """Words to find, whatever their case, width, white space, hyphens, look-alike letters and diacritics.

    A word of five letters or more, or not in Latin letters, also counts within another word ("healthforum"), unless
    that is a harmless one ("reunion"). Shorter ones, and those that start with `=`, count as whole words or plurals.
    """

    pattern: re.Pattern[str] | None
    harmless: re.Pattern[str] | None
    anywhere: str

    @classmethod
    def of(cls, words: Iterable[str], harmless: Iterable[str] = ()) -> Self:
        """Compile a list of words; harmless ones that are in the list themselves are not harmless.

        Args:
            words: the words to find.
            harmless: words in which none is to be found.

        Returns:
            The compiled words.

        Raises:
            RightsError: one of `words` has neither letters nor digits.
        """
        words = list(words)
        for word in words:
            if not plain_words(word):
                raise RightsError(f"the word {word!r} of the policy has no letters, so nothing can have it; spell it")
        own = _compiled({pattern for word in words for pattern in _patterns(_WHOLE + word.removeprefix(_WHOLE))})
        every = {spelling for word in harmless for spelling in spellings(word)}
        others = [plain for plain in every if own is None or not own.fullmatch(plain)]
        return cls(
            _compiled({pattern for word in words for pattern in _patterns(word)}),
            _compiled({rf"(?<!\S){re.escape(plain)}(?!\S)" for plain in others}),
            "|".join(sorted({body for word in words for body, _ in _bodies(word)})),
        )

    def in_text(self, text: str) -> bool:
        """Test for any of the words."""
        return any(self.pattern is not None and self.pattern.search(self._without(each)) for each in _compared(text))

    def _without(self, plain: str) -> str:
        return self.harmless.sub(" ", plain) if self.harmless else plain

    def flags(self, texts: pl.Series) -> pl.Series:
        """Test each text, each distinct one once; false where it is null."""
        distinct = texts.drop_nulls().unique()
        every = [(text, spelling) for text in distinct for spelling in _compared(text)] if self.anywhere else []
        compared = pl.DataFrame(every, schema={"text": pl.String, "spelling": pl.String}, orient="row")
        possible = compared.filter(pl.col("spelling").str.contains(self.anywhere))["text"].unique()
        having = [text for text in possible if self.in_text(text)]
        return texts.is_in(having).fill_null(value=False)


def context_terms(categories: Iterable[str]) -> Terms:
    """Return the words that show one of some categories of `excluded_contexts`, themselves included."""
    return Terms.of((word for each in categories for word in _words_for(each)), _context_words()[_HARMLESS])


def terms_of_contexts(contexts: pl.Series, categories: Iterable[str] = ()) -> pl.Series:
    """Return what each context shows of the shipped categories and of further ones, so that it need not be stored.

    Args:
        contexts: The names of groups and pages.
        categories: The categories of the policies that will be applied; those of the shipped list are added.

    Returns:
        A list for each context: for each category that it shows `category`, or `category: word` with the first word
        of its list. Null where the context shows none.
    """
    every = tuple(dict.fromkeys([*(name for name in _context_words() if name != _HARMLESS), *categories]))
    distinct = contexts.drop_nulls().unique()
    shown: dict[str, list[str]] = {}
    for category in every:
        for context in distinct.filter(_category(category).flags(distinct)):
            shown.setdefault(context, []).append(_shown_term(category, context))
    found = [shown.get(context) for context in distinct]
    named = pl.DataFrame({"context": distinct, "found": pl.Series(found, dtype=pl.List(pl.String))})
    return contexts.alias("context").to_frame().join(named, on="context", how="left", maintain_order="left")["found"]


def excluded_term(policy: Policy, terms: pl.Expr) -> pl.Expr:
    """Return the first term of `terms_of_contexts` whose category the policy excludes, null where there is none."""
    of_category = (
        terms.list.eval(pl.element().filter((pl.element() == each) | pl.element().str.starts_with(f"{each}: ")))
        for each in policy.excluded_contexts
    )
    none = pl.when(pl.lit(value=False)).then(terms.list.first())
    return pl.coalesce([*(each.list.first() for each in of_category), none])


def _shown_term(category: str, text: str) -> str:
    for word in _words_for(category):
        if _single_term(word).in_text(text):
            plain = word.removeprefix(_WHOLE)
            return category if plain == category else f"{category}: {plain}"
    return category


def _words_for(category: str) -> tuple[str, ...]:
    return (f"{_WHOLE}{category}", *_context_words().get(category, (category,)))


@cache
def _category(name: str) -> Terms:
    return context_terms([name])


@cache
def _single_term(word: str) -> Terms:
    return Terms.of([word], _context_words()[_HARMLESS])


def school_terms(words: Iterable[str]) -> Terms:
    """Return the words that show a school for minors: those of the shipped list too, if `secondary school` is given."""
    known = _read_words("school_words.txt")
    given = list(words)
    return Terms.of([*given, *(known[_SCHOOL] if _SCHOOL in given else ())], known[_HARMLESS])


def _context_words() -> Mapping[str, tuple[str, ...]]:
    return _read_words("context_words.txt")


@cache
def _read_words(file: str) -> Mapping[str, tuple[str, ...]]:
    """Read a list of words by category."""
    lists: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines():
        category, _, words = line.partition(":")
        if words and not line.startswith("#"):
            lists[category] = (*lists.get(category, ()), *(word.strip() for word in words.split(",")))
    return lists


def _compared(text: str) -> frozenset[str]:
    """Return the spellings of a text, also with digits for the letters that they look like."""
    every = spellings(text)
    return every | {spelling.translate(DIGITS_AS_LETTERS) for spelling in every}


def _bodies(word: str) -> Iterator[tuple[str, bool]]:
    """Yield a pattern of each spelling of a word, and whether it also counts within another word."""
    for plain in spellings(word.removeprefix(_WHOLE)):
        in_compounds = not word.startswith(_WHOLE) and (len(plain) >= _SHORTEST_IN_COMPOUND or not plain.isascii())
        yield re.escape(plain).replace(r"\ ", " ?"), in_compounds


def _patterns(word: str) -> Iterator[str]:
    for body, in_compounds in _bodies(word):
        yield body if in_compounds else rf"(?<!\S){body}{_PLURAL}(?!\S)"


def _compiled(patterns: Iterable[str]) -> re.Pattern[str] | None:
    every = sorted(patterns)
    return re.compile("|".join(every)) if every else None
