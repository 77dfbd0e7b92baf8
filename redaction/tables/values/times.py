"""Times and dates that are text (ISO 8601) or numbers (since 1970)."""

from typing import Final

import polars as pl

from redaction.tables.settings import Unit

_DAY: Final = r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))"
_CLOCK: Final = r"(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?"
_ZONE: Final = r"(?:[zZ]|UTC|GMT|([+-]\d\d)(?::?(\d\d))?)"
_TIME: Final = rf"^\s*{_DAY}(?:[Tt ]\s*{_CLOCK}\s*{_ZONE}?)?\s*$"
_MONTH: Final = r"^\s*(\d{4})(?:-(\d\d))?\s*$"
_FIRST, _LAST = -62_135_596_800, 253_402_300_800
"""Seconds since 1970: [the start of the year 1, the end of the year 9999)."""
_MICROS: Final = {Unit.d: 86_400_000_000, Unit.s: 1_000_000, Unit.ms: 1000, Unit.us: 1}


def time_of_text(column: pl.Expr) -> pl.Expr:
    """Return the UTC times of ISO 8601 texts, null for others. Without a zone they count as UTC."""
    part = column.str.extract_groups(_TIME).struct
    clock = [part.field(str(n)).fill_null("00") for n in (7, 8, 9)]
    fraction = pl.concat_str(part.field("10").fill_null(""), pl.lit("000000")).str.slice(0, 6)
    zone = pl.concat_str(part.field("11").fill_null("+00"), part.field("12").fill_null("00"))
    text = pl.concat_str(_day(column), pl.lit("T"), *clock, pl.lit("."), fraction, zone)
    return text.str.to_datetime("%Y-%m-%dT%H%M%S%.6f%z", time_unit="us", strict=False).cast(pl.Datetime("us", "UTC"))


def day_of_text(column: pl.Expr, *, whole: bool = True, last: bool = False) -> pl.Expr:
    """Return the dates of ISO 8601 texts, null for others: of a time the date of its own zone.

    With `whole=False` the day, or the month and the day, may be missing and count as the first, with `last` as the
    last.
    """
    day = _day(column).str.to_date("%Y-%m-%d", strict=False)
    day = pl.when(time_of_text(column).is_not_null()).then(day)
    if whole:
        return day
    part = column.str.extract_groups(_MONTH).struct
    month = part.field("2").fill_null("12" if last else "01")
    first = pl.concat_str(part.field("1"), month, pl.lit("01"), separator="-").str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(day, first.dt.month_end() if last else first)


def time_of_number(column: pl.Expr, unit: Unit, *, whole: bool) -> pl.Expr:
    """Return the UTC times of numbers, or of texts of numbers, null for others and outside the years 1 to 9999.

    Args:
        column: Integers with `whole`, or else floats or texts.
        unit: What they count.
        whole: Whether they are integers.
    """
    integer = column.cast(pl.Int64, strict=False) if whole else column.cast(pl.String).cast(pl.Int64, strict=False)
    micros = _micros(integer, unit)
    if not whole:
        micros = pl.coalesce(micros, _micros(column.cast(pl.Float64, strict=False), unit))
    return micros.cast(pl.Datetime("us", "UTC"))


def _micros(number: pl.Expr, unit: Unit) -> pl.Expr:
    per_second = 1_000_000_000 if unit is Unit.ns else 1_000_000 / _MICROS[unit]
    inside = (number >= int(_FIRST * per_second)) & (number < int(_LAST * per_second))
    micros = (number // 1000) if unit is Unit.ns else number * _MICROS[unit]
    return pl.when(inside).then(micros).otherwise(None).cast(pl.Int64, strict=False)


def _day(column: pl.Expr) -> pl.Expr:
    part = column.str.extract_groups(_TIME).struct
    parts = [pl.coalesce(part.field(str(n)), part.field(str(n + 3))) for n in (1, 2, 3)]
    return pl.concat_str(parts, separator="-")
