"""Reads all numbers of a text together: cards, phones and national numbers against times, dates, amounts and ids.

Each kind of number proposes its readings of the digits. If two readings share digits, or if the digits may be a
number of no person, the cover that explains the digits best decides.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.numbers.cover import Reading, best_cover
from redaction.detection.recognizers.numbers.national_ids import NationalIdRecognizer
from redaction.detection.recognizers.numbers.other_numbers import other_numbers
from redaction.detection.recognizers.numbers.payment import CardRecognizer
from redaction.detection.recognizers.numbers.phones import RegionalPhoneRecognizer

_UNRIVALED = 1.5
"""A reading of this weight is not weighed against numbers of no person."""
_AROUND = 48
"""Characters around a reading that may say what else it is."""


class NumberRecognizer(RuleRecognizer):
    """Finds cards, phone numbers and national numbers; `regions` are those whose phone numbers are likely."""

    types = (EntityType.CREDIT_CARD, EntityType.PHONE_NUMBER, EntityType.NATIONAL_ID)
    needs = Needs(digits=4)

    def __init__(self, supported_language: str = "en", regions: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self._cards = CardRecognizer(supported_language)
        self._phones = RegionalPhoneRecognizer(supported_language, regions)
        self._identities = NationalIdRecognizer(supported_language)
        self.rule_patterns = (*(self._cards.rule_patterns or ()), *(self._identities.rule_patterns or ()))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the numbers of persons in the best cover."""
        readings = [
            *self._cards.readings(scanned),
            *self._phones.readings(scanned),
            *self._identities.readings(scanned),
        ]
        if any(reading.weight < _UNRIVALED for reading in readings) or not _are_disjoint(readings):
            for low, high in _surroundings(scanned.text, readings):
                readings += other_numbers(scanned.text, low, high)
            readings = best_cover(readings)
        for reading in readings:
            if reading.entity_type is not None:
                yield Match(reading.start, reading.end, reading.entity_type, reading.score)


def _are_disjoint(readings: Sequence[Reading]) -> bool:
    ordered = sorted(readings)
    return all(left.end <= right.start for left, right in pairwise(ordered))


def _surroundings(text: str, readings: Sequence[Reading]) -> list[tuple[int, int]]:
    """Return the parts of the text around the readings, between white space, that do not overlap."""
    parts: list[tuple[int, int]] = []
    for reading in sorted(readings):
        low = max(text.rfind(" ", 0, max(0, reading.start - _AROUND)), text.rfind("\n", 0, reading.start), 0)
        high = text.find(" ", min(len(text), reading.end + _AROUND))
        end = len(text) if high < 0 else high
        if parts and low <= parts[-1][1]:
            parts[-1] = parts[-1][0], max(end, parts[-1][1])
        else:
            parts.append((low, end))
    return parts
