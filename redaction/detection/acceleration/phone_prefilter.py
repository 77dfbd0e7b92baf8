"""Skips Presidio's PhoneRecognizer on texts and regions where no valid number is possible.

libphonenumber's matcher parses every run of digits once per region: years, dates and amounts too. The conditions here
are necessary for a match: the candidates are the matcher's own, and some groups of a candidate's digits must have the
form of a number of the region (`phone_regions`). A candidate with a plus sign or letters is always left to the matcher.
The slow reference is PhoneRecognizer itself.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from phonenumbers import Leniency, PhoneMetadata, PhoneNumberMatcher
from phonenumbers.phonenumbermatcher import _PATTERN, _SECOND_NUMBER_START_PATTERN  # type: ignore[attr-defined]
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from redaction.detection.acceleration.phone_regions import RegionFilter, adds_digits, fewest_digits, shortest

_Candidate = tuple[int, str]
"""The start of a candidate in the text, and its characters."""
_PLAIN = re.compile(r"[\d\s()\[\]./\u2010-\u2015-]+")
"""Candidates of which only the digits count: with no plus sign and no extension."""
_PLUS = "+\uff0b"
_OPENING = "([\uff08\uff3b"
_REACH = 3
"""How many characters behind a candidate the matcher reads."""
_MAX_WHOLE = 20
"""The matcher cuts candidates of more digits."""


class _Candidates:
    """The matcher's candidates in a text; found once for all regions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[int, _Candidate | None] = {}

    def next(self, index: int) -> _Candidate | None:
        """Return the first candidate that does not begin before `index`."""
        if index not in self._next:
            self._next[index] = self._search(index)
        return self._next[index]

    def all(self) -> Iterator[_Candidate]:
        """Yield the candidates that the matcher tries if none is a number."""
        candidate = self.next(0)
        while candidate is not None:
            yield candidate
            candidate = self.next(_end(candidate))

    def _search(self, index: int) -> _Candidate | None:
        """Search as `PhoneNumberMatcher._find` does."""
        match = _PATTERN.search(self._text, index)
        if match is None:
            return None
        candidate = match.group()
        second = _SECOND_NUMBER_START_PATTERN.search(candidate)
        return match.start(), candidate[: second.start()] if second else candidate


class _Matcher(PhoneNumberMatcher):
    """Skips candidates without a valid number of the region, and those in `settled`.

    A candidate that was matched whole in one region is settled where other regions can only find parts of it: if it
    starts with a plus sign, or if only its digits count and it is too short for the matcher to cut it.
    """

    def __init__(
        self, text: str, region: str, leniency: int, possible: "_PossibleRegions", settled: set[_Candidate]
    ) -> None:
        super().__init__(text, region, leniency=leniency)
        self._region = region
        self._possible = possible
        self._settled = settled
        self._failed: dict[tuple[str, str, str], int] = {}
        """Candidates that were no number, with what the matcher reads beside them, and how many tries they took."""

    def matches(self, candidates: _Candidates) -> Iterator[Any]:
        """Yield what iterating over the matcher yields."""
        candidate = candidates.next(0)
        while candidate is not None:
            match = self._match(candidate)
            if match is not None:
                yield match
            candidate = candidates.next(_end(candidate) if match is None else match.end)

    def _match(self, candidate: _Candidate) -> Any:
        offset, characters = candidate
        if candidate in self._settled or self._region not in self._possible[characters]:
            return None
        end = offset + len(characters)
        with_neighbours = characters, self.text[max(0, offset - 1) : offset], self.text[end : end + _REACH]
        tries = self._failed.get(with_neighbours)
        if tries is not None:
            self._max_tries -= tries
            return None
        before = self._max_tries
        match = self._extract_match(characters, offset)
        if match is None:
            self._failed[with_neighbours] = before - self._max_tries
        if match is not None and match.raw_string == characters and _contains_all_matches(characters):
            self._settled.add(candidate)
        return match


def _end(candidate: _Candidate) -> int:
    return candidate[0] + len(candidate[1])


def _contains_all_matches(candidate: str) -> bool:
    has_plus = candidate.lstrip(_OPENING)[:1] in _PLUS
    return has_plus or (len(candidate) <= _MAX_WHOLE and _PLAIN.fullmatch(candidate) is not None)


class _PossibleRegions(dict[str, Collection[str]]):
    """Candidate → the regions in which a part of it could be valid; all regions if more than its digits counts."""

    def __init__(self, regions: Collection[str], region_filter: RegionFilter) -> None:
        super().__init__()
        self._regions = regions
        self._filter = region_filter

    def __missing__(self, candidate: str) -> Collection[str]:
        only_digits = _PLAIN.fullmatch(candidate) or not any(ch.isalpha() or ch in _PLUS for ch in candidate)
        regions = self[candidate] = self._filter.regions(candidate) if only_digits else self._regions
        return regions


class PrefilteredPhoneRecognizer:
    """Returns the results of a PhoneRecognizer."""

    def __init__(self, recognizer: Any) -> None:
        self._recognizer = recognizer
        self.id: str = recognizer.id
        self.name: str = recognizer.name
        self._regions: tuple[str, ...] = tuple(recognizer.supported_regions)
        fewest = min(1 + fewest_digits(), *map(shortest, map(PhoneMetadata.metadata_for_region, self._regions)))
        self._filter = RegionFilter(self._regions, fewest)

    @staticmethod
    def supports(recognizer: Any) -> bool:
        """Whether the conditions here are necessary for what the recognizer finds."""
        if type(recognizer) is not PhoneRecognizer:
            return False
        return (recognizer.leniency or Leniency.POSSIBLE) >= Leniency.VALID and all(
            PhoneMetadata.metadata_for_region(code) is not None and not adds_digits(code)
            for code in recognizer.supported_regions
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Analyze as PhoneRecognizer does; the explanation names the region asked for, not the one found."""
        if not self._filter.may_contain_number(text):
            return []
        results = []
        possible, settled, candidates = (
            _PossibleRegions(self._regions, self._filter),
            set[_Candidate](),
            _Candidates(text),
        )
        some = [candidate for candidate in candidates.all() if possible[candidate[1]]]
        for region in self._regions:
            if any(region in possible[candidate[1]] and candidate not in settled for candidate in some):
                for match in _Matcher(text, region, self._recognizer.leniency, possible, settled).matches(candidates):
                    results.append(self._recognizer._get_recognizer_result(match, text, region, nlp_artifacts))
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(results)
        return unique
