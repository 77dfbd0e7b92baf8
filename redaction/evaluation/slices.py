"""Slices of the figures: by the source of a text, and by the form of a labeled span."""

import unicodedata
from enum import StrEnum

from redaction.evaluation.documents import LabeledSpan, LabeledText


class Slice(StrEnum):
    """A property of labeled spans; each of its values is a row of a table."""

    SOURCE = "source"
    """The file or network."""
    LANGUAGE = "language"
    """The language of the text, where the set declares it."""
    CASING = "casing"
    """Lower, upper, title, mixed or none."""
    LENGTH = "length"
    """One word, two words, or more."""
    SCRIPT = "script"
    """Latin, Cyrillic, Arabic …"""
    KNOWN = "known"
    """Whether the value is in the author's profile."""


def slice_value(which: Slice, document: LabeledText, span: LabeledSpan) -> str:
    """Return the value of a property for one labeled span."""
    surface = document.text[span.start : span.end]
    match which:
        case Slice.SOURCE:
            return document.source
        case Slice.LANGUAGE:
            return document.language or "not said"
        case Slice.CASING:
            return casing(surface)
        case Slice.LENGTH:
            return {1: "one word", 2: "two words"}.get(len(surface.split()), "more words")
        case Slice.SCRIPT:
            return script(surface)
        case Slice.KNOWN:
            return "known" if _is_known(document, surface) else "not known"


def casing(surface: str) -> str:
    """Return how letters are cased: `title` where every word has only its first letter in upper case."""
    letters = [ch for ch in surface if ch.isalpha()]
    if not any(ch.lower() != ch.upper() for ch in letters):
        return "none"
    if surface.islower():
        return "lower"
    if surface.isupper():
        return "upper"
    return "title" if surface.istitle() else "mixed"


def script(surface: str) -> str:
    """Return the script of most letters: the first word of their Unicode names, or `none` without letters."""
    counts: dict[str, int] = {}
    for ch in surface:
        if ch.isalpha():
            name = unicodedata.name(ch, "UNKNOWN").split(" ")[0].capitalize()
            counts[name] = counts.get(name, 0) + 1
    return max(sorted(counts), key=lambda name: counts[name]) if counts else "none"


def _fold(value: str) -> str:
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    return "".join(ch for ch in decomposed if ch.isalnum())


def _is_known(document: LabeledText, surface: str) -> bool:
    wanted = _fold(surface)
    values = [value for values in document.known.values() for value in values]
    return bool(wanted) and any(wanted == _fold(v) or wanted in map(_fold, v.split()) for v in values)
