"""Which regions a run of digits could be a number of, told in a moment; libphonenumber then says whether it is.

What it says is never doubted here: a region is left out only where nothing that it takes for valid can stand in the
run. A number in national form is groups of digits in a row: a significant part of one of the forms of its country,
and before it at most the country's code and its trunk prefix, once or twice; what starts with the prefix for calls
abroad, or is given digits before it is judged, is left to the library.
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
_FOREIGN_SIGNS = ("+", "\uff0b", "~")
"""What starts an international number or an extension."""
_EXTENDED = re.compile(r"[^\d\s().,/\[\]\u2010-\u2015-]|,,")
"""What an extension may begin with: it ends within a group of digits, and the next number begins there."""

_GAP = 4
"""How many signs libphonenumber lets stand between two digits of a number, at the most."""

_MOST_DIGITS = 26
"""No number is longer, with its prefixes."""

_SHORT = 6
_CACHED = 4096
"""Years and amounts come again and again; what may be somebody's number is not kept."""

_KINDS = (
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
    """How groups of digits are a number of a country, and the prefix for calls abroad."""

    number: re.Pattern[str]
    abroad: re.Pattern[str]


def likely_regions(piece: str, regions: Iterable[str]) -> Iterator[str]:
    """Those regions, in order, in which some of the piece could be valid."""
    if any(sign in piece for sign in _FOREIGN_SIGNS):
        yield from regions
        return
    parts = _parts(piece)
    for region in regions:
        form = _form(region)
        if (
            form is None
            or any(map(form.number.fullmatch, parts))
            or any(_is_abroad(form.abroad, part) for part in parts)
        ):
            yield region


def may_be_whole(digits: str, region: str) -> bool:
    """Whether just these digits, all of them, could be a valid number where only digits count."""
    form = _form(region)
    return form is None or form.number.fullmatch(digits) is not None or _is_abroad(form.abroad, digits)


def _is_abroad(prefix: re.Pattern[str], part: str) -> bool:
    """Whether the digits begin with a prefix for calls abroad, and are enough for it, a country's code and a number."""
    return len(part) >= 2 + fewest_digits() and prefix.match(part) is not None


def _parts(piece: str) -> set[str]:
    """The digits of each row of groups, as long as a number may be."""
    groups = [group if group.isascii() else normal_digits(group) for group in _GROUP.findall(piece)]
    if len(groups) == 1:
        return set(filter(_is_short, groups))
    return {part for i in range(len(groups)) for part in accumulate(groups[i : i + _MOST_DIGITS]) if _is_short(part)}


def _is_short(part: str) -> bool:
    return len(part) <= _MOST_DIGITS


class AnyRegion:
    """Whether a text could hold a number, in national form, of any of some regions, and of which."""

    def __init__(self, regions: Sequence[str], fewest: int) -> None:
        forms = [_form(region) for region in regions]
        self._regions = regions
        known = [form for form in forms if form is not None]
        self._all_known = len(known) == len(forms)
        self._number = re.compile("|".join(f"(?:{form.number.pattern})" for form in known))
        self._abroad = re.compile("|".join(f"(?:{form.abroad.pattern})" for form in known))
        self._run = re.compile(rf"\d(?:\D{{0,{_GAP}}}\d){{{fewest - 1},}}")
        self._seen = lru_cache(_CACHED)(self._is_likely)
        self._seen_regions = lru_cache(_CACHED)(self._likely)

    def may_be_in(self, text: str) -> bool:
        """Whether there is a run of digits, or of groups of them, that could be a number; a text with a plus may."""
        runs = self._run.findall(text)
        plain = self._all_known and not any(sign in text for sign in _FOREIGN_SIGNS)
        if not plain or any(_EXTENDED.search(run) for run in runs):
            return bool(runs)
        return self._are_likely(chain.from_iterable(map(_parts, runs)))

    def likely(self, piece: str) -> frozenset[str]:
        """As `likely_regions`, of them all."""
        return self._seen_regions(piece) if len(piece) < _SHORT else self._likely(piece)

    def _likely(self, piece: str) -> frozenset[str]:
        plain = self._all_known and not any(sign in piece for sign in _FOREIGN_SIGNS)
        if plain and not self._are_likely(_parts(piece)):
            return frozenset()
        return frozenset(likely_regions(piece, self._regions))

    def _are_likely(self, parts: Iterable[str]) -> bool:
        return any(self._seen(part) if len(part) < _SHORT else self._is_likely(part) for part in parts)

    def _is_likely(self, part: str) -> bool:
        return self._number.fullmatch(part) is not None or _is_abroad(self._abroad, part)


@cache
def _form(region: str) -> _Form | None:
    """None where numbers get more digits before they are judged."""
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
        for name in _KINDS
        if (kind := getattr(each, name)) is not None and kind.national_number_pattern
    }
    number = "|".join(f"(?:{form})" for form in sorted(forms))
    trunks = {each.national_prefix_for_parsing for each in sharing if each is not None}
    trunk = r"\d*" if any(_rules(region)) else rf"(?:{'|'.join(sorted(filter(None, trunks)))}){{0,2}}"
    return _Form(
        re.compile(rf"(?:{metadata.country_code})?{trunk}(?:{number})"), re.compile(metadata.international_prefix)
    )


@cache
def fewest_digits() -> int:
    """The fewest digits that libphonenumber holds for a valid number, anywhere."""
    return min(shortest(metadata) for metadata in _all_metadata())


def shortest(metadata: Any) -> int:
    """How many digits a number of a region has, at the least."""
    lengths: tuple[int, ...] = metadata.general_desc.possible_length
    return min(lengths)


def _all_metadata() -> Iterator[Any]:
    for region in SUPPORTED_REGIONS:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is not None:
            yield metadata


def adds_digits(region: str) -> bool:
    """Whether numbers there are given digits that are not written."""
    return any(re.sub(r"\\\d", "", rule) for rule in _rules(region))


def _rules(region: str) -> list[str]:
    """How numbers are rewritten that are read there: by its own rule, and by that of the first of those that share the
    country's code.
    """
    sharing = COUNTRY_CODE_TO_REGION_CODE.get(country_code_for_region(region), ())
    rewriting = [PhoneMetadata.metadata_for_region(each) for each in (region, *sharing[:1])]
    return [m.national_prefix_transform_rule for m in rewriting if m is not None and m.national_prefix_transform_rule]
