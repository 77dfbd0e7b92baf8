"""Say why a column cannot be read as its canonical type, and what to do.

What has one unambiguous reading is read. What has two, such as an id that is a float, is refused.
"""

from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from redaction.tables.first_row import is_like_a_value
from redaction.tables.schemas import ID_COLUMNS, Dtype
from redaction.tables.settings import DateOrder, TimeForm, Unit
from redaction.tables.values.column_types import describe, is_list, is_text, is_uuid, like_fields
from redaction.tables.values.conversion import OFFSET

_CONVERT = "convert it or map another column"
_BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)


def misfit(found: pa.DataType, wanted: Dtype, column: str, name: str, form: TimeForm | None) -> str | None:
    """Say why a column cannot be converted.

    Args:
        found: Its type in the file.
        wanted: The canonical type.
        column: The canonical column. Ids may also be integers.
        name: Its name in the file.
        form: How times are written that are not ISO 8601.

    Returns:
        What is wrong and what to do, where `CONFIG` is the key of the column in the config; None if nothing is.
    """
    repeated = _repeated_field(found)
    if repeated:
        return f"{name!r} has the field {repeated} twice; rename one"
    found = _values_type(found)
    if isinstance(wanted, pl.List) and isinstance(wanted.inner, pl.Struct) and is_list(found):
        item = _values_type(found.value_type)
        if pa.types.is_null(item):
            return None
        if pa.types.is_struct(item):
            return _misfit_of_fields(item, wanted.inner, column)
        mend: str | None = _CONVERT
    else:
        mend = _mend(found, wanted, form, is_id=column in ID_COLUMNS)
    if mend and pa.types.is_struct(found) and found.num_fields and not _has_values_as_names(found):
        mend = f"map one of its fields, such as {name}.{found.field(0).name}"
    return mend and f"{name!r} is {_shown(found)}, {column} needs {describe(wanted)}; {mend.replace('NAME', name)}"


def _shown(found: pa.DataType) -> str:
    """Return the type; not that of JSON objects whose keys look like values, such as ids."""
    if pa.types.is_union(found):
        return "of several kinds (text, numbers, objects or others)"
    return "a struct whose fields look like values" if _has_values_as_names(found) else str(found)


def _has_values_as_names(found: pa.DataType) -> bool:
    fields = [found.field(i) for i in range(found.num_fields)]
    own = pa.types.is_struct(found) and any(is_like_a_value(field.name) for field in fields)
    return own or any(_has_values_as_names(field.type) for field in fields)


def _repeated_field(found: pa.DataType) -> str | None:
    """Return the name of a field that a struct has twice, at any depth: such a column cannot be read."""
    fields = [found.field(i) for i in range(found.num_fields)]
    names = [field.name for field in fields]
    own = next((name for name in names if names.count(name) > 1), None) if pa.types.is_struct(found) else None
    return own or next(filter(None, (_repeated_field(field.type) for field in fields)), None)


def _misfit_of_fields(item: pa.DataType, wanted: pl.Struct, column: str) -> str | None:
    for field in wanted.fields:
        names = like_fields(item, field.name)
        if len(names) > 1:
            return f"{column!r} has both {' and '.join(names)}, and {column}.{field.name} needs one; rename the other"
        mend = _mend(item.field(names[0]).type, field.dtype, None, is_id=False) if names else None
        if mend:
            return f"{column}.{names[0]} is {item.field(names[0]).type}, needs {describe(field.dtype)}; convert it"
    known = {name for field in wanted.fields for name in like_fields(item, field.name)}
    others = [each.name for each in item if is_text(each.type) and each.name not in known]
    if column == "education" and others and not like_fields(item, "school"):
        return (
            f"{column!r} has no field school, which shows who was a minor; rename the field of the school's name, one "
            f"of {', '.join(others)}"
        )
    if item.num_fields and not any(like_fields(item, field.name) for field in wanted.fields):
        return (
            f"{column!r} has none of the fields {', '.join(field.name for field in wanted.fields)}; rename its fields"
        )
    return None


def _mend(found: pa.DataType, wanted: Dtype, form: TimeForm | None, *, is_id: bool) -> str | None:
    found = _values_type(found)
    if pa.types.is_null(found):
        return None
    if isinstance(wanted, pl.List):
        if is_list(found):
            return _mend(found.value_type, wanted.inner, None, is_id=True)
        return None if is_text(found) else _CONVERT  # JSON
    return _mend_of_text(found, is_id=is_id) if wanted == pl.String else _mend_of_time(found, wanted, form)


def _mend_of_text(found: pa.DataType, *, is_id: bool) -> str | None:
    whole = pa.types.is_integer(found) or (pa.types.is_decimal(found) and found.scale == 0)
    if is_text(found) or is_uuid(found) or (is_id and whole):
        return None
    if is_id and (pa.types.is_floating(found) or pa.types.is_decimal(found)):
        return "convert it to integers, not to text (1001.0 is not 1001)"
    return "decode its bytes to text" if any(is_bytes(found) for is_bytes in _BYTES) else _CONVERT


def _mend_of_time(found: pa.DataType, wanted: Dtype, form: TimeForm | None) -> str | None:
    if isinstance(form, DateOrder) and not (is_text(found) or (form is DateOrder.ymd and pa.types.is_integer(found))):
        return "an order is for dates as text, and ymd for numbers such as 20251231, too; leave it out"
    if pa.types.is_integer(found) or pa.types.is_floating(found) or pa.types.is_decimal(found):
        units = ", ".join(Unit)
        return None if form else f"name the unit of its numbers ({units}), as in CONFIG: {{column: NAME, unit: s}}"
    if pa.types.is_timestamp(found):
        known = wanted != pl.Date or found.tz is None or OFFSET.fullmatch(found.tz) or _is_zone(found.tz)
        return None if known else "its time zone is unknown: convert it to dates"
    return None if is_text(found) or pa.types.is_date(found) else _CONVERT


def _values_type(found: pa.DataType) -> pa.DataType:
    return found.value_type if pa.types.is_dictionary(found) else found


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (LookupError, OSError, ValueError):
        return False
    return True
