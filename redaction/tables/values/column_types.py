"""The types of input columns: their plain forms, their fields, their names in messages."""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from redaction.tables.schemas import Dtype


def plain_type(found: pa.DataType) -> pa.DataType:
    """Return the type without what Polars cannot read, to which a cast loses nothing.

    Dictionaries become their values, times with a zone UTC, decimals without places text, lists of a fixed size and
    views plain lists and strings, UUIDs bytes.
    """
    if isinstance(found, pa.BaseExtensionType):
        return plain_type(found.storage_type)
    if pa.types.is_dictionary(found):
        return plain_type(found.value_type)
    if pa.types.is_struct(found):
        return pa.struct([field.with_type(plain_type(field.type)) for field in _fields(found)])
    if is_list(found):
        plain = plain_type(found.value_type)
        same = plain == found.value_type and (pa.types.is_list(found) or pa.types.is_large_list(found))
        return found if same else pa.large_list(plain)
    return _plain_scalar(found)


def _plain_scalar(found: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(found) and found.tz is not None:
        return pa.timestamp(found.unit, "UTC")
    if pa.types.is_decimal(found) and found.scale == 0:
        return pa.string()
    if pa.types.is_string_view(found):
        return pa.large_string()
    if pa.types.is_fixed_size_binary(found) or pa.types.is_binary_view(found):
        return pa.large_binary()
    return found


def is_list(found: pa.DataType) -> bool:
    """Return whether a type is any of Arrow's lists."""
    types = pa.types
    return bool(
        types.is_list(found)
        or types.is_large_list(found)
        or types.is_fixed_size_list(found)
        or types.is_list_view(found)
        or types.is_large_list_view(found)
    )


def is_text(found: pa.DataType) -> bool:
    """Return whether a type is any of Arrow's strings, in a dictionary too."""
    plain = plain_type(found)
    decimal = pa.types.is_decimal(found.value_type if pa.types.is_dictionary(found) else found)
    return bool((pa.types.is_string(plain) or pa.types.is_large_string(plain)) and not decimal)


def field_type(found: pa.DataType, fields: Sequence[str]) -> pa.DataType | None:
    """Return the type of a field of a struct, or of the structs of a list; None where there is no such field."""
    if not fields:
        return found
    if is_list(found):
        inner = field_type(found.value_type, fields)
        return None if inner is None else pa.list_(inner)
    if not pa.types.is_struct(found) or len(found.get_all_field_indices(fields[0])) != 1:
        return None
    return field_type(found.field(fields[0]).type, fields[1:])


def select_field(column: pl.Expr, found: pa.DataType, fields: Sequence[str]) -> pl.Expr:
    """Return the field of which `field_type` returns the type."""
    if not fields:
        return column
    if is_list(found):
        return column.list.eval(select_field(pl.element(), found.value_type, fields))
    return select_field(column.struct.field(fields[0]), found.field(fields[0]).type, fields[1:])


def like_fields(found: pa.DataType, name: str) -> list[str]:
    """Return the fields of a struct with the letters of a name, in any case, with or without `_`, `-` and blanks."""
    return [field.name for field in _fields(found) if _letters(field.name) == _letters(name)]


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _fields(found: pa.DataType) -> list[pa.Field]:
    return [found.field(i) for i in range(found.num_fields)]


def describe(dtype: Dtype) -> str:
    """Return the name of a canonical type for an error message."""
    if isinstance(dtype, pl.List):
        return "a list of structs" if isinstance(dtype.inner, pl.Struct) else "a list of strings"
    if isinstance(dtype, pl.Datetime):
        return "a timestamp"
    return "a date" if dtype == pl.Date else "a string"


def is_uuid(found: pa.DataType) -> bool:
    """Return whether a type is a UUID."""
    return isinstance(found, pa.UuidType)
