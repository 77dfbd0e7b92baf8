"""The search patterns of the values of a profile table: their usual formats, squeezed as texts are.

A value that is also an everyday word or another member's name needs a marker: a handle an @, a profile name `in/`.
"""

from collections.abc import Iterable, Iterator, Set
from enum import StrEnum
from functools import lru_cache
from itertools import permutations
from typing import Final, NamedTuple

import polars as pl
import regex

from redaction.release.gates.common_word_names import NAME_WORDS
from redaction.release.gates.normalize import squeeze

MIN_LETTERS: Final = 8
"""A shorter handle of letters only is not searched for without a marker: it is often a word."""
_MARKED: Final = regex.compile(r"[\p{N}._-]")
_UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Hangul}]{3,}")
_SCHEME: Final = regex.compile(r"^(?:[a-z]+://)?(?:www\.)?")
_HOSTS: Final = 4096
_MIN_MARKED, _MIN_ADDRESS, _MIN_DIGITS = 4, 5, 7
_TWO_DIGIT_CODES: Final = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67)}
    | {81, 82, 84, 86, *range(90, 96), 98}
)


class ValueKind(StrEnum):
    """The kinds of known values."""

    EMAIL = "emails"
    PHONE = "phones"
    HANDLE = "handles"
    URL = "urls"
    FULL_NAME = "full_names"
    CANARY = "canaries"


class Pattern(NamedTuple):
    """The kind and length of a pattern, and whether it must begin and end at word edges."""

    kind: ValueKind
    length: int
    whole: bool = True


def known_patterns(profiles: pl.DataFrame, dictionary: Iterable[str] = ()) -> dict[str, Pattern]:
    """Make the patterns of all values of a profile table, by squeezed text; `dictionary` adds everyday words."""
    everyday = NAME_WORDS | {word.casefold() for word in dictionary}
    names = [[word for word in squeeze(name).tokens if word != "@"] for name in _names(profiles)]
    taken = everyday | {word for name in names for word in name} | {"".join(n) for n in names if everyday >= set(n)}
    patterns = [
        *(pattern for name in names for pattern in _name_patterns(name, everyday)),
        *(pattern for handle in _strings(profiles, "handle") for pattern in _handle_patterns(handle, taken)),
        *(pattern for url in _strings(profiles, "vanity_url") for pattern in _url_patterns(url, taken)),
        *(pattern for phone in _strings(profiles, "phones") for pattern in _phone_patterns(phone)),
        *(pattern for email in _strings(profiles, "emails") for pattern in _email_patterns(email)),
    ]
    return {text: Pattern(kind, len(text), whole) for text, kind, whole in reversed(patterns)}


_Patterns = Iterator[tuple[str, ValueKind, bool]]


def _strings(profiles: pl.DataFrame, column: str) -> Iterator[str]:
    if column in profiles.columns:
        values = profiles[column].drop_nulls()
        if isinstance(values.dtype, pl.List):
            values = values.explode().drop_nulls()
        yield from values.unique(maintain_order=True)


def _names(profiles: pl.DataFrame) -> Iterator[str]:
    yield from _strings(profiles, "full_name")
    if {"given_name", "family_name"} <= set(profiles.columns):
        for first, last in permutations(("given_name", "family_name")):
            yield from _strings(profiles.select(name=pl.concat_str(first, last, separator=" ")), "name")


def _name_patterns(words: list[str], everyday: Set[str]) -> _Patterns:
    """Make the patterns of a name, unless it has one word or everyday words only."""
    text = "".join(words)
    if _UNSPACED.fullmatch(text):
        yield text, ValueKind.FULL_NAME, False
    elif len(words) > 1 and any(len(word) > 1 for word in words) and not everyday >= set(words):
        for order in (words, [words[-1], *words[:-1]]):
            yield "".join(order), ValueKind.FULL_NAME, True


def _handle_patterns(handle: str, taken: Set[str]) -> _Patterns:
    text = squeeze(handle).text.replace("@", "")
    for marker in ("@", "u") if text else ():
        yield f"{marker}{text}", ValueKind.HANDLE, True
    if _is_distinctive(handle, text, taken):
        yield text, ValueKind.HANDLE, True


def _url_patterns(url: str, taken: Set[str]) -> _Patterns:
    address = _SCHEME.sub("", url.strip().casefold()).rstrip("/")
    host, _, slug = address.rpartition("/")
    whole = squeeze(address).text
    if host and len(whole) >= _MIN_ADDRESS:
        yield whole, ValueKind.URL, True
    text = squeeze(slug).text
    if text:
        yield f"in{text}", ValueKind.URL, True
    if _is_distinctive(slug, text, taken):
        yield text, ValueKind.URL, True


def _is_distinctive(original: str, text: str, taken: Set[str]) -> bool:
    least = _MIN_MARKED if _MARKED.search(original) else MIN_LETTERS
    return len(text) >= least and text not in taken


def _phone_patterns(phone: str) -> _Patterns:
    digits = "".join(c for c in squeeze(phone).text if c.isdecimal())
    formats = {digits, f"00{digits}"}
    if phone.strip().startswith(("+", "00")):
        digits = digits.removeprefix("00")
        code = digits[: _code_length(digits)]
        national = digits.removeprefix(code)
        formats |= {digits, f"00{digits}", national, f"0{national}", f"{code}0{national}", f"00{code}0{national}"}
    for number in sorted(formats):
        if len(number) >= _MIN_DIGITS:
            yield number, ValueKind.PHONE, True


def _code_length(digits: str) -> int:
    """Return the length of the country code, by ITU-T E.164."""
    if digits[:1] in {"1", "7"}:
        return 1
    return 2 if int(digits[:2] or 0) in _TWO_DIGIT_CODES else 3


def _email_patterns(email: str) -> _Patterns:
    local, _, domain = email.strip().rpartition("@")
    (name, spelled_name), (host, spelled_host) = _spell_dots(local), _host(domain)
    if not (name and host):
        return
    for text in (f"{name}@{host}", f"{name}at{host}", f"{name}at{spelled_host}", f"{spelled_name}at{spelled_host}"):
        yield text, ValueKind.EMAIL, True


def _spell_dots(part: str) -> tuple[str, str]:
    """Squeeze a part of an address, as it is and with its dots spelled out."""
    text = squeeze(part).text
    return text, "dot".join(squeeze(each).text for each in part.split(".")) if "." in part else text


@lru_cache(_HOSTS)
def _host(domain: str) -> tuple[str, str]:
    """Squeeze a domain as `_spell_dots` does; cached, since many addresses share a domain."""
    return _spell_dots(domain)
