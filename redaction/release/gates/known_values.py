"""Does any value of the profile table stand in the output? One automaton over all of them, every byte read.

This is the audit's own reading of the profiles: it shares no code with what redacted the texts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import ahocorasick
import polars as pl
import regex

from redaction.release.gates.normalise import squeeze
from redaction.release.gates.words import NAME_WORDS

MIN_LETTERS: Final = 8
"""A shorter handle of letters alone is too often a word: it is looked for after an @ and in a profile link
only.
"""
_MARKED: Final = regex.compile(r"[\p{N}._-]")
_MIN_MARKED, _MIN_ADDRESS = 4, 5
_MIN_DIGITS: Final = 7
_TWO_DIGIT_CODES: Final = frozenset(
    [
        "20",
        "27",
        "30",
        "31",
        "32",
        "33",
        "34",
        "36",
        "39",
        "40",
        "41",
        "43",
        "44",
        "45",
        "46",
        "47",
        "48",
        "49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "57",
        "58",
        "60",
        "61",
        "62",
        "63",
        "64",
        "65",
        "66",
        "81",
        "82",
        "84",
        "86",
        "90",
        "91",
        "92",
        "93",
        "94",
        "95",
        "98",
    ]
)
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]{3,}")


class ValueKind(StrEnum):
    """The kinds of known values."""

    EMAIL = "emails"
    PHONE = "phones"
    HANDLE = "handles"
    URL = "urls"
    FULL_NAME = "full_names"
    CANARY = "canaries"


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: ValueKind
    length: int
    whole_start: bool = True
    whole_end: bool = True


class KnownValueScanner:
    """Finds known values in any text, whatever simple disguise either of them wears."""

    def __init__(self, patterns: dict[str, _Pattern]) -> None:
        """Use `from_profiles` or `from_values`."""
        self._automaton = ahocorasick.Automaton()
        for text, pattern in patterns.items():
            self._automaton.add_word(text, pattern)
        self._automaton.make_automaton()
        self.patterns = len(patterns)

    @classmethod
    def from_profiles(cls, profiles: pl.DataFrame, dictionary: Iterable[str] = ()) -> Self:
        """Every e-mail, phone, handle, link and full name of a profiles frame; absent columns are passed
        over.

        A name of one word, or of everyday words alone (`dictionary` adds to the built-in ones), is not
        looked for.
        """
        everyday = NAME_WORDS | {word.casefold() for word in dictionary}
        patterns: dict[str, _Pattern] = {}
        for name in _names(profiles):
            _add(patterns, _name_patterns(name, everyday))
        for handle in _strings(profiles, "handle"):
            _add(patterns, _handle_patterns(handle, everyday))
        for url in _strings(profiles, "vanity_url"):
            _add(patterns, _url_patterns(url, everyday))
        for phone in _strings(profiles, "phones"):
            _add(patterns, _phone_patterns(phone))
        for email in _strings(profiles, "emails"):
            _add(patterns, _email_patterns(email))
        return cls(patterns)

    @classmethod
    def from_values(cls, values: Iterable[str], kind: ValueKind = ValueKind.CANARY) -> Self:
        """Arbitrary values, each found also inside a longer word."""
        texts = {squeeze(value).text for value in values} - {""}
        return cls({text: _Pattern(kind, len(text), False, False) for text in texts})

    def scan(self, text: str) -> dict[ValueKind, int]:
        """How many values of each kind stand in a text, never which; one within another counts too."""
        if not self.patterns:
            return {}
        squeezed = squeeze(text)
        found = list(self._automaton.iter(squeezed.text))
        if not found:
            return {}
        edges = squeezed.boundaries()
        return Counter(
            pattern.kind
            for last, pattern in found
            if (not pattern.whole_end or last + 1 in edges)
            and (not pattern.whole_start or last + 1 - pattern.length in edges)
        )


def _add(patterns: dict[str, _Pattern], found: Iterable[tuple[str, _Pattern]]) -> None:
    for text, pattern in found:
        patterns.setdefault(text, pattern)


def _strings(profiles: pl.DataFrame, column: str) -> Iterator[str]:
    if column in profiles.columns:
        values = profiles[column].drop_nulls()
        if isinstance(values.dtype, pl.List):
            values = values.explode().drop_nulls()
        yield from values.unique(maintain_order=True)


def _names(profiles: pl.DataFrame) -> Iterator[str]:
    yield from _strings(profiles, "full_name")
    if {"given_name", "family_name"} <= set(profiles.columns):
        for first, last in (("given_name", "family_name"), ("family_name", "given_name")):
            yield from _strings(profiles.select(name=pl.concat_str(first, last, separator=" ")), "name")


def _name_patterns(name: str, everyday: Set[str]) -> Iterator[tuple[str, _Pattern]]:
    read = squeeze(name)
    words = [word for word in read.tokens if word != "@"]
    if _UNSPACED.fullmatch(read.text):
        yield read.text, _Pattern(ValueKind.FULL_NAME, len(read.text), False, False)
    elif len(words) > 1 and any(len(word) > 1 for word in words) and not everyday >= set(words):
        for order in (words, [words[-1], *words[:-1]]):
            yield "".join(order), _Pattern(ValueKind.FULL_NAME, len("".join(words)))


def _handle_patterns(handle: str, everyday: Set[str]) -> Iterator[tuple[str, _Pattern]]:
    text = squeeze(handle).text.replace("@", "")
    for mark in ("@", "u") if text else ():
        yield f"{mark}{text}", _Pattern(ValueKind.HANDLE, len(text) + 1)
    if _speaks_for_itself(handle, text, everyday):
        yield text, _Pattern(ValueKind.HANDLE, len(text))


def _url_patterns(url: str, everyday: Set[str]) -> Iterator[tuple[str, _Pattern]]:
    address = regex.sub(r"^(?:[a-z]+://)?(?:www\.)?", "", url.strip().casefold()).rstrip("/")
    host, _, slug = address.rpartition("/")
    whole = squeeze(address).text
    if host and len(whole) >= _MIN_ADDRESS:
        yield whole, _Pattern(ValueKind.URL, len(whole))
    text = squeeze(slug).text
    if text:
        yield f"in{text}", _Pattern(ValueKind.URL, len(text) + 2)
    if _speaks_for_itself(slug, text, everyday):
        yield text, _Pattern(ValueKind.URL, len(text))


def _speaks_for_itself(written: str, text: str, everyday: Set[str]) -> bool:
    least = _MIN_MARKED if _MARKED.search(written) else MIN_LETTERS
    return len(text) >= least and text not in everyday


def _phone_patterns(phone: str) -> Iterator[tuple[str, _Pattern]]:
    digits = "".join(c for c in squeeze(phone).text if c.isdecimal())
    forms = {digits, f"00{digits}"}
    if phone.strip().startswith(("+", "00")):
        digits = digits.removeprefix("00")
        code = digits[: _code_length(digits)]
        national = digits.removeprefix(code)
        forms |= {digits, f"00{digits}", national, f"0{national}", f"{code}0{national}", f"00{code}0{national}"}
    for form in sorted(forms):
        if len(form) >= _MIN_DIGITS:
            yield form, _Pattern(ValueKind.PHONE, len(form))


def _code_length(digits: str) -> int:
    """How many of the first digits are the country code, by ITU-T E.164."""
    if digits[:1] in {"1", "7"}:
        return 1
    return 2 if digits[:2] in _TWO_DIGIT_CODES else 3


def _email_patterns(email: str) -> Iterator[tuple[str, _Pattern]]:
    local, _, domain = email.strip().rpartition("@")
    name, host = squeeze(local).text, squeeze(domain).text
    if not (name and host):
        return
    spelled_host = "dot".join(squeeze(part).text for part in domain.split("."))
    spelled_name = "dot".join(squeeze(part).text for part in local.split("."))
    for text in (f"{name}@{host}", f"{name}at{host}", f"{name}at{spelled_host}", f"{spelled_name}at{spelled_host}"):
        yield text, _Pattern(ValueKind.EMAIL, len(text))
