"""What the decision takes and gives, and the clock it is taken by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from redaction.rights.errors import RightsError

Dtype = DataType | DataTypeClass
TIME = pl.Datetime("us", "UTC")

RECORD_COLUMNS = ("source", "source_id", "subject_id", "decision", "reason", "rule", "evidence_id")
SUBJECT_COLUMNS = ("subject_id", "decision", "reason", "rule", "evidence_id")

WITHHELD = pl.Schema({"source": pl.String, "source_id": pl.String})

NAMED = pl.Schema({"place": pl.UInt32, "evidence": pl.String})
"""A post, by its place among all sorted by id, and the id of what speaks against it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The canonical tables without any text. Optional columns may be absent; extra ones are ignored.

    posts: post_id, author_id, created_at, kind; optional context, in_reply_to, repost_of, quote_of, mentions.
    profiles: user_id; optional birth_date, account_status, education, updated_at.
    rights_events: event_id, subject_id, action, event_time, received_at; optional purpose, categories,
    recipients, supersedes.
    region_signals: subject_id, signal, value; optional valid_from, valid_to, observed_at.
    objections: carried for the room that reads texts; no rule here looks at it.

    block_rows: posts that are sorted by id may be judged so many at a time, in bounded memory; without it they may
    come in any order and are judged at once.
    """

    posts: pl.LazyFrame
    profiles: pl.LazyFrame
    rights_events: pl.LazyFrame
    region_signals: pl.LazyFrame
    objections: pl.LazyFrame | None = None
    block_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """One row for each record, and the right of each subject as of the build.

    records: `RECORD_COLUMNS`, sorted by source and source_id; every input row once.
    subjects: `SUBJECT_COLUMNS`, sorted by subject_id: members, authors and everyone mentioned. Whoever is
    not `keep` here is protected: a mention of them must not stay.
    protected: the ids of the dropped posts that nobody may repeat, whatever reason is told of them: those of
    which a right of their author denies the use, those of a denied kind, and those taken back before.
    """

    records: pl.DataFrame
    subjects: pl.DataFrame
    protected: pl.Series


@dataclass(frozen=True, slots=True)
class Moments:
    """The three moments, but for the content's own, and what was known. Microseconds since 1970, UTC."""

    as_of: int
    collected: int
    known: int | None

    def covers(self, since: pl.Expr, until: pl.Expr) -> pl.Expr:
        """Whether [since, until) holds the collection or the build; null is open."""
        return within(since, until, self.as_of) | within(since, until, self.collected)


def within(since: pl.Expr, until: pl.Expr, moment: int) -> pl.Expr:
    """Whether [since, until) holds the moment; null is open."""
    return (since.is_null() | (since <= moment)) & (until.is_null() | (until > moment))


def micros(moment: datetime) -> int:
    """A moment as microseconds since 1970, UTC, exactly. A naive one is taken for UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def select_columns(
    frame: pl.LazyFrame, table: str, required: Mapping[str, Dtype], optional: Mapping[str, Dtype]
) -> pl.LazyFrame:
    """The named columns, typed; an optional one that is absent becomes null.

    Raises:
        RightsError: a required column is absent.
    """
    present = frame.collect_schema()
    absent = [column for column in required if column not in present]
    if absent:
        raise RightsError(f"{table}: the column {absent[0]} is missing; map one onto it")
    columns = [
        _typed(column, dtype, present[column]) if column in present else pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in {**required, **optional}.items()
    ]
    return frame.select(columns)


def _typed(column: str, dtype: Dtype, found: DataType) -> pl.Expr:
    if dtype == TIME and isinstance(found, pl.Datetime) and found.time_zone is None:
        return pl.col(column).dt.replace_time_zone("UTC").cast(TIME)
    if isinstance(dtype, pl.List) and found == pl.String:
        return pl.col(column).str.split(",")
    return pl.col(column).cast(dtype) if found != dtype else pl.col(column)
