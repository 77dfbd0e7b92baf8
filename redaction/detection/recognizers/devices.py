"""Where and what a machine is: IP and MAC addresses, IMEI, coordinates, licence plates."""

import ipaddress
import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, luhn, normal_digits

_V4 = RulePattern(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)(?:/\d{1,2}(?!\d))?")
_V6 = RulePattern(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?![\w:])",
    quick=r":[0-9A-Fa-f]{0,4}:",
)
_VERSION = Cue(
    r"v|ver|version|release|build|firmware|chrome|firefox|update|section|§|chapter|clause", before=12, after=0
)
_COLON, _DOT = frozenset(":"), frozenset(".")


class IpAddressRecognizer(RuleRecognizer):
    """Addresses of hosts; the host itself, a netmask and a version number are none."""

    types = (EntityType.IP_ADDRESS,)
    needs = Needs(one_of=(_COLON | _DOT,))
    rule_patterns = (_V4, _V6)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """What `ipaddress` reads as an address."""
        for match in scanned.matches(_V4):
            address = match.group().split("/")[0]
            ours = address.startswith(("0.", "127.", "255."))
            if _reads(address) and not ours and not _VERSION.before(scanned.text, match.start()):
                yield Match(match.start(), match.end(), EntityType.IP_ADDRESS, 0.8)
        for match in scanned.matches(_V6):
            address = match.group()
            signs = address.count(":") + address.count("::")
            if signs >= 3 and address not in ("::", "::1") and _reads(address):
                yield Match(match.start(), match.end(), EntityType.IP_ADDRESS, 0.8)


def _reads(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


_MAC = RulePattern(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
    r"|(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])",
    quick=r"[:.-](?:(?<=[:-])[0-9A-Fa-f]{2}[:-]|(?<=\.)[0-9A-Fa-f]{4}\.)",
)


class MacRecognizer(RuleRecognizer):
    """Hardware addresses in the usual writings."""

    types = (EntityType.MAC_ADDRESS,)
    needs = Needs(one_of=(frozenset(":-."),))
    rule_patterns = (_MAC,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Whole addresses, not the broadcast and zero ones."""
        for match in scanned.matches(_MAC):
            if len(set(re.sub(r"[:.-]", "", match.group()))) > 1:
                yield Match(match.start(), match.end(), EntityType.MAC_ADDRESS, 0.9)


_IMEI_CUE = Cue(r"imeis?|imeisv|handset|device(?: id)?|serial(?: number)?|phone|handy|téléphone|teléfono", before=40)
_IMEI = RulePattern(r"(?<![\w])\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d{1,2}(?!\w)", beside=_IMEI_CUE.start)


class ImeiRecognizer(RuleRecognizer):
    """Device numbers with a check digit, beside a word for devices."""

    types = (EntityType.IMEI,)
    needs = Needs(digits=15)
    rule_patterns = (_IMEI,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Fifteen digits that pass Luhn, sixteen for the software version."""
        for match in scanned.matches(_IMEI):
            digits = normal_digits(match.group())
            if (len(digits) == 16 or luhn(digits)) and _IMEI_CUE.near(scanned.text, match.start(), match.end()):
                yield Match(match.start(), match.end(), EntityType.IMEI, 0.9)


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
    """Places on the globe, exact to a hundred metres or better."""

    types = (EntityType.COORDINATES,)
    needs = Needs(digits=3)
    rule_patterns = (_DECIMAL, _DEGREES)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Pairs of decimal degrees, and degrees with minutes."""
        if "." in scanned.text:
            for match in scanned.matches(_DECIMAL):
                latitude, longitude = (float(match[g].replace("−", "-")) for g in ("lat", "lon"))
                if abs(latitude) <= 90 and abs(longitude) <= 180:
                    yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.7)
        if "°" in scanned.text or "º" in scanned.text:
            for match in scanned.matches(_DEGREES):
                yield Match(match.start(), match.end(), EntityType.COORDINATES, 0.8)


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
    """Vehicle registrations, beside a word for them."""

    types = (EntityType.LICENSE_PLATE,)
    needs = Needs(digits=1)
    rule_patterns = (_PLATE,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Groups of capitals and digits of both kinds."""
        place, text = 0, scanned.text
        while match := _PLATE.pattern.search(text, place):
            size = sum(c.isalnum() for c in match.group())
            word = re.split(r"[ -]", match.group())[0]
            place = match.end() if size <= _LONGEST_PLATE else match.start() + len(word)
            if 4 <= size <= _LONGEST_PLATE and _PLATE_CUE.near(text, match.start(), match.end()):
                yield Match(match.start(), match.end(), EntityType.LICENSE_PLATE, 0.7)
