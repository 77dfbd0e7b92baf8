"""Lists as one Polars series, made column by column: row by row, or by groups, Polars takes many times as long."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import polars as pl
import pyarrow as pa


def list_series(name: str, rows: Sequence[Sequence[tuple[Any, ...]]], dtype: pl.List) -> pl.Series:
    """A series of lists of structs.

    Args:
        name: the series' name.
        rows: for each row its records, each a tuple with a value for every field of the struct.
        dtype: a list of a struct.
    """
    # Offsets are made by Polars: asked to make an array, Arrow imports pandas to see whether it is given one of its.
    flat = pl.DataFrame([record for row in rows for record in row], schema=_fields(dtype), orient="row")
    offsets = pl.Series([0, *accumulate(len(row) for row in rows)], dtype=pl.Int64).to_arrow()
    lists = pa.LargeListArray.from_arrays(offsets, flat.to_struct().to_arrow())
    return pl.Series(name, pl.from_arrow(lists)).cast(dtype)


def regrouped(values: pl.Series, like: pl.Series) -> pl.Series:
    """Values in lists as long as those of `like`, of which none is null: one for each of theirs, in their order."""
    offsets = pl.concat([pl.Series([0], dtype=pl.Int64), like.list.len().cast(pl.Int64).cum_sum()]).to_arrow()
    return pl.Series(values.name, pl.from_arrow(pa.LargeListArray.from_arrays(offsets, values.to_arrow())))


def _fields(dtype: pl.List) -> pl.Schema:
    inner = dtype.inner
    if not isinstance(inner, pl.Struct):
        raise TypeError(f"a list of a struct is wanted, not of {inner}")
    return pl.Schema({field.name: field.dtype for field in inner.fields})
