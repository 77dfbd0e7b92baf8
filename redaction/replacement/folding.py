"""Fold values for comparison, so that two spellings of one value share a number or pseudonym. No text is changed."""

import re
import unicodedata
from typing import Final

PERSON: Final = "PERSON"
"""The entity type whose values are compared token by token, so that "Jane" can refer to "Jane Doe"."""

Canonical = tuple[str, ...]
"""A value folded for comparison: the tokens of a person's name, or one string for other types."""

_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
"""The combining marks of European scripts: in Devanagari and others the marks are letters."""
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
    """Return the text in lower case, without accents, full-width or invisible characters, or repeated white space."""
    if value.isascii():
        return " ".join(value.lower().split())
    visible = "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")
    plain = _DIACRITICS.sub("", unicodedata.normalize("NFD", visible.casefold())).translate(_UNDECOMPOSED)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def canonical(entity_type: str, value: str) -> Canonical:
    """Return the form in which two mentions of one value are equal; for a person the tokens of the name, untitled."""
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
