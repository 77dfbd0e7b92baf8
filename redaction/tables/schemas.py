"""The canonical tables: the names, types and columns of each, declared once."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Dtype = DataType | DataTypeClass


def _schema(**columns: Dtype) -> pl.Schema:
    return pl.Schema(columns)


LOCATOR = _schema(file=pl.UInt32, row_group=pl.UInt32, row=pl.UInt32)
"""Where a row is stored: the file's number in the table's order, the row group, the row within the group."""

TIME = pl.Datetime("us", "UTC")
_ROLE: dict[str, Dtype] = {"description": pl.String, "start": pl.Date, "end": pl.Date}
EXPERIENCE = pl.List(pl.Struct({"title": pl.String, "company": pl.String, "location": pl.String, **_ROLE}))
EDUCATION = pl.List(pl.Struct({"school": pl.String, "degree": pl.String, "field": pl.String, **_ROLE}))


class TableName(StrEnum):
    """The canonical tables, named as the keys of `inputs` in the config."""

    posts = "posts"
    profiles = "profiles"
    rights_events = "rights_events"
    region_signals = "region_signals"
    objections = "objections"


class Source(StrEnum):
    """The tables whose rows are records: text with an author."""

    posts = "posts"
    profiles = "profiles"


POSTS = _schema(
    post_id=pl.String,
    author_id=pl.String,
    created_at=TIME,
    kind=pl.String,
    text=pl.String,
    title=pl.String,
    language=pl.String,
    context=pl.String,
    in_reply_to=pl.String,
    repost_of=pl.String,
    quote_of=pl.String,
    mentions=pl.List(pl.String),
    url=pl.String,
    updated_at=TIME,
)

PROFILES = _schema(
    user_id=pl.String,
    full_name=pl.String,
    given_name=pl.String,
    family_name=pl.String,
    handle=pl.String,
    vanity_url=pl.String,
    headline=pl.String,
    about=pl.String,
    emails=pl.List(pl.String),
    phones=pl.List(pl.String),
    birth_date=pl.Date,
    account_status=pl.String,
    experience=EXPERIENCE,
    education=EDUCATION,
    languages=pl.List(pl.String),
    updated_at=TIME,
)

RIGHTS_EVENTS = _schema(
    event_id=pl.String,
    subject_id=pl.String,
    action=pl.String,
    event_time=TIME,
    received_at=TIME,
    purpose=pl.String,
    categories=pl.List(pl.String),
    recipients=pl.List(pl.String),
    mechanism=pl.String,
    notice_version=pl.String,
    supersedes=pl.String,
)

REGION_SIGNALS = _schema(
    subject_id=pl.String,
    signal=pl.String,
    value=pl.String,
    valid_from=TIME,
    valid_to=TIME,
    observed_at=TIME,
)

OBJECTIONS = _schema(
    objection_id=pl.String,
    name=pl.String,
    handle=pl.String,
    received_at=TIME,
)


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Attributes:
        name: The key under `inputs`.
        schema: Column names and types.
        required: The columns that every file must have; the others are optional, and null where a file lacks them.
        record_column: The column with a row's own id, None where rows have none.
        subject_column: The column with the id of the member that a row is about, None where it is about no member.
    """

    name: TableName
    schema: pl.Schema
    required: tuple[str, ...]
    record_column: str | None
    subject_column: str | None


TABLES: dict[TableName, Table] = {
    table.name: table
    for table in (
        Table(TableName.posts, POSTS, ("post_id", "author_id", "created_at", "kind", "text"), "post_id", "author_id"),
        Table(TableName.profiles, PROFILES, ("user_id",), "user_id", "user_id"),
        Table(
            TableName.rights_events,
            RIGHTS_EVENTS,
            ("event_id", "subject_id", "action", "event_time", "received_at"),
            "event_id",
            "subject_id",
        ),
        Table(TableName.region_signals, REGION_SIGNALS, ("subject_id", "signal", "value"), None, "subject_id"),
        Table(TableName.objections, OBJECTIONS, ("objection_id",), "objection_id", None),
    )
}
ID_COLUMNS = frozenset(
    {"in_reply_to", "repost_of", "quote_of", "supersedes"}
    | {column for table in TABLES.values() for column in table.schema if column.endswith("_id")}
)
"""Columns with an id, which a file may have as integers. They are read in their canonical form, as `mentions` are."""

ENUMERATIONS: dict[str, frozenset[str]] = {
    "kind": frozenset(
        [
            "post",
            "article",
            "comment",
            "feedback",
            "ai_prompt",
            "poll_response",
            "resume",
            "message",
            "group_message",
            "group_post",
            "job_application",
            "screening_answer",
            "credential",
            "payment",
            "salary",
        ]
    ),
    "action": frozenset(
        [
            "opt_out",
            "opt_in",
            "object",
            "erase",
            "withdraw",
            "close",
            "hibernate",
            "reopen",
            "deceased",
            "age_update",
            "gpc_on",
            "gpc_off",
        ]
    ),
    "account_status": frozenset(["active", "hibernated", "closed", "memorialised"]),
    "signal": frozenset(["profile", "signup", "residence", "ip", "phone", "billing"]),
}
"""Columns with words of a list. These are read in any case, with hyphens or white space for `_`; others as they are."""
