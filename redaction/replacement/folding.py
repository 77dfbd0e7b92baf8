"""Fold values for comparison, so that two spellings of one person share a number or pseudonym.

Folding only decides which spans share a replacement. It does not change the text.
"""

import re
import unicodedata
from typing import Final

PERSON: Final = "PERSON"
"""The entity type whose values are compared token by token, so that "Jane" can refer to "Jane Doe"."""

Canonical = tuple[str, ...]
"""A value folded for comparison: the tokens of a person's name, or one string for other types."""

_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_POSSESSIVE = re.compile(r"['’ʼ´`](s)?$")
_APOSTROPHES = re.compile(r"['’ʼ´`]")
_NAME_BREAKS = re.compile(r"[\s\-‐-―.,;:/_·&|()\[\]\"“”„#@]+")
_EDGES = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_AT = re.compile(r"\s*[\[({]\s*at\s*[\])}]\s*|\s+at\s+")
_DOT = re.compile(r"\s*[\[({]\s*dot\s*[\])}]\s*|\s+dot\s+")
# fmt: off
_HONORIFICS = frozenset((
    "mr", "mrs", "ms", "mx", "miss", "dr", "prof", "sir", "dame", "herr", "frau", "monsieur", "madame", "mme",
    "mlle", "sr", "sra", "srta", "shri", "smt",
))
# fmt: on


def fold(value: str) -> str:
    """Return the text in lower case, without accents, full-width forms, invisible characters and repeated white space.

    Only the combining marks of European scripts are removed: in Devanagari and others the marks are letters.
    """
    if value.isascii():
        return " ".join(value.lower().split())
    visible = "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")
    plain = _DIACRITICS.sub("", unicodedata.normalize("NFD", visible.casefold())).translate(_UNDECOMPOSED)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def canonical(entity_type: str, value: str) -> Canonical:
    """Return the form in which two mentions of the same value are equal.

    Args:
        entity_type: The type of personal data.
        value: The text of the mention.

    Returns:
        For a person the name's tokens without titles and possessive. For other types one string: a phone's digits, an
        e-mail address also from "jane at corp dot com", otherwise the folded text without surrounding punctuation.
    """
    folded = fold(value)
    if entity_type == PERSON:
        return _name_tokens(folded) or (folded,)
    if entity_type == "PHONE_NUMBER":
        return ("".join(c for c in folded if c.isdigit()) or folded,)
    if entity_type == "EMAIL_ADDRESS":
        folded = _DOT.sub(".", _AT.sub("@", folded))
    return (_EDGES.sub("", _POSSESSIVE.sub("", folded)) or folded,)


def _name_tokens(folded: str) -> Canonical:
    name = _APOSTROPHES.sub("", _POSSESSIVE.sub("", folded))
    tokens = tuple(token for token in _NAME_BREAKS.split(name) if token)
    untitled = tuple(token for token in tokens if token not in _HONORIFICS)
    return untitled or tokens
