"""Decides whether what a model calls a person or a location is a term."""

import re

from redaction.detection.lists import terms, word_list
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES
from redaction.detection.recognizers.terms import eponyms
from redaction.detection.recognizers.terms.forms import has_form_of_thing
from redaction.detection.recognizers.terms.phrases import (
    ABBREVIATIONS,
    AMBIGUOUS,
    LISTED,
    PRODUCTS,
    WORDS,
    count_terms,
    phrases_over,
)

_LOWER_CASE = terms("lower_case")
_FIRST_WORDS = WORDS | eponyms.FIRST_WORDS | frozenset(t.split()[0] for t in ABBREVIATIONS | _LOWER_CASE)
_INITIALS = word_list("initials_of_people")
_SIGNS = frozenset("-:>.[")
_BEFORE_CODE = re.compile(r"(?:::|->|(?<![\w.@/])[a-z_]\w{0,30}\.(?:[a-z_]\w{0,30}\.){1,6})$")
_AFTER_CODE = re.compile(
    r"::|->|\.[a-z_]\w*[(;\[]|\.[a-z]\w*\.(?:local|internal|lan|svc)|\.(?:local|internal|lan)(?!\w)"
)
_RESOURCE = re.compile(r"(?:[a-z][a-z0-9]*-){1,5}[a-z]{0,12}\d[\da-z-]*")
_HYPHENED, _HYPHENED_ON = re.compile(r"[\w-]{1,40}$"), re.compile(r"[\w-]{1,40}")
_SKILLS = re.compile(
    r"(?<!\w)(?:skills?|stack|proficient|proficiency|certifi(?:ed|cations?)|tools?|technologies|frameworks?|languages"
    r"|experience (?:with|in)|familiar with|worked with|built with|migrat(?:ed|ing)|upgraded|trained|baselines?|deploy"
    r"(?:ed|s)?)(?!\w)",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    r"(?<!\w)(?:shares|stocks?|stores?|hiring|sponsor(?:s|ed)?|earnings|estimates|audits?|sells?|sold|bought|brands?"
    r"|bank|raised|pricey|expensive|tractors|intern(?:ed|ship)?|appl(?:y|ied) (?:to|at)|(?:started|work(?:s|ed)?) at"
    r"|moving to|left (?:[A-Z][\w&]+ ){1,3}for"
    r"|clients|customers|acquired|invest(?:ed|ors?)|funds?|rounds?|prices?|collections?)(?!\w)",
    re.IGNORECASE,
)
_LIST_CUE = re.compile(
    r"(?<!\w)(?:(?:technical |soft |core |key )?skills|tools?|tech(?: stack)?|stack|technologies|frameworks?"
    r"|(?:programming )?languages|libraries|testing|databases?|software|platforms?|certifications?)\s?[:–-]"
    r"|(?<!\w)(?:proficient|skilled|experienced|familiar|expertise|expert|knowledge)[ ](?:in|with|of)(?!\w)",
    re.IGNORECASE,
)
_BEFORE_ITEM = re.compile(r"(?:[,|;•/:(&–-]|[ ](?:and|or|in|with|of))[ ]?$")
_ITEM = r"(?:[\w +#()&’'-]|\.(?=\w))*"
_ITEMS = re.compile(rf"{_ITEM}(?:[,|;•/]{_ITEM}){{0,24}}")
_MODELS = frozenset({"Focus", "Fiesta", "Mustang", "Escort", "Transit", "Explorer", "Ranger", "Studio", "Assistant"})
"""What follows the name of a company that is a family name too."""
_LEGAL_FORM = re.compile(
    r"[ ](?:[A-Z][\w’'-]+[ ]){0,2}(?:& (?:Co|Sons)\b|Inc|LLC|LLP|Ltd|Limited|GmbH|AG|Corp(?:oration)?|PLC|plc|Pty"
    r"|S\.A\.|Holdings?|Ventures|Capital|Partners|Technologies|Consulting|Bank|Motors|Airlines|Pharma(?:ceuticals)?|Labs"
    r"|Foundation|Clinic|Associates|Industries|Software|Systems)(?!\w)"
)
_CONSONANTS = re.compile(r"[B-DF-HJ-NP-TV-Z]{3,6}s?|[AEIOU]?[B-DF-HJ-NP-TV-Z]{3,5}s?|[A-Z]{3,6}Ls")
_MOST_WORDS = 4
_LINE = 160
_ENOUGH = 2
"""Other terms in a line that make an ambiguous one a term; one is enough behind a word for skills or business."""


def is_term(text: str, start: int, end: int, is_person: bool = True) -> bool:
    """Whether characters `[start, end)`, which a model calls a person or a location, are a term."""
    name = text[start:end].strip("\"'“”*_")
    words = name.lower().replace("’", "'").split()
    if not words or len(words) > _MOST_WORDS:
        return False
    if _has_form_of_term(text, start, end, name, is_person):
        return True
    if _may_be_term(text, start, end, words) and _is_listed(text, start, end, name, words):
        return True
    return eponyms.is_eponym(text, start, end, name, words)


def _is_listed(text: str, start: int, end: int, name: str, words: list[str]) -> bool:
    is_command = name.islower() and words[0] in _LOWER_CASE and all(map(str.isdecimal, words[1:]))
    if is_command or _is_in_code(text, start, end, name) or _is_abbreviation(text, start, name, words):
        return True
    is_model = len(words) > 1 and words[0] in LISTED and all(map(_belongs, words[1:]))
    return is_model or _is_product(text, start, end, words)


def _may_be_term(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether a word is of a listed term, or a sign of code is beside it: most names have neither."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    first = words[0].removesuffix("'s")
    is_listed = first in _FIRST_WORDS or f"{first}'s" in _FIRST_WORDS or words[0].strip(".,") in _FIRST_WORDS
    return is_listed or any(sign in _SIGNS for sign in around) or "-" in first or "/" in first or "&" in around


def _has_form_of_term(text: str, start: int, end: int, name: str, is_person: bool) -> bool:
    """Whether its form or its neighbors say that it is a term, listed or not."""
    if has_form_of_thing(text, start, end, name, is_person):
        return True
    if not is_person:
        return False
    if " " not in name:
        if _CONSONANTS.fullmatch(name) and name.lower() not in _INITIALS and _is_mixed_case(text, start, end):
            return True
        if name.lower() not in GIVEN_NAMES and _is_listed_skill(text, start, end):
            return True
    return text[start].isupper() and _LEGAL_FORM.match(text, end) is not None


def _is_listed_skill(text: str, start: int, end: int) -> bool:
    """Whether it is an item of a list behind a word for skills."""
    if _BEFORE_ITEM.search(text, max(0, start - 6), start) is None:
        return False
    low = max(text.rfind("\n", 0, start) + 1, start - _LINE)
    cue = None
    for cue in _LIST_CUE.finditer(text, low, start):  # noqa: B007
        pass
    if cue is None or _ITEMS.fullmatch(text, cue.end(), start) is None:
        return False
    following = text[end : end + 2].lstrip()
    return not following or following[0] in ",|;•/().&" or text.startswith((" and ", " or ", " &"), end)


def _belongs(word: str) -> bool:
    """Whether a word continues the name of a product: another product, a number, a version."""
    return word in PRODUCTS or word[0].isdecimal()


def _is_abbreviation(text: str, start: int, name: str, words: list[str]) -> bool:
    """Whether it is an abbreviation in capitals, in a text that is not all in capitals."""
    capitals, letters = sum(map(str.isupper, name)), len(name.replace(" ", ""))
    if not all(word.strip(".,") in ABBREVIATIONS for word in words) or capitals < letters / 2:
        return False
    return _is_mixed_case(text, start, start + len(name))


def _is_mixed_case(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - _LINE) : end + _LINE]
    return sum(map(str.islower, around)) > sum(map(str.isupper, around)) / 3


def _is_product(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether a listed term covers it: one that is no name, or beside other terms one that is a name too."""
    if " ".join(words) in PRODUCTS:
        return True
    ambiguous: set[str] = set()
    for phrase in phrases_over(text, start, end):
        if phrase in PRODUCTS:
            return True
        if phrase in AMBIGUOUS:
            ambiguous.add(phrase)
    if not ambiguous:
        return False
    following = re.compile(r"[ ](\w+)(?:[ ](\w+))?").match(text, end)
    if following is not None and (following[1] in _MODELS or (following[1] == "on" and following[2] == "Rails")):
        return True
    low = max(text.rfind("\n", 0, start) + 1, start - _LINE)
    line_end = text.find("\n", end)
    high = min(len(text) if line_end < 0 else line_end, end + _LINE)
    others = count_terms(text, low, high, frozenset({*ambiguous, *words}))
    has_cue = _SKILLS.search(text, low, high) or _BUSINESS.search(text, low, high)
    return others >= (1 if has_cue else _ENOUGH)


def _is_in_code(text: str, start: int, end: int, name: str) -> bool:
    """Whether it is part of an expression, a qualified name, or the identifier of a resource."""
    if "-" in text[max(0, start - 1) : end + 1]:
        first, last = _HYPHENED.search(text, max(0, start - 40), start), _HYPHENED_ON.match(text, end, end + 40)
        token = f"{first.group() if first else ''}{name}{last.group() if last else ''}"
        if _RESOURCE.fullmatch(token):
            return True
    if " " in name or (start and text[start - 1] in "\"'`"):
        return False
    return _BEFORE_CODE.search(text, max(0, start - 120), start) is not None or _AFTER_CODE.match(text, end) is not None
