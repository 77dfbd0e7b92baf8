"""Quarantine the rows that are not well formed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from redaction.tables.schemas import LOCATOR, Table, TableName
from redaction.tables.typed_rows import INVALID
from redaction.tables.values.canonical import has_text

QUARANTINE = pl.Schema(
    [("source", pl.String), *LOCATOR.items(), ("source_id", pl.String), ("reason", pl.String), ("column", pl.String)]
)
"""A quarantined row: its table, its locator, its id if it has one, the reason, and the column with invalid text if that
is the reason. Never its text."""


class QuarantineReason(StrEnum):
    """Why a row is not well formed. Such a row is counted and not used."""

    missing_id = "missing_id"
    """The row's own id is null or blank."""
    duplicate_id = "duplicate_id"
    """Another row with the same id is used: the first in file order, or the newest. Of profiles, and of rows that share
    an id with a malformed one, none is used."""
    missing_author = "missing_author"
    """The author's id is null or blank, so no rights could be looked up."""
    missing_time = "missing_time"
    """The creation time is null or outside the years 1970 to 9999."""
    missing_kind = "missing_kind"
    """The kind of content is null or blank."""
    missing_text = "missing_text"
    """The text is null."""
    blank_text = "blank_text"
    """The text is empty, or only white space and invisible characters."""
    invalid_text = "invalid_text"
    """A column has text that is not valid UTF-8, such as Latin-1 or half a surrogate pair."""


_EARLIEST = pl.datetime(1970, 1, 1, time_zone="UTC")
_LATEST = pl.datetime(9999, 12, 31, time_zone="UTC")


@dataclass(frozen=True, slots=True)
class TypedBatch:
    """Rows of one row group: well-formed `rows` with `LOCATOR`, whose ids may be duplicated, and all others."""

    rows: pl.DataFrame
    quarantined: pl.DataFrame


def split_rows(table: Table, frame: pl.DataFrame, columns: Sequence[str]) -> TypedBatch:
    """Separate the well-formed rows, with `columns` and `LOCATOR`, from the rows to quarantine."""
    checked = frame.with_columns(_reason(table).alias("reason"), pl.col(INVALID).alias("column"))
    rows = checked.filter(pl.col("reason").is_null())[[*columns, *LOCATOR]]
    malformed = checked.filter(pl.col("reason").is_not_null())
    return TypedBatch(rows, quarantine(table, malformed, pl.col("reason"), pl.col("column")))


def quarantine(table: Table, rows: pl.DataFrame, reason: pl.Expr, column: pl.Expr | None = None) -> pl.DataFrame:
    """Return rows as `QUARANTINE`."""
    row_id = pl.col(table.record_column) if table.record_column else pl.lit(None, pl.String)
    return rows.select(
        pl.lit(table.name.value).alias("source"),
        *LOCATOR,
        row_id.alias("source_id"),
        reason.alias("reason"),
        (pl.lit(None) if column is None else column).alias("column"),
    ).cast(QUARANTINE)


def _reason(table: Table) -> pl.Expr:
    """Return the reason of the first rule that a row breaks, null where it breaks none."""
    rules = [(pl.col(INVALID).is_not_null(), QuarantineReason.invalid_text), *_rules(table)]
    broken = [pl.when(rule).then(pl.lit(reason.value)) for rule, reason in rules]
    return pl.coalesce(*broken, pl.lit(None, pl.String))


def _rules(table: Table) -> list[tuple[pl.Expr, QuarantineReason]]:
    # The ledger and the signals have no rules here: `rights` stops at the first event or signal that is not whole.
    time, text = pl.col("created_at"), pl.col("text")
    # Empty ids are null by now.
    missing_id = (pl.col(str(table.record_column)).is_null(), QuarantineReason.missing_id)
    match table.name:
        case TableName.profiles:
            return [missing_id]
        case TableName.posts:
            return [
                missing_id,
                (pl.col(str(table.subject_column)).is_null(), QuarantineReason.missing_author),
                (time.is_null() | ~time.is_between(_EARLIEST, _LATEST), QuarantineReason.missing_time),
                (pl.col("kind").is_null() | (pl.col("kind") == ""), QuarantineReason.missing_kind),
                (text.is_null(), QuarantineReason.missing_text),
                (~has_text(text), QuarantineReason.blank_text),
            ]
    return []
