"""The audit's own patterns and checksums for strings that look like personal data.

The detector uses python-stdnum and phonenumbers. Nothing here imports either, so a fault in them cannot hide what it
missed. Every repetition in a pattern is bounded, so that no text can make it slow.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import polars as pl

from redaction.release.gates.checksums import aadhaar, ahv, codice_fiscale, cpf, dni, iban, luhn, nir


class Shape(StrEnum):
    """The shapes that are counted."""

    EMAIL = "emails"
    PHONE = "phones"
    IDENTIFIER = "identifiers"


_HOST = r"(?:[a-z0-9-]{1,63}\s?(?:\.|[\[(]\s?dot\s?[\])])\s?){1,5}[a-z]{2,24}\b"
_EMAIL: Final = re.compile(rf"[\w+-]\s?(?:@|[\[(]\s?at\s?[\])])\s?{_HOST}", re.IGNORECASE)
_SPELLED_EMAIL: Final = re.compile(
    r"\w at [a-z0-9-]{1,63}(?: dot [a-z0-9-]{1,63}){0,3} dot [a-z]{2,24}\b", re.IGNORECASE
)
_PHONE: Final = re.compile(
    r"(?<![\w+.])(?:\+|00)[1-9]\d{0,3}(?:[ ()./-]{0,3}\d){6,14}(?![\w])"
    r"|(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"
)
_SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_CHECKED: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = (
    (re.compile(r"(?<![\w-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])"), luhn),
    (re.compile(r"(?<![\w-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-])"), luhn),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), iban),
    (re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), cpf),
    (re.compile(r"\b[XYZ\d]\d{7}-?[A-HJ-NP-TV-Z]\b"), dni),
    (re.compile(r"(?<!\w)[12] ?\d{2} ?[0-9]\d ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\w)"), nir),
    (re.compile(r"(?<![\w.])756\.\d{4}\.\d{4}\.\d{2}(?![\w.])"), ahv),
    (re.compile(r"(?<!\w)[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\w-])"), aadhaar),
    (re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b"), codice_fiscale),
)
_NUMBER_AHEAD: Final = re.compile(r"(?:\d[^\d\n]{0,5}){7}|[A-Z]{2}\d{2}")
_ADDRESS_AHEAD: Final = re.compile(r"@|[\[( ]at[\]) ]", re.IGNORECASE)


def _without_edges(pattern: re.Pattern[str]) -> str:
    """Translate a pattern to Rust's syntax without its lookarounds, so that it matches more."""
    bare = re.sub(r"\(\?<?!(?:\[[^]]*\]|[^)\[])*\)|\\b", "", pattern.pattern)
    for python, rust in ((r"\s", r"[\s\x1c-\x1f]"), (r"\w", r"[\w\p{N}]"), ("[a-z", "[ıİa-z")):
        bare = bare.replace(python, rust)
    return f"(?i:{bare})" if pattern.flags & re.IGNORECASE else bare


_ANY: Final = "|".join(
    _without_edges(pattern) for pattern in (_EMAIL, _SPELLED_EMAIL, _PHONE, _SSN, *(each for each, _ in _CHECKED))
)


def may_have_shape(texts: pl.Series) -> pl.Series:
    """Return which texts may have a shape; `count_shapes` finds none in the others."""
    return texts.str.contains(_ANY)


def count_shapes(text: str) -> dict[Shape, int]:
    """Count each shape in a text; shapes that do not occur are left out."""
    counts = dict.fromkeys(Shape, 0)
    if _ADDRESS_AHEAD.search(text):
        counts[Shape.EMAIL] = len(_EMAIL.findall(text)) + len(_SPELLED_EMAIL.findall(text))
    if _NUMBER_AHEAD.search(text):
        counts[Shape.PHONE] = len(_PHONE.findall(text))
        counts[Shape.IDENTIFIER] = len(_SSN.findall(text)) + sum(
            holds(match[0]) for pattern, holds in _CHECKED for match in pattern.finditer(text)
        )
    return {shape: count for shape, count in counts.items() if count}
