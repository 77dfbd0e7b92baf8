"""Presidio's telephone recogniser, let look only where and for which regions a number could be valid.

libphonenumber's matcher parses every run of digits once for each region, in Python: years, dates and amounts too.
What is asked here first is necessary for a match, never guessed: the matcher's own candidates are taken, and some
groups of the candidate's digits must be a number of the region (`phone_regions`). A candidate with a plus sign or
letters is always left to the matcher.
"""

from collections.abc import Collection, Iterator
from typing import Any

from phonenumbers import Leniency, PhoneMetadata
from phonenumbers.phonenumbermatcher import _PATTERN, _SECOND_NUMBER_START_PATTERN  # type: ignore[attr-defined]
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from redaction.detection.acceleration.phones.matcher import PLAIN, SparedMatcher
from redaction.detection.acceleration.phones.possible_regions import AnyRegion, adds_digits, fewest_digits, shortest

_Candidate = tuple[int, str]
_PLUS = "+\uff0b"
_OPENING = "([\uff08\uff3b"
_MOST = 20
"""The matcher cuts off after more than so many digits."""


class _Candidates:
    """The candidates that the matcher finds in a text from some place on, found once for all regions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[int, _Candidate | None] = {}

    def next(self, index: int) -> _Candidate | None:
        """The first that does not begin before `index`."""
        if index not in self._next:
            self._next[index] = self._search(index)
        return self._next[index]

    def if_none_matches(self) -> Iterator[_Candidate]:
        """Those that would be tried, each from the end of the one before."""
        candidate = self.next(0)
        while candidate is not None:
            yield candidate
            candidate = self.next(_end(candidate))

    def _search(self, index: int) -> _Candidate | None:
        """As `PhoneNumberMatcher._find`."""
        match = _PATTERN.search(self._text, index)
        if match is None:
            return None
        candidate = match.group()
        second = _SECOND_NUMBER_START_PATTERN.search(candidate)
        return match.start(), candidate[: second.start()] if second else candidate


class _Matcher(SparedMatcher):
    """Passes over candidates that hold no valid number of the region, and over those in `told`.

    What has been found to be a number as a whole need not be looked at for another region where whatever that could
    find lies within. A candidate that starts with a plus sign is a number of any region. In one of digits, blanks,
    brackets and dashes, all that begins within ends within, if it is too short for the matcher to have cut it off.
    """

    def __init__(self, text: str, region: str, leniency: int, likely: "_Likely", told: set[_Candidate]) -> None:
        super().__init__(text, region, leniency)
        self._likely = likely
        self._told = told

    def matches(self, candidates: _Candidates) -> Iterator[Any]:
        """What iterating over the matcher gives."""
        candidate = candidates.next(0)
        while candidate is not None:
            match = self._match(candidate)
            if match is not None:
                yield match
            candidate = candidates.next(_end(candidate) if match is None else match.end)

    def _match(self, candidate: _Candidate) -> Any:
        offset, piece = candidate
        if candidate in self._told or self._region not in self._likely[piece]:
            return None
        match = self._extract_match(piece, offset)
        if match is not None and match.raw_string == piece and _holds_all_within(piece):
            self._told.add(candidate)
        return match


def _end(candidate: _Candidate) -> int:
    return candidate[0] + len(candidate[1])


def _holds_all_within(piece: str) -> bool:
    return piece.lstrip(_OPENING)[:1] in _PLUS or (len(piece) <= _MOST and PLAIN.fullmatch(piece) is not None)


class _Likely(dict[str, Collection[str]]):
    """By candidate the regions in which some of it could be valid; all of them where not its digits alone count."""

    def __init__(self, regions: Collection[str], any_region: AnyRegion) -> None:
        super().__init__()
        self._regions = regions
        self._any = any_region

    def __missing__(self, candidate: str) -> Collection[str]:
        digits_count = PLAIN.fullmatch(candidate) or not any(ch.isalpha() or ch in _PLUS for ch in candidate)
        regions = self[candidate] = self._any.likely(candidate) if digits_count else self._regions
        return regions


class LikelyPhones:
    """Stands in for a PhoneRecognizer and gives the same results."""

    def __init__(self, recognizer: Any) -> None:
        self._whole = recognizer
        self.id: str = recognizer.id
        self.name: str = recognizer.name
        self._regions: tuple[str, ...] = tuple(recognizer.supported_regions)
        fewest = min(1 + fewest_digits(), *map(shortest, map(PhoneMetadata.metadata_for_region, self._regions)))
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
        likely, told, candidates = _Likely(self._regions, self._any), set[_Candidate](), _Candidates(text)
        some = [each for each in candidates.if_none_matches() if likely[each[1]]]
        for region in self._regions:
            if any(region in likely[each[1]] and each not in told for each in some):
                for match in _Matcher(text, region, self._whole.leniency, likely, told).matches(candidates):
                    results.append(self._whole._get_recognizer_result(match, text, region, nlp_artifacts))
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(results)
        return unique
