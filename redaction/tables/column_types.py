"""Which Parquet types an input column may have, and how they are converted to the canonical type."""

import polars as pl
import pyarrow as pa

from redaction.tables.schemas import Dtype


def accepts(found: pa.DataType, wanted: Dtype, *, is_id: bool) -> bool:
    """Return whether a column of type `found` can be converted to `wanted`. Ids may also be integers."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    if isinstance(wanted, pl.List):
        return _accepts_list(found, wanted.inner)
    if pa.types.is_null(found):
        return True
    if wanted == pl.String:
        text = pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
        return bool(text or (is_id and pa.types.is_integer(found)))
    return bool(pa.types.is_timestamp(found) or pa.types.is_date(found))


def _accepts_list(found: pa.DataType, inner: Dtype) -> bool:
    if pa.types.is_null(found):
        return True
    if not (pa.types.is_list(found) or pa.types.is_large_list(found)):
        return False
    item = found.value_type
    if not isinstance(inner, pl.Struct):
        return accepts(item, inner, is_id=True)
    fields = {field.name: field.dtype for field in inner.fields}
    return bool(pa.types.is_struct(item)) and all(
        accepts(item.field(i).type, fields[item.field(i).name], is_id=False)
        for i in range(item.num_fields)
        if item.field(i).name in fields
    )


def describe(dtype: Dtype) -> str:
    """Return the name of a canonical type for an error message."""
    if isinstance(dtype, pl.List):
        return "a list of structs" if isinstance(dtype.inner, pl.Struct) else "a list of strings"
    if isinstance(dtype, pl.Datetime):
        return "a timestamp"
    return "a date" if dtype == pl.Date else "a string"


def convert(column: pl.Expr, found: Dtype, wanted: Dtype) -> pl.Expr:
    """Return the column as `wanted`; what cannot be converted becomes null.

    A time without a zone counts as UTC. Of a list of structs the missing fields become null and others are left out.
    """
    if isinstance(wanted, pl.Datetime) and isinstance(found, pl.Datetime):
        zoned = column.dt.convert_time_zone("UTC") if found.time_zone else column.dt.replace_time_zone("UTC")
        return zoned.cast(wanted, strict=False)
    if isinstance(wanted, pl.Datetime):
        return column.cast(pl.Datetime("us"), strict=False).dt.replace_time_zone("UTC")
    if isinstance(wanted, pl.List) and isinstance(wanted.inner, pl.Struct) and isinstance(found, pl.List):
        inner = found.inner
        present = {f.name: f.dtype for f in inner.fields} if isinstance(inner, pl.Struct) else {}
        fields = [
            convert(pl.element().struct.field(f.name), present[f.name], f.dtype).alias(f.name)
            if f.name in present
            else pl.lit(None, f.dtype).alias(f.name)
            for f in wanted.inner.fields
        ]
        return column.list.eval(pl.struct(fields)).cast(wanted)
    return column.cast(wanted, strict=False)
