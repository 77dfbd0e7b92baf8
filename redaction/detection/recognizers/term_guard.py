"""Tells names from terms after the model: abbreviations, products, brands, eponyms, identifiers in code.

A model without a class for products reports them as people or locations. What is a term becomes an ORGANIZATION, which
a profile may redact or leave. Terms that are names of people too count only beside other terms.
"""

import re

from redaction.detection.lists import terms

_ABBREVIATIONS, _PRODUCTS, _AMBIGUOUS = terms("abbreviations"), terms("products"), terms("ambiguous")
_EPONYMS, _HEADS, _LOWER_CASE = terms("eponyms"), terms("heads"), terms("lower_case")
_FIRST_WORDS = frozenset(
    term.split()[0].removesuffix("'s") for term in _ABBREVIATIONS | _PRODUCTS | _AMBIGUOUS | _EPONYMS | _LOWER_CASE
)
_SIGNS = frozenset("-:>.[")
_WORD = re.compile(r"[^\W_][\w.+#&/’'-]*")
_NEXT = re.compile(r"(?:['’]s)?[ -]([A-Za-z][\w.-]*)(?:[ ]([A-Za-z][\w.-]*))?")
_BEFORE_CODE = re.compile(r"(?:::|->)$")
_AFTER_CODE = re.compile(
    r"::|->|\.[a-z_]\w*[(;\[]|\.[a-z]\w*\.(?:local|internal|lan|svc)|\.(?:local|internal|lan)(?!\w)"
)
_RESOURCE = re.compile(r"(?:[a-z][a-z0-9]*-){1,5}\d[\da-z-]*")
_HYPHENED, _HYPHENED_ON = re.compile(r"[\w-]{1,40}$"), re.compile(r"[\w-]{1,40}")
_SKILLS = re.compile(
    r"(?<!\w)(?:skills?|stack|proficient|proficiency|certifi(?:ed|cations?)|tools?|technologies|frameworks?|languages"
    r"|experience (?:with|in)|familiar with|worked with|built with|migrat(?:ed|ing)|upgraded|trained|baselines?|deploy"
    r"(?:ed|s)?)(?!\w)",
    re.IGNORECASE,
)
_MODELS = frozenset({"Focus", "Fiesta", "Mustang", "Escort", "Transit", "Explorer", "Ranger", "Studio", "Assistant"})
"""What follows the name of a company that is a family name too."""
_MOST_WORDS = 4
_LINE = 160
_ENOUGH = 2
"""Other terms in a line that make an ambiguous one a term; one is enough behind a word for skills."""


def is_term(text: str, start: int, end: int) -> bool:
    """Whether characters `[start, end)`, which a model calls a person or a location, are a term."""
    name = text[start:end].strip("\"'“”*_")
    lower = name.lower().replace("’", "'")
    words = lower.split()
    if not words or len(words) > _MOST_WORDS or not _may_be_term(text, start, end, words[0]):
        return False
    is_command = name.islower() and words[0] in _LOWER_CASE and all(map(str.isdecimal, words[1:]))
    if is_command or _is_in_code(text, start, end, name) or _is_abbreviation(text, start, name, words):
        return True
    is_model = len(words) > 1 and words[0] in _PRODUCTS | _AMBIGUOUS and all(map(_belongs, words[1:]))
    if is_model or lower in _PRODUCTS:
        return True
    return _is_eponym(text, end, words) or (lower in _AMBIGUOUS and _is_product(text, start, end))


def _may_be_term(text: str, start: int, end: int, first: str) -> bool:
    """Whether the first word begins a term, or a sign of code is beside it: most names have neither."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return first.removesuffix("'s") in _FIRST_WORDS or any(sign in _SIGNS for sign in around) or "-" in first


def _belongs(word: str) -> bool:
    """Whether a word continues the name of a product: another product, a number, a version."""
    return word in _PRODUCTS or word[0].isdecimal()


def _is_abbreviation(text: str, start: int, name: str, words: list[str]) -> bool:
    """Whether it is an abbreviation in capitals, in a text that is not all in capitals."""
    capitals, letters = sum(map(str.isupper, name)), len(name.replace(" ", ""))
    if not all(word in _ABBREVIATIONS for word in words) or capitals < letters / 2:
        return False
    around = text[max(0, start - _LINE) : start + len(name) + _LINE]
    return sum(map(str.islower, around)) > sum(map(str.isupper, around)) / 2


def _is_eponym(text: str, end: int, words: list[str]) -> bool:
    if words[-1] in _HEADS and " ".join(words[:-1]) in _EPONYMS:
        return True
    following = _NEXT.match(text, end)
    if following is None or following[1].lower() not in _HEADS:
        return False
    name = " ".join(words).removesuffix("'s")
    has_possessive = words[-1].endswith("'s") or following.group()[0] in "'’"
    return name in _EPONYMS or (has_possessive and f"{name}'s" in _EPONYMS)


def _is_product(text: str, start: int, end: int) -> bool:
    """Whether a product follows (Ford Focus, Ruby on Rails), or other terms are in the line."""
    following = _NEXT.match(text, end)
    if following is not None and (following[1] in _MODELS or (following[1] == "on" and following[2] == "Rails")):
        return True
    return _is_among_terms(text, start, end)


def _is_among_terms(text: str, start: int, end: int) -> bool:
    low = max(text.rfind("\n", 0, start) + 1, start - _LINE)
    high = text.find("\n", end)
    high = min(len(text) if high < 0 else high, end + _LINE)
    words = [*_WORD.findall(text[low:start]), *_WORD.findall(text[end:high])]
    others = {word.lower().strip(".,'’") for word in words if word[0].isupper()}
    count = len(others & _PRODUCTS) + len(others & (_ABBREVIATIONS - _AMBIGUOUS))
    return count >= (1 if _SKILLS.search(text, low, high) else _ENOUGH)


def _is_in_code(text: str, start: int, end: int, name: str) -> bool:
    """Whether it is part of an expression, a qualified name, or the identifier of a resource."""
    if "-" in text[max(0, start - 1) : end + 1]:
        first, last = _HYPHENED.search(text, max(0, start - 40), start), _HYPHENED_ON.match(text, end, end + 40)
        token = f"{first.group() if first else ''}{name}{last.group() if last else ''}"
        if _RESOURCE.fullmatch(token):
            return True
    if " " in name or (start and text[start - 1] in "\"'`"):
        return False
    return _BEFORE_CODE.search(text, max(0, start - 4), start) is not None or _AFTER_CODE.match(text, end) is not None
