"""Decide in which regions a sequence of digits could be a valid telephone number; libphonenumber then decides if it is.

A region is left out only if nothing in the run can be valid there. A number in national form is a row of groups of
digits: one of the forms of its country, with at most the country's code and its trunk prefix, once or twice, before it.
What starts with the prefix for calls abroad, or gets digits added before it is validated, is left to the library.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneMetadata, country_code_for_region

from redaction.detection.recognizers.base import normal_digits

_GROUP = re.compile(r"\d+")
_INTERNATIONAL = ("+", "\uff0b", "~")
"""Characters that start an international number or an extension."""
_EXTENSION = re.compile(r"[^\d\s().,/\[\]\u2010-\u2015-]|,,")
"""What an extension may begin with: it ends within a group of digits, and the next number begins there."""
_MAX_GAP = 4
"""Characters that libphonenumber allows between two digits of a number."""
_MAX_DIGITS = 26
"""Digits of the longest number with its prefixes."""
_SHORT = 6
"""Shorter runs, such as years and amounts, are cached; a longer one may be a person's number and is not."""
_CACHED = 4096
_NUMBER_TYPES = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of a country's numbers, and its prefix for calls abroad."""

    number: re.Pattern[str]
    abroad: re.Pattern[str]


def _starts_abroad(prefix: re.Pattern[str], digits: str) -> bool:
    """Whether there is a prefix for calls abroad, and digits enough for it, a country's code and a number."""
    return len(digits) >= 2 + fewest_digits() and prefix.match(digits) is not None


def _digit_rows(candidate: str) -> set[str]:
    """Return the digits of every row of adjacent groups, none longer than a number may be."""
    groups = [group if group.isascii() else normal_digits(group) for group in _GROUP.findall(candidate)]
    return {
        row for i in range(len(groups)) for row in accumulate(groups[i : i + _MAX_DIGITS]) if len(row) <= _MAX_DIGITS
    }


class RegionFilter:
    """Decides for some regions whether a text could contain a number of any of them, and of which."""

    def __init__(self, regions: Sequence[str], fewest: int) -> None:
        """Read the forms of the regions' numbers; `fewest` is the number of digits of the shortest."""
        self._forms = {region: _form(region) for region in regions}
        known = [form for form in self._forms.values() if form is not None]
        self._all_known = len(known) == len(self._forms)
        self._any = _Form(
            re.compile("|".join(f"(?:{form.number.pattern})" for form in known)),
            re.compile("|".join(f"(?:{form.abroad.pattern})" for form in known)),
        )
        self._run = re.compile(rf"\d(?:\D{{0,{_MAX_GAP}}}\d){{{fewest - 1},}}")
        self._cached_possible = lru_cache(_CACHED)(self._is_possible)
        self._cached_regions = lru_cache(_CACHED)(self._find_regions)

    def may_contain_number(self, text: str) -> bool:
        """Whether a row of groups of digits could be a number; a text with a plus sign and digits enough may."""
        runs = self._run.findall(text)
        if self._only_digits_count(text) and not any(_EXTENSION.search(run) for run in runs):
            return self._any_possible(chain.from_iterable(map(_digit_rows, runs)))
        return bool(runs)

    def regions(self, candidate: str) -> frozenset[str]:
        """Return the regions in which a part of the candidate could be valid."""
        return self._cached_regions(candidate) if len(candidate) < _SHORT else self._find_regions(candidate)

    def _find_regions(self, candidate: str) -> frozenset[str]:
        if any(character in candidate for character in _INTERNATIONAL):
            return frozenset(self._forms)
        rows = _digit_rows(candidate)
        if self._all_known and not self._any_possible(rows):
            return frozenset()
        return frozenset(
            region
            for region, form in self._forms.items()
            if form is None or any(_is_possible(form, row) for row in rows)
        )

    def _only_digits_count(self, text: str) -> bool:
        return self._all_known and not any(character in text for character in _INTERNATIONAL)

    def _any_possible(self, rows: Iterable[str]) -> bool:
        return any(self._cached_possible(row) if len(row) < _SHORT else self._is_possible(row) for row in rows)

    def _is_possible(self, row: str) -> bool:
        return _is_possible(self._any, row)


def _is_possible(form: _Form, digits: str) -> bool:
    return form.number.fullmatch(digits) is not None or _starts_abroad(form.abroad, digits)


@cache
def _form(region: str) -> _Form | None:
    """Return None where numbers get digits added before they are validated."""
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.country_code is None or metadata.international_prefix is None:
        return None
    sharing = [PhoneMetadata.metadata_for_region(code) for code in COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]]
    if adds_digits(region):
        return None
    forms = {
        kind.national_number_pattern
        for each in sharing
        if each is not None
        for name in _NUMBER_TYPES
        if (kind := getattr(each, name)) is not None and kind.national_number_pattern
    }
    number = "|".join(f"(?:{form})" for form in sorted(forms))
    trunks = {each.national_prefix_for_parsing for each in sharing if each is not None}
    trunk = r"\d*" if any(_transform_rules(region)) else rf"(?:{'|'.join(sorted(filter(None, trunks)))}){{0,2}}"
    return _Form(
        re.compile(rf"(?:{metadata.country_code})?{trunk}(?:{number})"), re.compile(metadata.international_prefix)
    )


@cache
def fewest_digits() -> int:
    """Return the fewest digits of a number that libphonenumber calls valid in any region."""
    return min(shortest(metadata) for metadata in _all_metadata())


def shortest(metadata: Any) -> int:
    """Return the fewest digits of a region's numbers."""
    lengths: tuple[int, ...] = metadata.general_desc.possible_length
    return min(lengths)


def _all_metadata() -> Iterator[Any]:
    for region in SUPPORTED_REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is not None:
            yield metadata


def adds_digits(region: str) -> bool:
    """Whether the region's numbers get digits added that are not in the text."""
    return any(re.sub(r"\\\d", "", rule) for rule in _transform_rules(region))


def _transform_rules(region: str) -> list[str]:
    """Return how numbers are rewritten: by the rules of the region and of the main region of its country code."""
    sharing = COUNTRY_CODE_TO_REGION_CODE.get(country_code_for_region(region), ())
    metadata = [PhoneMetadata.metadata_for_region(each) for each in (region, *sharing[:1])]
    return [m.national_prefix_transform_rule for m in metadata if m is not None and m.national_prefix_transform_rule]
