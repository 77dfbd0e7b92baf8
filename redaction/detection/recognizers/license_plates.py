"""Finds vehicle registrations near a word for them."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

_LONGEST_PLATE = 9
_PLATE_CUE = Cue(
    r"(?:number|licen[cs]e|registration|reg|vehicle|car) ?plates?(?: (?:no|number))?|plates?|number ?plate|vrn|vrm",
    r"car reg(?:istration)?|reg(?:istration)? (?:no|number)|registration|kennzeichen|nummernschild"
    r"|plaque(?: d'immatriculation)?",
    r"parked(?: \w+)?|park(?:ing)? (?:space|spot|permit)|(?:the|my|our|rental|hire|white|black|red|blue"
    r"|silver) (?:car|van|truck|lorry)",
    r"lights on|vehicle|number ?plates?|wagen|fahrzeug|voiture|coche|carro|matr\.",
    r"immatriculation|immatriculée?|matr[ií]cula|placa|targa|kenteken|chapa|patente|tablica|plaka",
    before=40,
    after=12,
)
_PLATE = RulePattern(
    r"(?<![\w-])(?=[A-Z0-9ÄÖÜ]*[ -]?[A-Z0-9ÄÖÜ]*[ -]?[A-Z0-9ÄÖÜ]*\d)(?=[\d -]*[A-ZÄÖÜ])"
    r"[A-ZÄÖÜ0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,3}(?![\w-])",
    beside=_PLATE_CUE.start,
)


class PlateRecognizer(RuleRecognizer):
    """Finds vehicle registrations near a word for them."""

    types = (EntityType.LICENSE_PLATE,)
    needs = Needs(digits=1)
    rule_patterns = (_PLATE,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield groups of capitals and digits that hold both."""
        position, text = 0, scanned.text
        while match := _PLATE.pattern.search(text, position):
            size = sum(c.isalnum() for c in match.group())
            word = re.split(r"[ -]", match.group())[0]
            position = match.end() if size <= _LONGEST_PLATE else match.start() + len(word)
            if 4 <= size <= _LONGEST_PLATE and _PLATE_CUE.near(text, match.start(), match.end()):
                yield Match(match.start(), match.end(), EntityType.LICENSE_PLATE, 0.7)
