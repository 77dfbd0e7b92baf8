"""Finds private keys of wallets, and secret keys of clouds that have no prefix."""

import hashlib
import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_WIF = RulePattern(
    r"(?<![A-Za-z0-9])(?:[5KL9c][1-9A-HJ-NP-Za-km-z]{50,51}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{90,120})(?![A-Za-z0-9])"
)
_NAMED_HEX = RulePattern(
    r"(?<![^\W_])(?:priv(?:ate)?[ _-]?keys?|secret[ _-]?keys?|signing[ _-]?keys?|mnemonic|seed|wallet[ _-]?keys?|pk)"
    r"(?![^\W_])[^\n]{0,24}?[\W_](?P<secret>(?:0x)?[0-9a-f]{64})(?![0-9a-z])",
    re.IGNORECASE,
)
_PREFIXED = RulePattern(
    r"(?<![A-Za-z0-9])(?:AGE-SECRET-KEY-1[0-9A-Z]{40,80}|nsec1[0-9a-z]{50,70}|edsk[1-9A-Za-z]{50,100})"
)
_CLOUD = RulePattern(r"(?<![A-Za-z0-9/+=])(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])")
_CLOUD_WORD = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}|aws|amazon|s3", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9/+-]{40}")
_NEAR = 160
PRIVATE_KEY_PATTERNS = (_WIF, _NAMED_HEX, _PREFIXED, _CLOUD)


def private_keys(scanned: ScannedText) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of the private keys in a text."""
    for match in scanned.matches(_NAMED_HEX):
        yield match.span("secret")
    if _LONG.search(scanned.text) is None:
        return
    for match in scanned.matches(_WIF):
        if _has_checksum(match.group()):
            yield match.span()
    for match in scanned.matches(_PREFIXED):
        yield match.span()
    for match in scanned.matches(_CLOUD):
        near = _CLOUD_WORD.search(scanned.text, max(0, match.start() - _NEAR), match.end() + _NEAR)
        if near is not None and _is_mixed(match["secret"]):
            yield match.span("secret")


def _is_mixed(key: str) -> bool:
    return all(re.search(kind, key) for kind in ("[a-z]", "[A-Z]", "[0-9]")) and len(set(key)) > len(key) // 3


def _has_checksum(key: str) -> bool:
    """Whether the last four bytes are the checksum of the others (Base58Check)."""
    number = 0
    for character in key:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]
