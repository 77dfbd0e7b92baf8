"""Finds coordinates: decimal degrees, and degrees with minutes."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer

_DECIMAL = RulePattern(
    r"(?<![\w.,])(?P<lat>[-+−]?\d{1,2}\.\d{3,})°?\s?(?P<ns>[NS])?(?:\s?[,;/|]\s?|\s+)(?:lon(?:g(?:itude)?)?\.?:?\s?"
    r"|lng:?\s?)?"
    r"(?P<lon>[-+−]?\d{1,3}\.\d{3,})°?\s?(?:[EWO](?!\w))?(?!\d|\.\d)",
    re.IGNORECASE,
)
_MINUTES = r"\d{1,2}(?:[.,]\d+)?\s?['′’](?!['′’])\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:[\"″”]|['′’]{2}))?"
_ANGLE = rf"\d{{1,3}}\s?[°º]\s?{_MINUTES}"
_DEGREES = RulePattern(
    rf"{_ANGLE}\s?[NSEWO](?!\w)(?:[\s,;/]{{0,3}}{_ANGLE}\s?[NSEWO](?!\w))?"
    rf"|(?<!\w)[NSEWO]\s?{_ANGLE}(?:[\s,;/]{{0,3}}[NSEWO]\s?{_ANGLE})?",
)


class CoordinatesRecognizer(RuleRecognizer):
    """Finds coordinates that are exact to a hundred meters or better."""

    types = (EntityType.COORDINATES,)
    needs = Needs(digits=3)
    rule_patterns = (_DECIMAL, _DEGREES)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield pairs of decimal degrees, and degrees with minutes."""
        if "." in scanned.text:
            for match in scanned.matches(_DECIMAL):
                latitude, longitude = (float(match[g].replace("−", "-")) for g in ("lat", "lon"))
                if abs(latitude) <= 90 and abs(longitude) <= 180:
                    yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.7)
        if "°" in scanned.text or "º" in scanned.text:
            for match in scanned.matches(_DEGREES):
                yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.8)
