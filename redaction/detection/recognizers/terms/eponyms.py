"""Names of people that are part of a term: Parkinson's disease, Gaussian noise, the Sobel filter."""

import re

from redaction.detection.lists import terms
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES

EPONYMS, _HEADS, _SURE_HEADS = terms("eponyms"), terms("heads"), terms("sure_heads")
_ANY_HEAD = _HEADS | _SURE_HEADS
FIRST_WORDS = frozenset(term.split()[0].removesuffix("'s") for term in EPONYMS)
_NEXT = re.compile(r"(?:['’]s?)?[ -]([A-Za-z][\w-]*)(?:[ -]([A-Za-z][\w-]*))?")
_BEFORE_HEAD = frozenset(" -'’")
_RESULT = re.compile(r"[ ](?:negative|positive|normal|clear|out|in|placed|score|\d)", re.IGNORECASE)
_BEDSIDE = frozenset(["foley", "doppler", "babinski", "apgar", "kernig", "brudzinski", "romberg", "homans", "glasgow"])
"""Signs and instruments that reports name without their noun: "Babinski negative", "Apgar 9"."""


def is_eponym(text: str, end: int, name: str, words: list[str]) -> bool:
    """Whether a name that ends at `end` is part of a term; `words` are its words in lower case."""
    if words[-1] in _ANY_HEAD and " ".join(words[:-1]).removesuffix("'s") in EPONYMS:
        return True
    lower = " ".join(words).removesuffix("'s")
    if words[0] in _BEDSIDE and (len(words) > 1 or _RESULT.match(text, end)):
        return True
    following = _NEXT.match(text, end) if text[end : end + 1] in _BEFORE_HEAD else None
    if following is None:
        return False
    has_possessive = words[-1].endswith("'s") or following.group()[0] in "'’"
    heads = {following[1].lower(), (following[2] or "").lower()}
    if following[1].lower() in _HEADS or heads & _SURE_HEADS:
        if lower in EPONYMS or (has_possessive and f"{lower}'s" in EPONYMS):
            return True
        is_pair = "-" in name and name.count("-") == 1 and not has_possessive
        is_sure = following[1] in _SURE_HEADS and not has_possessive
        return (is_sure or (is_pair and following[1] in _HEADS)) and _is_surname(name)
    return False


def _is_surname(name: str) -> bool:
    parts = name.split("-")
    return " " not in name and all(part.istitle() and part.lower() not in GIVEN_NAMES for part in parts)
