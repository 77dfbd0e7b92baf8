"""Numbers and lists in sentences."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

_NOUNS: Final = {"posts": ("post", "posts"), "profiles": ("profile", "profiles")}
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number and its noun: 1 file, 2 files."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Join parts with commas, the last two with "and"."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def counted_sources(counts: Mapping[str, int]) -> str:
    """Write numbers of records by source: 3 posts and 1 profile; none without any."""
    parts = (counted(number, *_NOUNS.get(source, (source, source))) for source, number in counts.items() if number)
    return listed(parts) or "none"


def spelled(duration: timedelta) -> str:
    """Write a duration in its largest unit, rounded: 5 minutes, 3 days."""
    seconds = max(round(duration.total_seconds()), 0)
    name, size = next(((name, size) for name, size in _UNITS if seconds >= size), _UNITS[-1])
    return counted(round(seconds / size), name)
