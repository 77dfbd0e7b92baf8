"""Presidio's telephone recogniser, let look only where and for which regions a number could be valid.

libphonenumber's matcher parses every run of digits once for each region, in Python: years, dates and amounts too.
What is asked here first is necessary for a match, never guessed: the matcher's own candidates are taken, and a valid
number is a run of the candidate's digits that one of the patterns of its calling code's regions matches. A candidate
with a plus sign, an international prefix or letters is always left to the matcher.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import Leniency, PhoneMetadata, PhoneNumberMatcher
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

_TYPES = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
_PLUS = "+\uff0b"


@dataclass(frozen=True)
class _Region:
    """What digits must hold for a valid number, written in national or in international form from there."""

    code: str
    national: re.Pattern[str]
    international: re.Pattern[str]

    def could_be(self, digits: str) -> bool:
        return self.national.search(digits) is not None or self.international.search(digits) is not None


class _Candidates(PhoneNumberMatcher):
    """The candidates that the matcher would try if none matched."""

    def __init__(self, text: str) -> None:
        super().__init__(text, None)
        self.found: list[str] = []
        self.has_next()

    def _extract_match(self, candidate: str, offset: int) -> None:
        self.found.append(candidate)


class _Matcher(PhoneNumberMatcher):
    """Passes over candidates that hold no valid number of the region."""

    def __init__(self, text: str, region: _Region, leniency: int) -> None:
        super().__init__(text, region.code, leniency=leniency)
        self._region = region

    def _extract_match(self, candidate: str, offset: int) -> Any:
        digits = _digits(candidate)
        if digits is not None and not self._region.could_be(digits):
            return None
        return super()._extract_match(candidate, offset)


class LikelyPhones:
    """Stands in for a PhoneRecognizer and gives the same results."""

    def __init__(self, recognizer: Any) -> None:
        self._whole = recognizer
        self.id: str = recognizer.id
        self.name: str = recognizer.name
        self._regions = [_region(code) for code in recognizer.supported_regions]

    @staticmethod
    def understands(recognizer: Any) -> bool:
        """Whether the conditions here are necessary for what it finds."""
        if type(recognizer) is not PhoneRecognizer:
            return False
        return (recognizer.leniency or Leniency.POSSIBLE) >= Leniency.VALID and all(
            _has_plain_prefix(code) for code in recognizer.supported_regions
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """As PhoneRecognizer; its explanation names the region asked about, not the one found."""
        results = []
        for region in self._likely(text):
            for match in _Matcher(text, region, self._whole.leniency):
                results.append(self._whole._get_recognizer_result(match, text, region.code, nlp_artifacts))
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(results)
        return unique

    def _likely(self, text: str) -> list[_Region]:
        runs = [_digits(candidate) for candidate in _Candidates(text).found]
        if None in runs:
            return self._regions
        joined = " ".join(filter(None, runs))
        return [region for region in self._regions if region.could_be(joined)]


def _digits(candidate: str) -> str | None:
    """A candidate's digits; None where more than its digits counts."""
    if any(ch.isalpha() or ch in _PLUS for ch in candidate):
        return None
    digits = "".join(filter(str.isdecimal, candidate))
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


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
