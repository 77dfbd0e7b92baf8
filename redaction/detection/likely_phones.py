"""Presidio's telephone recogniser, let look only where and for which regions a number could be valid.

libphonenumber's matcher parses every run of digits once for each region, in Python: years, dates and amounts too.
What is asked here first is necessary for a match, never guessed: the matcher's own candidates are taken, and some
groups of the candidate's digits must be a number of the region (`phone_regions`). A candidate with a plus sign or
letters is always left to the matcher.
"""

from collections.abc import Collection, Iterator
from typing import Any

import phonenumbers
from phonenumbers import Leniency, PhoneMetadata, PhoneNumberMatcher
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from redaction.detection.recognizers.phone_regions import AnyRegion, adds_digits, likely_regions

_Candidate = tuple[int, str]
_PLUS = "+\uff0b"
_OPENING = "([\uff08\uff3b"


class _Candidates(PhoneNumberMatcher):
    """The candidates that the matcher would try if none matched, each with its place."""

    def __init__(self, text: str) -> None:
        super().__init__(text, None)
        self.found: list[_Candidate] = []
        self.has_next()

    def _extract_match(self, candidate: str, offset: int) -> None:
        self.found.append((offset, candidate))


class _Matcher(PhoneNumberMatcher):
    """Passes over candidates that hold no valid number of the region, and over those in `told`.

    A candidate that is a number as a whole, with its plus sign, is one of any region: the first tells it.
    """

    def __init__(self, text: str, region: str, leniency: int, likely: "_Likely", told: set[_Candidate]) -> None:
        super().__init__(text, region, leniency=leniency)
        self._region = region
        self._likely = likely
        self._told = told

    def _extract_match(self, candidate: str, offset: int) -> Any:
        if (offset, candidate) in self._told or self._region not in self._likely[candidate]:
            return None
        match = super()._extract_match(candidate, offset)
        if match is not None and match.raw_string == candidate and candidate.lstrip(_OPENING)[:1] in _PLUS:
            self._told.add((offset, candidate))
        return match


class _Likely(dict[str, Collection[str]]):
    """By candidate the regions in which some of it could be valid; all of them where not its digits alone count."""

    def __init__(self, regions: Collection[str]) -> None:
        super().__init__()
        self._regions = regions

    def __missing__(self, candidate: str) -> Collection[str]:
        plain = not any(ch.isalpha() or ch in _PLUS for ch in candidate)
        regions = self[candidate] = frozenset(likely_regions(candidate, self._regions)) if plain else self._regions
        return regions


class LikelyPhones:
    """Stands in for a PhoneRecognizer and gives the same results."""

    def __init__(self, recognizer: Any) -> None:
        self._whole = recognizer
        self.id: str = recognizer.id
        self.name: str = recognizer.name
        self._regions: tuple[str, ...] = tuple(recognizer.supported_regions)
        fewest = min(1 + fewest_digits(), *map(_shortest, map(PhoneMetadata.metadata_for_region, self._regions)))
        self._any = AnyRegion(self._regions, fewest)

    @staticmethod
    def understands(recognizer: Any) -> bool:
        """Whether the conditions here are necessary for what it finds."""
        if type(recognizer) is not PhoneRecognizer:
            return False
        return (recognizer.leniency or Leniency.POSSIBLE) >= Leniency.VALID and all(
            PhoneMetadata.metadata_for_region(code) is not None and not adds_digits(code)
            for code in recognizer.supported_regions
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """As PhoneRecognizer; its explanation names the region asked about, not the one found."""
        if not self._any.may_be_in(text):
            return []
        results = []
        likely, told, candidates = _Likely(self._regions), set[_Candidate](), _Candidates(text).found
        for region in self._regions:
            if any(each not in told and region in likely[each[1]] for each in candidates):
                for match in _Matcher(text, region, self._whole.leniency, likely, told):
                    results.append(self._whole._get_recognizer_result(match, text, region, nlp_artifacts))
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(results)
        return unique


def fewest_digits() -> int:
    """The fewest digits that libphonenumber holds for a valid number, anywhere."""
    return min(_shortest(metadata) for metadata in _all_metadata())


def _shortest(metadata: Any) -> int:
    lengths: tuple[int, ...] = metadata.general_desc.possible_length
    return min(lengths)


def _all_metadata() -> Iterator[Any]:
    for region in phonenumbers.SUPPORTED_REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is not None:
            yield metadata
