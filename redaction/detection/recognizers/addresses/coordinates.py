"""Finds coordinates: decimal degrees, and degrees with minutes."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

_DECIMAL = RulePattern(
    r"(?<![\w.,])(?P<lat>[-+−]?\d{1,2}\.\d{3,})°?\s?(?P<ns>[NS])?(?:\s?[,;/|]\s?|\s+)(?:lon(?:g(?:itude)?)?\.?:?\s?"
    r"|lng:?\s?)?"
    r"(?P<lon>[-+−]?\d{1,3}\.\d{3,})°?\s?(?:[EWO](?!\w))?(?!\d|\.\d)",
    re.IGNORECASE,
)
_MEASURED = Cue(
    r"accurac(?:y|ies)|loss(?:es)?|scores?|ratios?|f1|auc|precision|recall|mean|median|std|stdev|var(?:iance)?|rmse|mae"
    r"|mse|r2|p-?values?|lr|rates?|weights?|prob(?:abilit(?:y|ies))?|folds?|metrics?|error|correlation|coefficients?"
    r"|values?|results?|perplexity|bleu|rouge|dice|iou|ci|interval|range|between|rgb|rgba|hsl|hsla|vec[234]|color|colour"
    r"|translate(?:3d)?|scale(?:3d)?|rotate|skew|matrix|bezier|transform|resize|crop|zoom|margin|padding",
    before=28,
    after=0,
)
_ON_EARTH = Cue(
    r"lat(?:itude)?|lon(?:g(?:itude)?)?|lng|gps|coord(?:inate)?s?|geo|location|map|maps|at|place|pin|point|position",
    before=40,
    after=20,
)
_KEYED = RulePattern(
    r"(?:(?<![^\W_])(?:lat|lon|lng)|(?<=[a-z])(?:Lat|Lon|Lng)|latitude|longitude)(?:itude|gitude|g)?[\"']?\s?[:=]\s?"
    r"[\"']?(?P<value>[-+−]?\d{1,3}\.\d{3,})(?!\d|\.\d)",
    re.IGNORECASE,
)
"""A coordinate after its key: "lat": 52.52081, home_lon=13.40941."""
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
    rule_patterns = (_DECIMAL, _DEGREES, _KEYED)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield pairs of decimal degrees, and degrees with minutes."""
        if "." in scanned.text:
            for match in scanned.matches(_KEYED):
                yield Match(match.start("value"), match.end("value"), EntityType.COORDINATES, 0.7)
            for match in scanned.matches(_DECIMAL):
                latitude, longitude = (float(match[g].replace("−", "-")) for g in ("lat", "lon"))
                if abs(latitude) <= 90 and abs(longitude) <= 180 and not _is_measured(scanned.text, match):
                    yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.7)
        if "°" in scanned.text or "º" in scanned.text:
            for match in scanned.matches(_DEGREES):
                yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.8)


def _is_measured(text: str, match: re.Match[str]) -> bool:
    """Whether two decimals are results of a measurement: after a word for it, or both below one."""
    if _ON_EARTH.near(text, match.start(), match.end()):
        return False
    if match.group().startswith("10.") and "/" in match.group():
        return True  # a DOI
    small = all(match[g].lstrip("-+−").startswith("0.") for g in ("lat", "lon"))
    return small or _MEASURED.before(text, match.start())
