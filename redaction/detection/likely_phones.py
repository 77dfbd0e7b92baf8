"""Presidio's telephone recogniser, let look only where and for which regions a number could be valid.

libphonenumber's matcher parses every run of digits once for each region, in Python: years, dates and amounts too.
What is asked here first is necessary for a match, never guessed: the matcher's own candidates are taken, and a valid
number is a run of the candidate's digits that one of the patterns of its calling code's regions matches. A candidate
with a plus sign, an international prefix or letters is always left to the matcher.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import Leniency, PhoneMetadata, PhoneNumberMatcher
from presidio_analyzer import RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

_TYPES = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
_PLUS = "+\uff0b"


class _Candidates(PhoneNumberMatcher):
    """The candidates that the matcher would try if none matched."""

    def __init__(self, text: str) -> None:
        super().__init__(text, None)
        self.found: list[str] = []
        self.has_next()

    def _extract_match(self, candidate: str, offset: int) -> None:
        self.found.append(candidate)


@dataclass(frozen=True)
class _Region:
    """What digits must hold for a valid number, written in national or in international form from there."""

    code: str
    national: re.Pattern[str]
    international: re.Pattern[str]

    def could_be(self, digits: str) -> bool:
        return self.national.search(digits) is not None or self.international.search(digits) is not None


class LikelyPhones:
    """Stands in for a PhoneRecognizer and gives the same results."""

    def __init__(self, recognizer: Any) -> None:
        self._whole = recognizer
        self.id: str = recognizer.id
        self.name: str = recognizer.name
        self._codes: tuple[str, ...] = tuple(recognizer.supported_regions)
        self._regions = [_region(code) for code in self._codes]

    @staticmethod
    def understands(recognizer: Any) -> bool:
        """Whether the conditions here are necessary for what it finds."""
        if type(recognizer) is not PhoneRecognizer:
            return False
        return (recognizer.leniency or Leniency.POSSIBLE) >= Leniency.VALID and all(
            _has_plain_prefix(code) for code in recognizer.supported_regions
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """As PhoneRecognizer."""
        likely = self._likely(text)
        if not likely:
            return []
        limited = copy.copy(self._whole)
        limited.supported_regions = likely
        results: list[RecognizerResult] = limited.analyze(text, entities, nlp_artifacts)
        return results

    def _likely(self, text: str) -> Sequence[str]:
        runs = []
        for candidate in _Candidates(text).found:
            digits = "".join(filter(str.isdecimal, candidate))
            if any(ch.isalpha() or ch in _PLUS for ch in candidate):
                return self._codes
            runs.append(digits if digits.isascii() else "".join(str(int(digit)) for digit in digits))
        joined = " ".join(runs)
        return tuple(region.code for region in self._regions if region.could_be(joined))


def fewest_digits() -> int:
    """The fewest digits that libphonenumber holds for a valid number, anywhere."""
    return min(_shortest(metadata) for metadata in _all_metadata())


def _region(code: str) -> _Region:
    calling = phonenumbers.country_code_for_region(code)
    patterns: dict[str, None] = {}
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[calling]:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(calling, region)
        described = [getattr(metadata, kind) for kind in _TYPES]
        patterns |= dict.fromkeys(d.national_number_pattern for d in described if d and d.national_number_pattern)
    own: Any = PhoneMetadata.metadata_for_region(code)
    prefix = own.international_prefix
    behind = rf"(?:{prefix})\d{{{_fewest_behind_prefix()}}}" if prefix else r"(?!)"
    return _Region(code, re.compile("|".join(patterns)), re.compile(behind))


def _has_plain_prefix(code: str) -> bool:
    """Whether reading a number there adds no digit that is not written; such a region is not reckoned here."""
    metadata = PhoneMetadata.metadata_for_region(code)
    return metadata is not None and not _added_digits(metadata)


def _added_digits(metadata: Any) -> int:
    return len(re.sub(r"\\\d", "", metadata.national_prefix_transform_rule or ""))


@cache
def _fewest_behind_prefix() -> int:
    """The fewest digits of a calling code and a valid number of it, less those that reading a number adds."""
    fewest = []
    for calling, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        every: list[Any] = [PhoneMetadata.metadata_for_region_or_calling_code(calling, region) for region in regions]
        shortest = min(map(_shortest, every))
        fewest.append(len(str(calling)) + shortest - max(map(_added_digits, every)))
    return min(fewest)


def _shortest(metadata: Any) -> int:
    lengths: tuple[int, ...] = metadata.general_desc.possible_length
    return min(lengths)


def _all_metadata() -> Iterator[Any]:
    for region in phonenumbers.SUPPORTED_REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is not None:
            yield metadata
