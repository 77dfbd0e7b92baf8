"""Finds identifiers of devices: IP addresses, MAC addresses, IMEI."""

import ipaddress
import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, luhn, normal_digits

_LABEL = "|".join(rf"(?<=[G-Zg-z][A-Za-z]{{{letters}}}:)" for letters in range(5))
"""After a label with a colon that is no group of hexadecimal digits."""
_V4 = RulePattern(r"(?<![A-Za-z0-9])(?<!\d\.)(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z0-9]|\.\d)(?:/\d{1,2}(?!\d))?")
_V6 = RulePattern(
    rf"(?:(?<![A-Za-z0-9:.])|{_LABEL})(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}"
    r"(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?![A-Za-z0-9:])",
    quick=r":[0-9A-Fa-f]{0,4}:",
)
_VERSION = Cue(
    r"v|ver|version|release|build|firmware|chrome|firefox|update|sections?|§|chapters?|clauses?", before=12, after=0
)
_GROUPS_OF_A_NAME = 3
"""Groups of a qualified name in code that may be taken for an address: dead::beef."""
_COLON, _DOT = frozenset(":"), frozenset(".")


class IpAddressRecognizer(RuleRecognizer):
    """Finds IP addresses; loopback, netmasks and version numbers are left out."""

    types = (EntityType.IP_ADDRESS,)
    needs = Needs(one_of=(_COLON | _DOT,))
    rule_patterns = (_V4, _V6)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield what the standard library's `ipaddress` accepts."""
        for match in scanned.matches(_V4):
            address = match.group().split("/")[0]
            reserved = address.startswith(("0.", "127.", "255."))
            if _is_address(address) and not reserved and not _VERSION.before(scanned.text, match.start()):
                yield Match(match.start(), match.end(), EntityType.IP_ADDRESS, 0.8)
        for match in scanned.matches(_V6):
            address = match.group()
            colons = address.count(":") + address.count("::")
            groups = [group for group in address.split(":") if group]
            is_name = not any(map(str.isdecimal, address)) and len(groups) <= _GROUPS_OF_A_NAME
            if colons >= 3 and len(groups) > 1 and not is_name and _is_address(address):
                yield Match(match.start(), match.end(), EntityType.IP_ADDRESS, 0.8)


def _is_address(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


_MAC = RulePattern(
    rf"(?:(?<![A-Za-z0-9:-])|{_LABEL})(?:[0-9A-Fa-f]{{2}}([:-]))(?:[0-9A-Fa-f]{{2}}\1){{4}}[0-9A-Fa-f]{{2}}(?![A-Za-z0-9:-])"
    r"|(?<![A-Za-z0-9.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![A-Za-z0-9]|\.\w)",
    quick=r"[:.-](?:(?<=[:-])[0-9A-Fa-f]{2}[:-]|(?<=\.)[0-9A-Fa-f]{4}\.)",
)


class MacRecognizer(RuleRecognizer):
    """Finds MAC addresses in the usual formats."""

    types = (EntityType.MAC_ADDRESS,)
    needs = Needs(one_of=(frozenset(":-."),))
    rule_patterns = (_MAC,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield whole addresses, except the broadcast and the zero address."""
        for match in scanned.matches(_MAC):
            if len(set(re.sub(r"[:.-]", "", match.group()))) > 1:
                yield Match(match.start(), match.end(), EntityType.MAC_ADDRESS, 0.9)


_IMEI_CUE = Cue(r"imeis?|imeisv|handset|device(?: id)?|serial(?: number)?|phone|handy|téléphone|teléfono", before=40)
_IMEI = RulePattern(r"(?<![\w])\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d{1,2}(?!\w)", beside=_IMEI_CUE.start)


class ImeiRecognizer(RuleRecognizer):
    """Finds IMEI numbers near a word for devices."""

    types = (EntityType.IMEI,)
    needs = Needs(digits=15)
    rule_patterns = (_IMEI,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield fifteen digits that pass Luhn, or sixteen with a software version."""
        for match in scanned.matches(_IMEI):
            digits = normal_digits(match.group())
            if (len(digits) == 16 or luhn(digits)) and _IMEI_CUE.near(scanned.text, match.start(), match.end()):
                yield Match(match.start(), match.end(), EntityType.IMEI, 0.9)
