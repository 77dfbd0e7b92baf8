"""Finds payment cards, bank accounts and crypto wallets by format and check digits."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from stdnum import bitcoin, iban
from stdnum.exceptions import ValidationError

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, normal_digits
from redaction.detection.recognizers.numbers.cover import Reading, best_cover

_CARD = RulePattern(r"(?<![A-Za-z0-9+])(?<!\d\.)\d(?:[ \u00a0-]?\d){11,}(?![A-Za-z0-9])")
_ISSUER = re.compile(r"(?:4|5[1-5]|2[2-7]|3[4-9]|6[0245-9]|50|1800|2131|8[16]|9[27])")
_GROUP = re.compile(r"\d+")
_LENGTHS = (
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3[0689]"), (14, 15, 16)),
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2[2-7]|35|60|64|65|8[16]"), (16,)),
    (re.compile(r"62|50|5[6-9]|6|9[27]"), (12, 13, 14, 15, 16, 17, 18, 19)),
)
"""The issuers' prefixes, and the lengths of their numbers (ISO/IEC 7812)."""
_PARTS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)}
"""The sizes of the groups of a card number that other digits follow or precede."""
_LONGEST, _GROUP_SIZE = 19, 4
_SHORTEST_PART = 15
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
_ACCOUNT = RulePattern(
    r"(?<![^\W_])(?:(?P<sure>(?:bank|check(?:ing)?|savings?|current|giro|salary|deposit|payee|beneficiary)[ _-]?"
    r"(?:account|acct|a/c|acc)|kontonummer|konto-?nr\.?|bankkonto|numéro de compte|compte bancaire"
    r"|(?:número de )?cuenta bancaria|número de cuenta|conta corrente|conto corrente|rekeningnummer|खाता)|account|acct"
    r"|a/c|acc)"
    r"(?P<number>[ _-]?(?:no|number|nr|num|numbers)\.?(?!\w)|\s?#)?(?:\s(?:is|was|ending(?: in)?|ist|est|es|è))?"
    r"[\"']?\s?[:=#(]?\s?[\"']?(?P<value>\d(?:[ -]?\d){5,23})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"(?:acct|a/c)\s?[:#=]", re.IGNORECASE)
_BANK = Cue(
    r"sort ?code|routing(?: (?:no|number))?|bank|aba|ifsc|bsb|swift|bic|micr|transfer|wire|iban|blz|bankleitzahl|payee",
    r"deposit(?:ed)?|withdraw(?:n|al)?|overdraft|standing order|direct debit|debited|credited",
    before=60,
    after=40,
)


class CardRecognizer(RuleRecognizer):
    """Finds card numbers that pass Luhn: of a known issuer, or near a word for cards."""

    types = (EntityType.CREDIT_CARD,)
    needs = Needs(digits=12)
    rule_patterns = (_CARD,)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield each number with its spaces and dashes; several may follow one another."""
        for reading in best_cover(list(self.readings(scanned))):
            yield Match(reading.start, reading.end, EntityType.CREDIT_CARD, reading.score)

    def readings(self, scanned: ScannedText) -> Iterator[Reading]:
        """Yield every part of a run of digits, from group to group, that can be a card number."""
        for run in scanned.matches(_CARD):
            groups = [
                (run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run.group())
            ]
            sizes = [end - start for start, end in groups]
            firsts = [0, *accumulate(sizes)]
            row = _CheckedRow(normal_digits(run.group()))
            last = 0
            for i in range(len(groups)):
                while last < len(groups) and firsts[last + 1] - firsts[i] <= _LONGEST:
                    last += 1
                for j in range(bisect_left(firsts, firsts[i] + self.needs.digits) - 1, last):
                    if row.is_valid(firsts[i], firsts[j + 1]):
                        digits = row.digits[firsts[i] : firsts[j + 1]]
                        start, end, whole = groups[i][0], groups[j][1], i == 0 and j == len(groups) - 1
                        score = _card_score(scanned.text, (start, end), digits, tuple(sizes[i : j + 1]), whole)
                        if score:
                            weight = 2.0 if score == 1.0 else 1.5
                            yield Reading(start, end, len(digits), weight, EntityType.CREDIT_CARD, score)


class _CheckedRow:
    """Digits, and whether the Luhn check digit of any part holds (ISO/IEC 7812-1), decided from sums made once."""

    def __init__(self, digits: str) -> None:
        self.digits = digits
        values = [int(digit) for digit in digits]
        doubled = [2 * value - 9 if value > 4 else 2 * value for value in values]
        ways = ([d if i % 2 else v for i, (v, d) in enumerate(zip(values, doubled, strict=True))],
                [v if i % 2 else d for i, (v, d) in enumerate(zip(values, doubled, strict=True))])  # fmt: skip
        self._sums = [[0, *accumulate(way)] for way in ways]

    def is_valid(self, start: int, end: int) -> bool:
        """Whether the part `[start, end)` has a valid check digit, and digits that differ."""
        sums = self._sums[(end - 1) % 2]
        return (sums[end] - sums[start]) % 10 == 0 and len(set(self.digits[start:end])) > 1


def _card_score(text: str, span: tuple[int, int], digits: str, sizes: tuple[int, ...], whole: bool) -> float:
    issued = any(issuer.match(digits) and len(digits) in lengths for issuer, lengths in _LENGTHS)
    cued = _CARD_CUE.near(text, *span)
    if whole:
        even = len(sizes) in (1, 3, 4, 5) and min(sizes[:-1], default=_GROUP_SIZE) >= _GROUP_SIZE
        grouped = even and _ISSUER.match(digits) is not None and len(digits) not in (12, 15)
        return 1.0 if cued else 0.8 if grouped or digits[:2] in ("34", "37") else 0.0
    if not issued or (sizes not in _PARTS and len(sizes) > 1):
        return 0.0
    return 1.0 if cued else 0.8 if len(digits) >= _SHORTEST_PART else 0.0


class BankAccountRecognizer(RuleRecognizer):
    """Finds IBANs whose check digits and national structure are valid, and other numbers after a word for accounts."""

    types = (EntityType.IBAN_CODE,)
    needs = Needs(digits=4)
    rule_patterns = (_IBAN, _ACCOUNT)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield numbers after a word for accounts, and the longest valid prefix of each run that may be an IBAN."""
        for named in scanned.matches(_ACCOUNT):
            is_named = named["sure"] or named["number"] or _SHORT_NAME.match(named.group())
            if is_named or _BANK.near(scanned.text, *named.span()):
                yield Match(named.start("value"), named.end("value"), EntityType.IBAN_CODE, 0.7)
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
