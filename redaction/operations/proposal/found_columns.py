"""Describe the columns of files by their first values: texts, words, numbers, times, dates in some order."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import polars as pl
import pyarrow as pa

from redaction.tables.settings import DateOrder, Unit
from redaction.tables.values.canonical import has_text
from redaction.tables.values.column_types import is_uuid
from redaction.tables.values.times import time_in_order, time_of_text

_UNITS: Final = ((10**17, Unit.ns), (10**14, Unit.us), (10**11, Unit.ms), (10**8, Unit.s), (0, Unit.d))
"""The least size of a number of each unit, for times from 1973 on."""
_MOST: Final = 0.9
_DAY_NUMBER: Final = r"^\s*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$"
"""A date without separators, such as 20251231."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a file, or a field of a struct in it: its name, and what its first values look like.

    `stored_as_number` says that its type is one of numbers, not only its texts. `orders` are those in which all of its
    values are dates, none for other columns; the values that follow may leave fewer.
    """

    name: str
    kind: str
    unit: Unit | None = None
    length: float = 0.0
    earliest: datetime | None = None
    stored_as_number: bool = False
    orders: frozenset[DateOrder] = frozenset()


def describe_columns(schema: pa.Schema, sample: pl.DataFrame) -> Iterator[FoundColumn]:
    """Describe the columns of a file by its first rows, and the fields of its structs by their paths."""
    for name in dict.fromkeys(schema.names):
        if schema.names.count(name) == 1 and is_uuid(schema.field(name).type):
            yield FoundColumn(name, "word")
            continue
        values = sample[name] if name in sample.columns else pl.Series(name, [], pl.Null)
        yield from _column(name, values)


def orders_of(texts: pl.Series) -> frozenset[DateOrder]:
    """Return the orders of day, month and year in which all texts are dates; blank ones count for any."""
    present = texts.drop_nulls().to_frame("text").filter(has_text(pl.col("text")))
    readable = present.select(
        time_in_order(pl.col("text"), order).is_not_null().all().alias(order) for order in DateOrder
    )
    return frozenset(order for order in DateOrder if readable[order].item())


def _column(name: str, values: pl.Series) -> Iterator[FoundColumn]:
    if isinstance(values.dtype, pl.Struct):
        yield FoundColumn(name, "struct")
        for each in values.dtype.fields:
            yield from _column(f"{name}.{each.name}", values.struct.field(each.name))
        return
    yield _described(name, values.drop_nulls())


def _described(name: str, values: pl.Series) -> FoundColumn:
    dtype = values.dtype
    if dtype in {pl.String, pl.Categorical, pl.Enum} or dtype.is_decimal():
        values = values.cast(pl.String)
        values = values.filter(values.to_frame().select(has_text(pl.all())).to_series())
    if not values.len():
        return FoundColumn(name, "null")
    if dtype.is_numeric() and not dtype.is_decimal():
        return replace(_number(name, values), stored_as_number=True)
    if dtype.is_temporal():
        return _time(name, values.cast(pl.Datetime("us"), strict=False))
    if dtype.is_nested():
        return FoundColumn(name, "list" if isinstance(dtype, pl.List | pl.Array) else "other")
    return _texts(name, values) if values.dtype == pl.String else FoundColumn(name, "other")


def _texts(name: str, texts: pl.Series) -> FoundColumn:
    if texts.str.contains(r"^\s*\[.*\]\s*$").all():
        return FoundColumn(name, "list")
    times = texts.to_frame("text").select(time_of_text(pl.col("text"))).to_series()
    if not times.null_count() and (texts.str.contains("-").all() or texts.str.contains(_DAY_NUMBER).all()):
        return _time(name, times)
    if texts.str.contains(r"^\s*-?\d{1,19}\s*$").all():
        return _number(name, texts.str.strip_chars().cast(pl.Int64, strict=False).drop_nulls())
    if texts.str.contains(r"^\s*-?\d{9,18}\.\d+\s*$").all():
        return _number(name, texts.str.strip_chars().cast(pl.Float64, strict=False).drop_nulls())
    if found := _dates(name, texts):
        return found
    length = float(texts.str.len_chars().cast(pl.Float64).sum()) / texts.len()
    is_text = length > 20 and bool(texts.str.contains(" ").any())
    return FoundColumn(name, "text" if is_text else "word", length=length)


def _dates(name: str, texts: pl.Series) -> FoundColumn | None:
    """Describe texts of which most are dates in some order, and not all in the same one if the data are mixed."""
    times = [texts.to_frame("text").select(time_in_order(pl.col("text"), o)).to_series() for o in DateOrder]
    readable = pl.DataFrame([t.is_not_null().alias(str(n)) for n, t in enumerate(times)])
    if readable.select(pl.any_horizontal(pl.all()).mean()).item() < _MOST:
        return None
    earliest = min((value for t in times if isinstance(value := t.min(), datetime)), default=None)
    return FoundColumn(name, "date", earliest=earliest and earliest.replace(tzinfo=None), orders=orders_of(texts))


def _time(name: str, values: pl.Series) -> FoundColumn:
    earliest = values.drop_nulls().min()
    return FoundColumn(name, "time", earliest=earliest.replace(tzinfo=None) if isinstance(earliest, datetime) else None)


def _number(name: str, values: pl.Series) -> FoundColumn:
    """Describe numbers: those with places are times or nothing that is read."""
    middle = values.cast(pl.Int64, strict=False).drop_nulls().abs().sort()
    size = int(middle[middle.len() // 2]) if middle.len() else 0
    unit = next(unit for least, unit in _UNITS if size >= least)
    if values.dtype.is_float():
        return FoundColumn(name, "other" if unit is Unit.d else "float", unit=unit)
    if values.cast(pl.String).str.contains(_DAY_NUMBER).all():
        return FoundColumn(name, "date", orders=frozenset({DateOrder.ymd}))
    return FoundColumn(name, "number", unit=unit)
