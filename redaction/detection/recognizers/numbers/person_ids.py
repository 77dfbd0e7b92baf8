"""Finds identifiers of people whatever their issuer: by their form, or beside a word for an identity.

Tokens of letters and six digits or more name errors, tickets, parts and builds too. So the nearest word decides: one
for an identity ("member MBR-0048213") or one for a thing ("ticket INC0048213").
"""

import re
from collections.abc import Iterator

import pycountry

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer

_FEWEST_DIGITS = 6
_IDENTITIES = (
    r"users?|customers?|clients?|patients?|members?(?:hips?)?|accounts?|credentials?|licen[cs]es?|passports?|refs?"
    r"|reference|subscribers?|policyholders?|guests?|passengers?|applicants?|claimants?|donors?|tenants?|holders?"
    r"|drivers?|identity|identities|residents?|students?|employees?|staff|insured|beneficiary|beneficiaries|epic"
    r"|voters?|electors?|election|visas?|permits?|iqama|insurance"
)
_THINGS = (
    r"errors?|codes?|tickets?|orders?|skus?|parts?|invoices?|builds?|commits?|sha\d*|hash(?:es)?|versions?|models?|serials?"
    r"|isbns?|dois?|arxiv|tracking|issues?|bugs?|cves?|prs?|resources?|products?|batch(?:es)?|lots?|flights?|parcels?"
    r"|packages?|patents?|releases?|firmware|drivers? version|devices?|coupons?|vouchers?|promo|trials?|genes?|samples?"
    r"|items?|assets?|containers?|images?|jobs?|tasks?|requests?|changes?|incidents?|manuals?|documentation|docs?"
    r"|articles?|standards?|specs?|shipments?|purchase|po|so|wo|rma|warranty|inventory|barcodes?|datasets?|accession"
    r"|bills?|quotes?|receipts?|dockets?|chips?|boards?|kb|vehicles?|engines?|frames?|cases?|rooms?|gates?"
)
_WORD = re.compile(
    rf"(?<![^\W_])(?:(?P<identity>{_IDENTITIES})|(?P<thing>{_THINGS}))(?![^\W_]|\s(?:guide|agent|manual))",
    re.IGNORECASE,
)
_NAMES_A_THING = (
    r"(?:inc|chg|req|ritm|prb|task|so|po|wo|inv|ord|sku|pn|sn|err|cve|rfc|pr|bug|http|iso|sha|md|ec|hs|trk|lot|rev|ver"
    r"|kb|um|rm|an|isbn|issn|ora|pmc|pmid|nct|gse|ensg|arxiv|doi|tkt|ops|build|model|part|item|order|ticket|error|case"
    r"|rs|ch|gb|usd|eur|v)"
)
_TOKEN = RulePattern(
    rf"(?<![\w@./:#%=+-])(?!{_NAMES_A_THING}[-#]?\d)(?=[A-Za-z-]{{0,12}}\d)(?=[\w-]{{0,20}}[A-Za-z])"
    r"[A-Za-z0-9]{1,14}(?:-[A-Za-z0-9]{1,14}){0,4}(?![\w@/:#%=+-]|\.\w)",
    re.IGNORECASE,
    beside=rf"(?:{_IDENTITIES})",
    quick=r"\d",
)
_HEX = re.compile(r"(?:0x)?[0-9a-f-]+|[0-9A-F]{16,}")
_OF_A_YEAR = re.compile(r"[A-Za-z]+-(?:19|20)\d\d-\d{1,5}")
"""Numbers of advertisements, files and cases: HR-2024-117."""
_MIXED_CASE = re.compile(r"[a-z]\d*[A-Z]")
_BEFORE, _AFTER = 48, 28
_SENTENCE_END = re.compile(r"(?<![ (]no|[ (]nr|[ (]id)(?<!num|ref)[.!?](?=\s)|\n", re.IGNORECASE)

_COUNTRIES = "|".join(sorted(country.alpha_2 for country in pycountry.countries))
_OF_FORM = RulePattern(
    rf"(?<![\w-])(?:{_COUNTRIES}|UK|EU)-(?P<kind>ID|DL|PP|PN|NI|NR|SS|TX|RP|VR|LI|CI|CC|DN)-\d{{6,12}}(?![\w-])",
    quick=r"[A-Z]-\d{6}",
)
_KINDS = {"DL": EntityType.DRIVER_LICENSE, "LI": EntityType.DRIVER_LICENSE, "PP": EntityType.PASSPORT}
_PASSPORT = RulePattern(r"(?<![\w-])[A-Z]{1,2}\d{7,8}(?![\w-])", beside=r"(?i:pass ?ports?)", quick=r"[A-Z]\d{7}")
_PASSPORTS = re.compile(r"(?<!\w)pass ?ports?(?!\w)", re.IGNORECASE)
_TYPES = (
    (re.compile(r"passport", re.IGNORECASE), EntityType.PASSPORT),
    (re.compile(r"licen[cs]e|driver", re.IGNORECASE), EntityType.DRIVER_LICENSE),
    (re.compile(r"employee|staff", re.IGNORECASE), EntityType.EMPLOYEE_ID),
    (re.compile(r"student", re.IGNORECASE), EntityType.STUDENT_ID),
)


class PersonIdRecognizer(RuleRecognizer):
    """Finds mixed tokens of six digits or more beside a word for an identity, and those of the form `CC-ID-1234567`."""

    types = (
        EntityType.NATIONAL_ID,
        EntityType.PASSPORT,
        EntityType.DRIVER_LICENSE,
        EntityType.EMPLOYEE_ID,
        EntityType.STUDENT_ID,
    )
    needs = Needs(digits=_FEWEST_DIGITS)
    rule_patterns = (_TOKEN, _OF_FORM, _PASSPORT)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield each whole token."""
        text = scanned.text
        for match in scanned.matches(_OF_FORM):
            yield Match(match.start(), match.end(), _KINDS.get(match["kind"], EntityType.NATIONAL_ID), 0.7)
        for match in scanned.matches(_TOKEN):
            identity = _nearest_identity(text, match) if _may_be_id(match.group()) else None
            if identity is not None:
                yield Match(match.start(), match.end(), _type_of(identity), 0.6)
        if _PASSPORTS.search(text):
            for match in scanned.matches(_PASSPORT):
                if _names_no_thing(text, match):
                    yield Match(match.start(), match.end(), EntityType.PASSPORT, 0.6)


def _may_be_id(token: str) -> bool:
    digits = sum(map(str.isdecimal, token))
    letters = sum(map(str.isalpha, token))
    if digits < _FEWEST_DIGITS or not letters or letters > digits + 4:
        return False
    return _HEX.fullmatch(token) is None and _OF_A_YEAR.fullmatch(token) is None and _MIXED_CASE.search(token) is None


def _nearest_identity(text: str, match: re.Match[str]) -> str | None:
    """Return the word for an identity that is nearest to a token in its sentence, if no word for a thing is nearer."""
    low, high = max(0, match.start() - _BEFORE), min(len(text), match.end() + _AFTER)
    for end in _SENTENCE_END.finditer(text, low, match.start()):
        low = end.end()
    sentence_end = _SENTENCE_END.search(text, match.end(), high)
    high = sentence_end.start() if sentence_end else high
    before = list(_WORD.finditer(text, low, match.start()))
    if before:
        return before[-1]["identity"]
    after = _WORD.search(text, match.end(), high)
    return after["identity"] if after else None


def _names_no_thing(text: str, match: re.Match[str]) -> bool:
    before = list(_WORD.finditer(text, max(0, match.start() - _BEFORE), match.start()))
    return not before or before[-1]["identity"] is not None


def _type_of(identity: str) -> EntityType:
    return next((kind for pattern, kind in _TYPES if pattern.match(identity)), EntityType.NATIONAL_ID)
