"""The tables that the rules read, typed by their canonical schemas."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl
from polars.datatypes import DataType

from redaction.rights.errors import RightsError
from redaction.rights.instants import TIME
from redaction.tables import TABLES, Dtype, TableName, canonical_ids
from redaction.tables.schemas import ENUMERATIONS, ID_COLUMNS
from redaction.tables.values.canonical import canonical_words


def _no_signals_of_others() -> pl.LazyFrame:
    return TABLES[TableName.signals_of_others].schema.to_frame().lazy()


@dataclass(frozen=True, slots=True)
class Inputs:
    """The canonical tables without any text, with the columns that `decide` names; extra ones are ignored.

    block_rows: how many posts are decided at a time, in bounded memory; they must be sorted by post_id. With None they
        may come in any order and are decided at once.
    """

    posts: pl.LazyFrame
    profiles: pl.LazyFrame
    rights_events: pl.LazyFrame
    region_signals: pl.LazyFrame
    block_rows: int | None = None
    signals_of_others: pl.LazyFrame = field(default_factory=_no_signals_of_others)


def select_columns(
    frame: pl.LazyFrame, table: TableName, columns: Sequence[str], others: Sequence[str] = ()
) -> pl.LazyFrame:
    """Select columns of a canonical table, typed by its schema.

    Args:
        frame: the table.
        table: which one it is.
        columns: names in its schema.
        others: columns of the frame that are taken as they are.

    Returns:
        The columns; an optional one that is absent is null. Times without a zone are read as UTC; a string where a
        list is expected is split at its commas.

    Raises:
        RightsError: a required column is absent, or a column has a type that cannot be converted without loss.
    """
    schema, present = TABLES[table].schema, frame.collect_schema()
    absent = [column for column in columns if column in TABLES[table].required and column not in present]
    if absent:
        raise RightsError(f"{table}: the column {absent[0]} is missing; map one onto it")
    typed = (
        _typed(table, column, schema[column], present[column])
        if column in present
        else pl.lit(None, dtype=schema[column]).alias(column)
        for column in columns
    )
    return frame.select(*typed, *others)


def canonical_values(frame: pl.LazyFrame, table: TableName) -> pl.LazyFrame:
    """Return a plain frame with its ids and the words of lists as a build reads them: `"m1 "` is `m1`.

    Raises:
        RightsError: such a column has a type that cannot be converted without loss.
    """
    schema, present = TABLES[table].schema, frame.collect_schema()
    columns = list[pl.Expr]()
    for column in schema:
        if column in present and (column in ENUMERATIONS or column in ID_COLUMNS or column == "mentions"):
            values = _typed(table, column, schema[column], present[column])
            known = ENUMERATIONS.get(column)
            canonical = canonical_ids if known is None else partial(canonical_words, known=known)
            columns.append(values.map_batches(canonical, schema[column], is_elementwise=True).alias(column))
    return frame.with_columns(columns)


def _typed(table: TableName, column: str, wanted: Dtype, present: DataType) -> pl.Expr:
    if wanted == TIME and isinstance(present, pl.Datetime) and present.time_zone is None:
        return pl.col(column).dt.replace_time_zone("UTC").cast(TIME)
    if isinstance(wanted, pl.List) and present == pl.String:
        return pl.col(column).str.split(",")
    if not convertible(present, wanted):
        raise RightsError(f"{table}: the column {column} is of type {present}, not {wanted}; convert it")
    return pl.col(column).cast(wanted)


def convertible(present: Dtype, wanted: Dtype) -> bool:
    """Test whether a column of strings, lists of strings, dates or times can be made from another type without loss."""
    if present in (wanted, pl.Null):
        return True
    if isinstance(wanted, pl.List):
        return isinstance(present, pl.List) and convertible(present.inner, pl.String)
    if wanted == pl.String:
        return present.is_integer() or present in (pl.Categorical, pl.Enum)
    return present in (pl.Date, pl.Datetime)
