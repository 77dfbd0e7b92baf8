"""Generalize dates: from any common format of a date to its month."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError

from redaction.replacement.errors import ReplacementError
from redaction.replacement.folding import fold

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})(?:[t ]\d{1,2}:\d{2}.*)?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORD = re.compile(r"[^\s,./\-–]+")
_DAY = re.compile(r"(\d{1,2})(st|nd|rd|th|er|e|o|a|º|ª)?")
_FILLERS = frozenset(
    ("of", "the", "on", "in", "de", "del", "du", "le", "la", "il", "el", "den", "der", "am", "im", "em", "do")
)
_LAST_DAY, _MONTHS = 31, 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """The names of months and weekdays that a date may use, folded."""

    months: Mapping[str, int]
    weekdays: frozenset[str]


def calendar(locales: Iterable[str]) -> Calendar:
    """Return the names in some locales, from Unicode CLDR through Babel, without names that mean several months."""
    months: dict[str, set[int]] = {}
    weekdays: set[str] = set()
    for name in locales:
        locale = _locale(name)
        for number, word in _words(locale.months):
            months.setdefault(word, set()).add(number)
        weekdays.update(word for _, word in _words(locale.days))
    return Calendar({word: min(numbers) for word, numbers in months.items() if len(numbers) == 1}, frozenset(weekdays))


def month_of(text: str, names: Calendar, day_first: bool | None) -> str | None:
    """Return the month of a date as `YYYY-MM`, or None, as for 03/04/2021 where `day_first` is None."""
    folded = fold(text).strip(" .,;()")
    if match := _YEAR_FIRST.fullmatch(folded):
        return _month(int(match[1]), int(match[3]), int(match[4] or 1))
    if match := _MONTH_YEAR.fullmatch(folded):
        return _month(int(match[2]), int(match[1]))
    if match := _YEAR_LAST.fullmatch(folded):
        first_is_day = True if match[2] == "." else day_first  # dates with dots have the day first everywhere
        return _numeric(int(match[1]), int(match[3]), int(match[4]), first_is_day)
    return _named(folded, names)


def _numeric(first: int, second: int, year: int, day_first: bool | None) -> str | None:
    readings = {True: _month(year, second, first), False: _month(year, first, second)}
    if day_first is not None:
        return readings[day_first]
    months = {month for month in readings.values() if month}
    return months.pop() if len(months) == 1 else None


def _named(folded: str, names: Calendar) -> str | None:
    months, years, days = [], [], []
    for word in _WORD.findall(folded):
        if word in names.months:
            months.append(names.months[word])
        elif word.isdecimal() and len(word) == 4:
            years.append(int(word))
        elif day := _DAY.fullmatch(word):
            days.append(int(day[1]))
        elif word not in _FILLERS and word not in names.weekdays:
            return None
    if len(months) != 1 or len(years) != 1 or len(days) > 1:
        return None
    return _month(years[0], months[0], days[0] if days else 1)


def _month(year: int, month: int, day: int = 1) -> str | None:
    if 1000 <= year < 3000 and 1 <= month <= _MONTHS and 1 <= day <= _LAST_DAY:
        return f"{year:04d}-{month:02d}"
    return None


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise ReplacementError(
            f"replacement: unknown locale {name!r} for date_to_month; use one such as 'en'"
        ) from None


def _words(names: Any) -> Iterable[tuple[int, str]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, word in names[context][width].items():
                yield number, fold(word).strip(".")
