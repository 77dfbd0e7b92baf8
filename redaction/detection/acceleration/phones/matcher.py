"""libphonenumber's matcher, spared the parsing of what cannot be a valid number."""

import re
from typing import Any

from phonenumbers import Leniency, PhoneNumberMatcher

from redaction.detection.acceleration.phones.possible_regions import may_be_whole
from redaction.detection.recognizers.base import normal_digits

PLAIN = re.compile(r"[\d\s()\[\]./\u2010-\u2015-]+")
"""Digits alone count in such a piece: there is neither a plus sign in it nor an extension."""


class SparedMatcher(PhoneNumberMatcher):
    """Finds what the matcher finds that wants valid numbers, or more, of a region.

    Where a candidate as a whole is no number, the matcher parses its parts, one by one. Each is asked first whether
    its digits, all of them, have the form of one.
    """

    def __init__(self, text: str, region: str, leniency: int = Leniency.VALID) -> None:
        super().__init__(text, region, leniency=leniency)
        self._region = region

    def _parse_and_verify(self, candidate: str, offset: int) -> Any:
        if not candidate or (PLAIN.fullmatch(candidate) and not may_be_whole(normal_digits(candidate), self._region)):
            return None
        return super()._parse_and_verify(candidate, offset)
