"""Finds phone numbers by Google's libphonenumber: international numbers, and national ones of likely regions.

A cheap pattern finds runs of digits that could be a number; only those are parsed. A national number counts if a
word for phones is near, or if its format is that of a phone number (groups, a trunk prefix) and it is valid in a
region where the author is likely to be.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher, is_possible_number, is_valid_number, parse

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer, luhn, normal_digits
from redaction.detection.recognizers.numbers.cover import Reading, best_cover
from redaction.detection.recognizers.numbers.phone_forms import is_well_grouped, national_form

REGIONS_OF_LANGUAGE = {
    "en": ("US", "GB", "CA", "AU", "IE", "NZ", "ZA", "IN", "SG"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA", "LU", "MA", "SN"),
    "es": ("ES", "MX", "AR", "CO", "CL", "PE", "US"),
    "pt": ("BR", "PT", "AO"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "hi": ("IN",),
    "sv": ("SE", "FI"),
    "pl": ("PL",),
    "tr": ("TR",),
    "ar": ("SA", "AE", "EG", "MA"),
    "da": ("DK",),
    "no": ("NO",),
    "fi": ("FI",),
}
"""Language to the regions whose national numbers are expected in its texts."""

WIDE = tuple(sorted(word_list("phone_regions")))
"""Regions tried where a word for phones is near, or where a trunk prefix starts a grouped number."""

_DASHES = r"\-\u2010-\u2015\u2212"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9+])(?<!\d[.,])\(?(?:\+ ?)?\(?"
    rf"\d(?:[ \t\u00a0().{_DASHES}/\u00b7~]{{0,3}}\d){{5,}}"
)
_DIGITS = re.compile(rf"\d(?:[ \t\u00a0().{_DASHES}/\u00b7~]{{0,3}}\d){{5}}")
_BEFORE = 4
"""The most characters of a run before its first digit."""
_CUE = Cue(
    r"(?:tele)?(?:ph|f)ones?|ph|fon|msisdn",
    r"phone ?(?:no|number|#)s?",
    r"tel(?:e?f(?:o|on|one|oon|oni|ón|óno|onnummer|onnr)?)?",
    r"tlf|tfn|téléphone|teléfono|telefone|telemóvel|telefoonnummer|telefono|telefon|puh|gsm|natel",
    r"mob(?:ile|il|iel)?|cell(?:phone|ulare)?|celular|móvil|movil|portable|handy|whats ?app|wapp|wa|viber|signal",
    r"office|call|calls|ring|text|txt|sms|fax|dial|reach|hotline|ruf|rufen|anrufen|appel(?:ez|le)?|llam(?:a|ar|e|en)",
    r"ligar|liga|chiama(?:re)?|bel(?:len)?|contact|contacto|contato|kontakt|numéro|número|numero|nummer|nr",
    r"电话|手机|電話|전화|휴대폰|тел(?:ефон)?|моб|هاتف|جوال|number|no|फ़?ोन|फोन|नंबर|मोबाइल|📞|☎️?|📱",
    before=36,
    after=18,
)
_DIRECT = Cue(
    r"tel|ph|tlf|whats ?app|cellphone",
    r"telefon|teléfono|téléphone|telefone|phone|mobile|mob|cell|whatsapp|fax|handy|móvil|celular|portable",
    r"(?:phone|mobile|cell|telephone|my|telefon|registered) (?:number|no|nummer)|registered|answering at",
    r"(?:call|ring|phone|reach|text|contact|dial|fax) (?:me|us|him|her|them) (?:on|at|back on|back at)",
    before=26,
    after=0,
)
_NOT_PHONE = Cue(
    r"isbn|issn|order|invoice|sku|part|serial|version|v|build|id|ids|ticket|case|ref|reference|tracking|account",
    r"acct|iban|card|visa|ssn|passport|doi|patent|pmid|£|\$|€|usd|eur|gbp|inr|rs",
    before=14,
    after=0,
)
_BEHIND_MAIL = re.compile(r"@[\w.-]+\s{0,2}(?:or|oder|ou|o|und|and|/|\||·|,|–|-)\s{1,2}$", re.IGNORECASE)
_GROUPED = re.compile(rf"\d[\s().{_DASHES}/]+\d.*\d[\s().{_DASHES}/]+\d|\)\s?\d")
_MOST_DIGITS = 16
_SHORTEST, _LONGEST = 7, 15
_LONGEST_RUN = 60
_MOST_GROUPS = 8
_BARE = ("US", "CA", "IN")
_GROUP = re.compile(r"\d+")
_OPENING = re.compile(r"[(+]{1,2}\s?$")
_CONTINUES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:%")
_WITH_AREA = re.compile(r"\(\d{2,4}\) ?\d{3,5}[ -]\d{3,4}")
_PAIRS = re.compile(r"\d\d(?:-\d\d){3,4}")
_SUM = re.compile(r"\d \+")
_THOUSANDS = re.compile(r"\+?[1-9]\d{0,2}(?:[ .]\d{3}){2,4}")
_NORTH_AMERICAN = 10
"""Digits of a North American number, which is often written without separators."""
_DATE = re.compile(r"^(?:19|20)\d\d[\s./-]\d{1,2}[\s./-]\d{1,2}|^\d{1,2}[\s./-]\d{1,2}[\s./-](?:19|20)\d\d")
_YEARS = re.compile(r"^(?:(?:19|20)\d\d[\s\-–/.]*)+$")
_YEAR_RANGE = re.compile(r"\(?(?:19|20)\d\d.{1,3}(?:19|20)\d\d")
_CACHED = 4096
"""Ranges of years recur, so their results are cached; possible phone numbers never are."""


class RegionalPhoneRecognizer(RuleRecognizer):
    """Finds numbers that libphonenumber accepts; `regions` are tried for every text."""

    types = (EntityType.PHONE_NUMBER,)
    needs = Needs(digits=6)

    def __init__(self, supported_language: str = "en", regions: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self.regions = tuple(dict.fromkeys(regions))
        self._wide = (*(r for r in self.regions if r in WIDE), *(r for r in WIDE if r not in self.regions))

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield each number once, with its `+` and brackets."""
        for reading in best_cover(list(self.readings(scanned))):
            yield Match(reading.start, reading.end, EntityType.PHONE_NUMBER, reading.score)

    def readings(self, scanned: ScannedText) -> Iterator[Reading]:
        """Yield every part of a run of digits, from group to group, that can be a phone number."""
        text = scanned.text
        first = _DIGITS.search(text)
        for run in _RUN.finditer(text, max(0, first.start() - _BEFORE)) if first else ():
            start, end = run.span()
            whole = [] if end - start > _LONGEST_RUN else list(self._in_run(text, start, end))
            for match in whole:
                yield _reading(text, match)
            if not any(match.start <= start + 1 and match.end >= end for match in whole):
                yield from self._in_parts(text, start, end)

    def _in_parts(self, text: str, start: int, end: int) -> Iterator[Reading]:
        """Yield the numbers between groups of a run that is no number as a whole."""
        groups = list(_GROUP.finditer(text, start, end))
        digits = [normal_digits(group.group()) for group in groups]
        may_be_cued = len(groups) > 1 and _CUE.is_possible(text, start, end)
        for i, first in enumerate(groups if len(groups) > 1 else ()):
            low = first.start() - _opening(text, first.start(), start)
            row = ""
            for j, last in enumerate(groups[i : i + _MOST_GROUPS], i):
                row += digits[j]
                if len(row) > _LONGEST:
                    break
                if len(row) >= _SHORTEST and text[last.end() : last.end() + 1] not in _CONTINUES:
                    found = self._part(text, (low, last.end()), row, groups[i : j + 1], may_be_cued)
                    if found is not None:
                        yield found

    def _part(
        self, text: str, span: tuple[int, int], row: str, groups: Sequence[re.Match[str]], may_be_cued: bool
    ) -> Reading | None:
        start, end = span
        if "+" in text[start : groups[0].start()]:
            weight = 1.8 if _is_international(row) else 1.2 if _is_possible(row) else 0.0
            return Reading(start, end, len(row), weight, EntityType.PHONE_NUMBER, 0.9) if weight else None
        cued = may_be_cued and _CUE.near(text, start, end)
        if national_form(WIDE if cued else self.regions).fullmatch(row) is None:
            return None
        sizes = [len(group.group()) for group in groups]
        formed = is_well_grouped(sizes, groups[0].group()) or text[start] == "("
        if not cued and (_NOT_PHONE.before(text, start) or not (formed or len(sizes) == 1)):
            return None
        score = 0.7 if cued else 0.5
        weight = (1.2 if cued else 0.85) if formed else (0.9 if cued else 0.6)
        return Reading(start, end, len(row), weight, EntityType.PHONE_NUMBER, score)

    def _in_run(self, text: str, start: int, end: int) -> Iterator[Match]:
        run = text[start:end]
        digits = normal_digits(run)
        if _is_no_number(text, start, run, digits):
            return
        international = list(_international(run))
        plus = run.lstrip("(").startswith("+")
        if plus and 8 <= len(digits) <= _MOST_DIGITS and (" (0)" in run or not international):
            if not _THOUSANDS.fullmatch(run):
                yield Match(start, end, EntityType.PHONE_NUMBER, 0.9)
            return
        if international:
            yield from (Match(start + s, start + e, EntityType.PHONE_NUMBER, 0.9) for s, e in international)
            return
        cued = _CUE.near(text, start, end) or _BEHIND_MAIL.search(text, max(0, start - 80), start) is not None
        if not cued and (_NOT_PHONE.before(text, start) or _is_other_number(run, digits)):
            return
        if cued and len(digits) <= _LONGEST:
            if _plausible(text, start, run) or _is_national(run, self._wide):
                yield Match(start, end, EntityType.PHONE_NUMBER, 0.7)
            return
        formed = _has_phone_format(run)
        if not cued and not formed and (len(digits) != _NORTH_AMERICAN or not national_form(_BARE).fullmatch(digits)):
            return
        found, score = _national(run, WIDE if cued else self.regions), 0.7 if cued else 0.5
        if found is None and not cued and _is_phone_of_any_region(run, digits):
            found, score = (0, len(run)), 0.4
        if found is not None:
            yield Match(start + found[0], start + found[1], EntityType.PHONE_NUMBER, score)


def _reading(text: str, match: Match) -> Reading:
    """Weigh a match by its context word, its plus sign, and its groups."""
    row = text[match.start : match.end]
    groups = _GROUP.findall(row)
    formed = is_well_grouped([len(group) for group in groups], groups[0]) or row[0] == "("
    if match.score >= 0.9:
        weight = 0.9 if _THOUSANDS.fullmatch(row) and not _is_international(normal_digits(row)) else 1.8
    elif match.score >= 0.7:
        weight = 1.6 if _DIRECT.before(text, match.start) else 1.25 if formed else 0.95
    else:
        weight = (0.85 if formed else 0.6) if match.score >= 0.5 else 0.5
    return Reading(match.start, match.end, len(normal_digits(row)), weight, EntityType.PHONE_NUMBER, match.score)


def _opening(text: str, position: int, floor: int) -> int:
    """Return how many of the characters before a group belong to it: a bracket, a plus."""
    match = _OPENING.search(text, max(floor, position - 3), position)
    return position - match.start() if match else 0


def _is_international(digits: str) -> bool:
    try:
        return is_valid_number(parse("+" + digits))
    except NumberParseException:
        return False


def _is_possible(digits: str) -> bool:
    try:
        return is_possible_number(parse("+" + digits))
    except NumberParseException:
        return False


def _international(run: str) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of numbers with a country code: possible ones, valid or not, since the plus marks them."""
    if "+" in run:
        for match in PhoneNumberMatcher(run, None, leniency=Leniency.POSSIBLE):
            yield match.start, match.end
        return
    for prefix in ("00", "011"):
        if run.startswith(prefix):
            number = "+" + run[len(prefix) :].lstrip(" -")
            for match in PhoneNumberMatcher(number, None, leniency=Leniency.VALID):
                if match.end == len(number):
                    yield 0, len(run)
                    return


def _national(run: str, regions: tuple[str, ...]) -> tuple[int, int] | None:
    """Return `[start, end)` of the longest number that is valid in one of the regions."""
    return _longest_in_years(run, regions) if _YEAR_RANGE.fullmatch(run) else _longest(run, regions)


def _longest(run: str, regions: tuple[str, ...]) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    for region in regions:
        for match in PhoneNumberMatcher(run, region, leniency=Leniency.VALID):
            if best is None or match.end - match.start > best[1] - best[0]:
                best = match.start, match.end
        if best == (0, len(run)):
            break
    return best


_longest_in_years = lru_cache(_CACHED)(_longest)


def _is_national(run: str, regions: Sequence[str]) -> bool:
    """Whether part of it is a valid number in one of the regions."""
    return any(PhoneNumberMatcher(run, region, leniency=Leniency.VALID).has_next() for region in regions)


def _has_phone_format(run: str) -> bool:
    """Whether its format is that of a phone number, not of a quantity."""
    return run[0] in "0(" or bool(_GROUPED.search(run))


def _is_phone_of_any_region(run: str, digits: str) -> bool:
    """Whether it is a national number somewhere, and its groups are those of a phone number."""
    form = national_form(WIDE)
    if form.fullmatch(digits) is None:
        return _WITH_AREA.fullmatch(run) is not None and form.fullmatch("0" + digits) is not None
    groups = _GROUP.findall(run)
    if len(groups) == 1:
        return run[0] == "0" and len(run) >= _NORTH_AMERICAN
    sizes = [len(group) for group in groups]
    return run[0] == "(" or is_well_grouped(sizes, groups[0]) or sizes == [2, 3, 3] or _PAIRS.fullmatch(run) is not None


def _plausible(text: str, start: int, run: str) -> bool:
    """Whether "tel:" precedes it and it is not an amount; then it is redacted though no country has such a number."""
    return _DIRECT.before(text, start) and "," not in run


def _is_no_number(text: str, start: int, run: str, digits: str) -> bool:
    """Whether it is a year, a date, a sum with a plus sign, or too long."""
    if _YEARS.match(run) or (len(digits) <= 8 and _DATE.match(run)) or len(digits) > _MOST_DIGITS + 2:
        return True
    return _SUM.search(text, max(0, start - 2), start + 2) is not None and not _is_international(digits)


def _is_other_number(run: str, digits: str) -> bool:
    if _DATE.match(run):
        return True
    if len(digits) >= 13 and luhn(digits):
        return True
    return len(digits) > 12 and run[0] not in "0("
