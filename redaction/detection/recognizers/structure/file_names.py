"""Finds names of people in file names: CV_Tobias_Ekstrom_2024.pdf, marta-kowalska-resume.docx."""

import re
from collections.abc import Iterator
from itertools import pairwise

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES

_SUFFIX = r"pdf|docx?|odt|rtf|txt|xlsx?|csv|pptx?|jpe?g|png|heic|gif|mp[34]|mov|wav|zip|eml|msg|md|html?|key|pages|vcf"
_FILE = RulePattern(
    rf"(?<![\w.@-])(?P<name>[^\W_][^\W_]{{0,24}}(?:[_.-][^\W_]{{1,24}}){{1,9}})\.(?:{_SUFFIX})(?!\w)",
    re.IGNORECASE,
    quick=rf"\.(?i:{_SUFFIX})(?!\w)",
)
_JOINED = RulePattern(
    r"(?<![\w.@/-])(?P<name>[^\W_a-z][^\W_A-Z]{1,24}(?:_[^\W_a-z][^\W_A-Z]{1,24}){1,5})(?![\w@])", quick="_"
)
_PART = re.compile(r"[A-Z][a-zà-ÿ]{2,}(?=[A-Z][a-zà-ÿ]{2})|[^\W_]+")
"""A part of a file's name between signs or humps: Tobias, Ekstrom in TobiasEkstrom_2024."""
_OF_PEOPLE, _NO_SURNAME = word_list("files_of_people"), word_list("files_of_people") | word_list("words_of_files")
_OF_DOCUMENTS = _NO_SURNAME | word_list("words_of_documents")


class FileNameRecognizer(RuleRecognizer):
    """Finds a given name and the part after or before it; in lower case only in files about people."""

    types = (EntityType.PERSON,)
    rule_patterns = (_FILE, _JOINED)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield both names with what joins them."""
        for pattern in (_FILE, _JOINED):
            for match in scanned.matches(pattern):
                yield from _names(match)


def _names(match: re.Match[str]) -> Iterator[Match]:
    parts = list(_PART.finditer(match["name"]))
    about_people = any(part.group().lower() in _OF_PEOPLE for part in parts)
    for given, family in pairwise(parts):
        if given.group().casefold() in GIVEN_NAMES and _can_be_family(family.group(), about_people):
            offset = match.start("name")
            yield Match(offset + given.start(), offset + family.end(), EntityType.PERSON, 0.6)
            return
    if about_people and match.re is _FILE.pattern:
        yield from _unlisted_names(match, parts)


def _unlisted_names(match: re.Match[str], parts: list[re.Match[str]]) -> Iterator[Match]:
    """Yield two capitalized words in the name of a file about a person, if they are no words of such files."""
    for given, family in pairwise(parts):
        if _can_be_name(given.group()) and _can_be_name(family.group()):
            offset = match.start("name")
            yield Match(offset + given.start(), offset + family.end(), EntityType.PERSON, 0.5)
            return


def _can_be_name(part: str) -> bool:
    return part.isalpha() and part.istitle() and len(part) > 2 and part.lower() not in _OF_DOCUMENTS


def _can_be_family(part: str, about_people: bool) -> bool:
    if not part.isalpha() or len(part) < 2 or part.lower() in _NO_SURNAME:
        return False
    return about_people or (part[0].isupper() and not part.isupper())
