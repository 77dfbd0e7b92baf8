"""The forms of national phone numbers: which rows of digits are valid, and which groups they are written in."""

import re
from collections.abc import Sequence
from functools import lru_cache

from phonenumbers import PhoneMetadata

_TYPES = ("fixed_line", "mobile", "toll_free", "voip", "personal_number", "uan", "pager")
_BARE_COUNTRIES = frozenset({"US", "CA", "IN"})
"""Countries whose numbers are written without the trunk prefix too."""
_GROUPINGS = frozenset(
    {(3, 3, 4), (1, 3, 3, 4), (5, 5), (3, 7), (2, 8), (4, 3, 3), (3, 3, 3), (3, 2, 2, 2), (2, 4, 4), (4, 4, 2)}
)
"""Sizes of groups in which numbers without a trunk prefix are written."""
_MOST_GROUPS = 6


@lru_cache(16)
def national_form(regions: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the digits of the valid numbers of some regions, as they are written within a country."""
    return re.compile("|".join(sorted(filter(None, map(_of_region, regions)))) or r"(?!)")


def _of_region(region: str) -> str:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        return ""
    kinds = (getattr(metadata, name) for name in _TYPES)
    numbers = sorted({kind.national_number_pattern for kind in kinds if kind is not None} - {None})
    prefix = metadata.national_prefix or ""
    is_bare = not prefix or not prefix.startswith("0") or region in _BARE_COUNTRIES
    trunk = f"(?:{prefix})?" if is_bare else f"(?:{prefix})"
    return f"{trunk}(?:{'|'.join(f'(?:{number})' for number in numbers)})" if numbers else ""


def is_well_grouped(sizes: Sequence[int], first: str) -> bool:
    """Whether groups of these sizes, of which `first` is the first, are how phone numbers are written."""
    if first.startswith("0"):
        return 1 < len(sizes) <= _MOST_GROUPS and min(sizes) > 1 and sum(sizes) > len("0123456")
    return tuple(sizes) in _GROUPINGS and (len(sizes) > 1)
