"""Names of people that are part of a term: Parkinson's disease, Gaussian noise, the Sobel filter."""

import re

from redaction.detection.lists import terms
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES

EPONYMS, _HEADS, _SURE_HEADS = terms("eponyms"), terms("heads"), terms("sure_heads")
_ANY_HEAD = _HEADS | _SURE_HEADS
FIRST_WORDS = frozenset(term.split()[0].removesuffix("'s") for term in EPONYMS)
_NEXT = re.compile(r"(?:['’]s?)?[ -]([A-Za-z][\w-]*)(?:[ -]([A-Za-z][\w-]*))?")
_BEFORE_HEAD = frozenset(" -'’")
_BEFORE_EPONYM = re.compile(
    r"(?<!\w)(?:morbus|syndrom|maladie de|s[ií]ndrome (?:de|di)|enfermedad de|malattia di|doen[çc]a de|mal de)\s$",
    re.IGNORECASE,
)
_FINDING = re.compile(r"(?<!\w)(?:positive|negative|normal|absent|bilateral)\s$", re.IGNORECASE)
_RESULT = re.compile(r"[ ](?:negative|positive|normal|clear|out|in|placed|score|\d)", re.IGNORECASE)
_BEDSIDE = frozenset(["foley", "doppler", "babinski", "apgar", "kernig", "brudzinski", "romberg", "homans", "glasgow"])
"""Signs and instruments that reports name without their noun: "Babinski negative", "Apgar 9"."""


def is_eponym(text: str, start: int, end: int, name: str, words: list[str]) -> bool:
    """Whether the name `[start, end)` is part of a term; `words` are its words in lower case."""
    if words[-1] in _ANY_HEAD and " ".join(words[:-1]).removesuffix("'s") in EPONYMS:
        return True
    return _is_finding(text, start, end, words) or _is_before_head(text, end, name, words)


def _is_finding(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether words beside it say that it is a disease or a sign: "morbus Crohn", "positive Babinski"."""
    if words[0] == "morbus" or (len(words) == 1 and _BEFORE_EPONYM.search(text, max(0, start - 20), start)):
        return True
    if words[0] not in _BEDSIDE:
        return False
    found = _RESULT.match(text, end) or _FINDING.search(text, max(0, start - 12), start)
    return len(words) > 1 or found is not None


def _is_before_head(text: str, end: int, name: str, words: list[str]) -> bool:
    following = _NEXT.match(text, end) if text[end : end + 1] in _BEFORE_HEAD else None
    if following is None:
        return False
    lower = " ".join(words).removesuffix("'s")
    second, third = following[1].lower(), (following[2] or "").lower()
    if third in _ANY_HEAD and f"{lower} {second}" in EPONYMS:
        return True
    has_possessive = words[-1].endswith("'s") or following.group()[0] in "'’"
    if second not in _HEADS and not {second, third} & _SURE_HEADS:
        return False
    if lower in EPONYMS or (has_possessive and f"{lower}'s" in EPONYMS):
        return True
    is_pair = "-" in name and name.count("-") == 1 and not has_possessive
    is_sure = following[1] in _SURE_HEADS and not has_possessive
    return (is_sure or (is_pair and following[1] in _HEADS)) and _is_surname(name)


def _is_surname(name: str) -> bool:
    parts = name.split("-")
    return " " not in name and all(part.istitle() and part.lower() not in GIVEN_NAMES for part in parts)
