"""Finds payment cards, bank accounts and crypto wallets by format and check digits."""

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import bitcoin, iban
from stdnum.exceptions import ValidationError

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, luhn, normal_digits

_CARD = RulePattern(r"(?<![\w.+])(?<!\d[-\s])\d(?:[ \u00a0-]?\d){11,18}(?![\w])(?![-]\d)")
_ISSUER = re.compile(r"(?:4|5[1-5]|2[2-7]|3[4-9]|6[0245-9]|50|1800|2131|8[16]|9[27])")
_CARD_CUE = Cue(
    r"cc|cards?|card (?:no|number)|credit|debit|visa|master ?card|amex|american express|discover|maestro|diners|jcb",
    r"rupay|unionpay|cvv|cvc|expiry|exp|karte|kreditkarte|kartennummer|carte|tarjeta|cart[aã]o|carta|betaalpas",
)
_IBAN = RulePattern(
    r"(?<![A-Za-z0-9])[A-Z]{2}[ -]?\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])",
    re.IGNORECASE,
    quick=r"(?i)\d(?:(?<=[A-Z]{2}\d)(?<![A-Z0-9][A-Z]{2}\d)"
    r"|(?<=[A-Z]{2}[ -]\d)(?<![A-Z0-9][A-Z]{2}[ -]\d))\d",
)


class CardRecognizer(RuleRecognizer):
    """Finds card numbers that pass Luhn: of a known issuer, or near a word for cards."""

    types = (EntityType.CREDIT_CARD,)
    needs = Needs(digits=12)
    rule_patterns = (_CARD,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the whole number with its spaces and dashes."""
        for run in scanned.matches(_CARD):
            digits = normal_digits(run.group())
            if len(set(digits)) == 1 or not luhn(digits):
                continue
            cued = _CARD_CUE.near(scanned.text, run.start(), run.end())
            if len(digits) == 12 and not cued:
                continue
            grouped = len(re.split(r"\D+", run.group())) in (1, 3, 4, 5)
            if cued or (grouped and _ISSUER.match(digits) and len(digits) != 15) or digits[:2] in ("34", "37"):
                yield Match(run.start(), run.end(), EntityType.CREDIT_CARD, 1.0 if cued else 0.8)


class BankAccountRecognizer(RuleRecognizer):
    """Finds IBANs whose check digits and national structure are valid."""

    types = (EntityType.IBAN_CODE,)
    needs = Needs(digits=4)
    rule_patterns = (_IBAN,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the longest valid prefix of each run: other text may follow after a space."""
        for run in scanned.matches(_IBAN):
            number = run.group()
            length = _length_of(number[:2].upper()) if number[:2].isascii() else None
            for end in _ends(number) if length != 0 else ():
                if length in (None, _size(number[:end])) and _valid_iban(number[:end]):
                    yield Match(run.start(), run.start() + end, EntityType.IBAN_CODE, 1.0)
                    break


def _ends(number: str) -> Iterator[int]:
    yield len(number)
    for match in reversed(list(re.finditer(r"[ -]", number))):
        yield match.start()


@lru_cache(1024)
def _length_of(country: str) -> int:
    """Return the length of an IBAN of a country; 0 where the country has none."""
    structure: str = dict(iban._ibandb.info(country)[0][1]).get("bban", "")
    groups = re.findall(r"([1-9]\d*)!", structure)
    return 4 + sum(map(int, groups)) if groups else 0


def _size(number: str) -> int:
    return len(number) - number.count(" ") - number.count("-")


def _valid_iban(number: str) -> bool:
    try:
        iban.validate(number, check_country=False)
    except ValidationError:
        return False
    return True


_WALLET = RulePattern(
    r"(?<![A-Za-z0-9])(?:(?P<bitcoin>(?:bc1|BC1)[A-Za-z0-9]{11,87}|[13][1-9A-HJ-NP-Za-km-z]{25,34})"
    r"|(?P<ether>0x[0-9a-fA-F]{40})"
    r"|(?P<other>4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|T[1-9A-HJ-NP-Za-km-z]{33}|[LM][1-9A-HJ-NP-Za-km-z]{26,33}"
    r"|ltc1[a-z0-9]{39,59}|addr1[a-z0-9]{50,100}|r[1-9A-HJ-NP-Za-km-z]{24,34}"
    r"|D[5-9A-HJ-NP-U][1-9A-HJ-NP-Za-km-z]{32}))"
    r"(?![A-Za-z0-9])",
    quick=r"[A-Za-z0-9]{14}",
)
_WALLET_CUE = Cue(
    r"wallets?|crypto|btc|bitcoin|eth|ethereum|ltc|litecoin|xmr|monero|doge(?:coin)?|xrp|ripple|trx|tron|usdt|ada"
    r"|cardano",
    r"send|donate|tips?|address|adresse|dirección",
)


class WalletRecognizer(RuleRecognizer):
    """Finds wallet addresses; those without a known check only near a word for them."""

    types = (EntityType.CRYPTO,)
    needs = Needs(digits=1)
    rule_patterns = (_WALLET,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield whole addresses."""
        for match in scanned.matches(_WALLET):
            if match["bitcoin"] and bitcoin.is_valid(match.group()):
                yield Match(match.start(), match.end(), EntityType.CRYPTO, 1.0)
            elif match["ether"]:
                yield Match(match.start(), match.end(), EntityType.CRYPTO, 0.9)
            elif _WALLET_CUE.near(scanned.text, match.start(), match.end()) and re.search(r"\d", match.group()):
                yield Match(match.start(), match.end(), EntityType.CRYPTO, 0.6)
