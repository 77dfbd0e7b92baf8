"""Convert columns to their canonical types, and find the values that have no reading."""

import re
from typing import Final

import polars as pl
import pyarrow as pa

from redaction.tables.schemas import Dtype
from redaction.tables.settings import DateOrder, TimeForm
from redaction.tables.values.column_types import is_list, is_text, is_uuid, like_fields
from redaction.tables.values.json_lists import parse_json_lists
from redaction.tables.values.times import day_in_order, day_of_text, time_in_order, time_of_number, time_of_text

OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)")
"""A time zone that is a fixed offset from UTC."""

_PARTIAL_DATES: Final = ("start", "end")
"""Fields of a struct whose text may lack the day, or the month and the day.

The rules use the end of school as a date: an `end` counts as the last day of its month or year, not the
first, so that it is not too early.
"""


def convert(column: pl.Expr, found: pa.DataType, wanted: Dtype, form: TimeForm | None = None) -> pl.Expr:
    """Return a column, cast to the `plain_type` of its type in the file, as `wanted`.

    What cannot be converted becomes null; `is_lost` finds it. A time without a zone counts as UTC. A date of a time
    with a zone is that of its own zone. Of a list of structs the missing fields become null, others are left out.
    """
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found):
        return column.cast(wanted)
    if isinstance(wanted, pl.List):
        return _convert_list(column, found, wanted)
    if wanted == pl.String:
        return _uuid(column) if is_uuid(found) else column.cast(pl.String)
    return _convert_time(column, found, wanted, form)


def _convert_time(column: pl.Expr, found: pa.DataType, wanted: Dtype, form: TimeForm | None) -> pl.Expr:
    if pa.types.is_timestamp(found) and wanted == pl.Date:
        return _local(column, found.tz).dt.date()
    if pa.types.is_timestamp(found) and found.tz:
        return column.cast(wanted)
    if pa.types.is_timestamp(found) or pa.types.is_date(found):
        return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC") if wanted != pl.Date else column.cast(wanted)
    if not form:
        return day_of_text(column) if wanted == pl.Date else time_of_text(column)
    if isinstance(form, DateOrder):
        text = column.cast(pl.String)
        return day_in_order(text, form) if wanted == pl.Date else time_in_order(text, form)
    time = time_of_number(column, form, whole=pa.types.is_integer(found))
    return time.dt.date() if wanted == pl.Date else time


def _convert_list(column: pl.Expr, found: pa.DataType, wanted: pl.List) -> pl.Expr:
    item = found.value_type
    if isinstance(wanted.inner, pl.Struct):
        if pa.types.is_null(item):
            return column.cast(wanted)
        fields = [_convert_field(item, f).alias(f.name) for f in wanted.inner.fields]
        return column.list.eval(pl.struct(fields)).cast(wanted)
    if is_uuid(item):
        return column.list.eval(_uuid(pl.element()))
    return column.cast(wanted)


def _convert_field(item: pa.DataType, field: pl.Field) -> pl.Expr:
    for name in like_fields(item, field.name):
        found, value = item.field(name).type, pl.element().struct.field(name)
        if is_text(found) and field.name in _PARTIAL_DATES:
            return day_of_text(value, whole=False, last=field.name == "end")
        return convert(value, found, field.dtype)
    return pl.lit(None, field.dtype)


def is_lost(column: pl.Expr, found: pa.DataType, wanted: Dtype, form: TimeForm | None = None) -> pl.Expr | None:
    """Return whether a value is there that `convert` makes null; None where that cannot be."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    if isinstance(wanted, pl.List):
        item = found.value_type if is_list(found) else found
        if not isinstance(wanted.inner, pl.Struct) or not pa.types.is_struct(item):
            return None
        checks = [
            _is_present(pl.element().struct.field(name), item.field(name).type) & _convert_field(item, field).is_null()
            for field in wanted.inner.fields
            for name in like_fields(item, field.name)
            if field.dtype == pl.Date and is_text(item.field(name).type)
        ]
        return column.list.eval(pl.any_horizontal(checks)).list.any() if checks else None
    if wanted == pl.String or pa.types.is_null(found) or not (is_text(found) or form):
        return None
    return _is_present(column, found) & convert(column, found, wanted, form).is_null()


def _is_present(column: pl.Expr, found: pa.DataType) -> pl.Expr:
    if pa.types.is_floating(found):
        return column.is_not_nan().fill_null(value=False)
    return (column.str.strip_chars() != "").fill_null(value=False) if is_text(found) else column.is_not_null()


def typed_value(text: str | None, wanted: Dtype) -> pl.Series:
    """Return one text as `wanted`, null where it is no such value. For lists it is JSON."""
    given = pl.Series("value", [text], pl.String)
    if isinstance(wanted, pl.List):
        parsed = parse_json_lists(given, wanted)
        if parsed.wrong is not None:
            return pl.Series("value", [None], wanted)
        return parsed.values.to_frame().select(convert(pl.col("value"), parsed.dtype, wanted)).to_series()
    return given.to_frame().select(convert(pl.col("value"), pa.string(), wanted)).to_series()


def _uuid(column: pl.Expr) -> pl.Expr:
    digits = column.bin.encode("hex")
    parts = [digits.str.slice(start, length) for start, length in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))]
    return pl.concat_str(parts, separator="-")


def _local(column: pl.Expr, zone: str | None) -> pl.Expr:
    """Return the clock of a zone at times that are stored in UTC."""
    if zone is None:
        return column
    offset = OFFSET.fullmatch(zone)
    if not offset:
        return column.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    minutes = int(offset[2]) * 60 + int(offset[3])
    clock = column.dt.replace_time_zone(None)
    return clock + pl.duration(minutes=minutes if offset[1] == "+" else -minutes)
