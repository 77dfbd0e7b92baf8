"""Times and dates that are text (ISO 8601, or in a known order of day, month and year) or numbers (since 1970)."""

from typing import Final

import polars as pl

from redaction.tables.settings import DateOrder, Unit

_DAY: Final = r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))"
_CLOCK: Final = r"(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?"
_ZONE: Final = r"(?:[zZ]|UTC|GMT|([+-]\d\d)(?::?(\d\d))?)"
_TIME: Final = rf"^\s*{_DAY}(?:[Tt ]\s*{_CLOCK}\s*{_ZONE}?)?\s*$"
_MONTH: Final = r"^\s*(\d{4})(?:-(\d\d))?\s*$"
_PARTS: Final = {
    DateOrder.dmy: (r"(\d{1,2})", r"(\d{1,2}|[A-Za-z]{3,9})", r"(\d{4})"),
    DateOrder.mdy: (r"(\d{1,2}|[A-Za-z]{3,9})", r"(\d{1,2})", r"(\d{4})"),
    DateOrder.ymd: (r"(\d{4})", r"(\d{1,2}|[A-Za-z]{3,9})", r"(\d{1,2})"),
}
_BETWEEN: Final = r"(?:\s*[./-]\s*|\.?,?\s+)"
_HOURS: Final = rf"(\d{{1,2}}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([AaPp][.]?[Mm][.]?)?\s*{_ZONE}?"
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_NUMBERS: Final = {
    name: f"{number:02}"
    for number, month in enumerate(_MONTHS, 1)
    for name in (month, month[:3], *(["sept"] if number == 9 else []))
}
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


def time_in_order(column: pl.Expr, order: DateOrder) -> pl.Expr:
    """Return the UTC times of texts such as `31/12/2025 14:05` or `Dec 31, 2025 2:05 PM`, and of ISO 8601 texts.

    A year has four digits; a month is a number or an English name. Without a zone they count as UTC. Others, and days
    that no month has, are null.
    """
    part = column.str.extract_groups(_ordered(order)).struct
    hour = part.field("4").fill_null("0").cast(pl.Int64)
    half = part.field("8").str.slice(0, 1).str.to_lowercase()
    hour = pl.when(half.is_null()).then(hour).when(hour.is_between(1, 12)).then(hour % 12 + 12 * (half == "p"))
    clock = [hour.cast(pl.String).str.zfill(2), *(part.field(str(n)).fill_null("00") for n in (5, 6))]
    fraction = pl.concat_str(part.field("7").fill_null(""), pl.lit("000000")).str.slice(0, 6)
    zone = pl.concat_str(part.field("9").fill_null("+00"), part.field("10").fill_null("00"))
    text = pl.concat_str(_ordered_day(column, order), pl.lit("T"), *clock, pl.lit("."), fraction, zone)
    time = text.str.to_datetime("%Y-%m-%dT%H%M%S%.6f%z", time_unit="us", strict=False).cast(pl.Datetime("us", "UTC"))
    return pl.coalesce(time_of_text(column), time)


def day_in_order(column: pl.Expr, order: DateOrder) -> pl.Expr:
    """Return the dates of texts as `time_in_order` reads them: of a time the date of its own zone."""
    day = _ordered_day(column, order).str.to_date("%Y-%m-%d", strict=False)
    day = pl.when(time_in_order(column, order).is_not_null()).then(day)
    return pl.coalesce(day_of_text(column), day)


def _ordered(order: DateOrder) -> str:
    return rf"^\s*{_BETWEEN.join(_PARTS[order])}(?:(?:,?\s+|[Tt]){_HOURS})?\s*$"


def _ordered_day(column: pl.Expr, order: DateOrder) -> pl.Expr:
    part = column.str.extract_groups(_ordered(order)).struct
    day, month, year = (part.field(str(order.value.index(each) + 1)) for each in "dmy")
    number = month.str.to_lowercase().replace_strict(_MONTH_NUMBERS, default=month.str.zfill(2))
    return pl.concat_str(year, number, day.str.zfill(2), separator="-")


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
