"""The canonical tables: column names, types, and what each table cannot do without."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Dtype = DataType | DataTypeClass

TIME = pl.Datetime("us", "UTC")
_ROLE: dict[str, Dtype] = {"description": pl.String, "start": pl.Date, "end": pl.Date}
EXPERIENCE = pl.List(pl.Struct({"title": pl.String, "company": pl.String, "location": pl.String, **_ROLE}))
EDUCATION = pl.List(pl.Struct({"school": pl.String, "degree": pl.String, "field": pl.String, **_ROLE}))


class TableName(StrEnum):
    """The five canonical tables, by the key they have under `inputs`."""

    posts = "posts"
    profiles = "profiles"
    rights_events = "rights_events"
    region_signals = "region_signals"
    objections = "objections"


class Source(StrEnum):
    """The tables whose rows are records, that is: text with an author."""

    posts = "posts"
    profiles = "profiles"


_POSTS: dict[str, Dtype] = {
    "post_id": pl.String,
    "author_id": pl.String,
    "created_at": TIME,
    "kind": pl.String,
    "text": pl.String,
    "title": pl.String,
    "language": pl.String,
    "context": pl.String,
    "in_reply_to": pl.String,
    "repost_of": pl.String,
    "quote_of": pl.String,
    "mentions": pl.List(pl.String),
    "url": pl.String,
}
POSTS = pl.Schema(_POSTS)

_PROFILES: dict[str, Dtype] = {
    "user_id": pl.String,
    "full_name": pl.String,
    "given_name": pl.String,
    "family_name": pl.String,
    "handle": pl.String,
    "vanity_url": pl.String,
    "headline": pl.String,
    "about": pl.String,
    "emails": pl.List(pl.String),
    "phones": pl.List(pl.String),
    "birth_date": pl.Date,
    "account_status": pl.String,
    "experience": EXPERIENCE,
    "education": EDUCATION,
    "languages": pl.List(pl.String),
    "updated_at": TIME,
}
PROFILES = pl.Schema(_PROFILES)

_RIGHTS_EVENTS: dict[str, Dtype] = {
    "event_id": pl.String,
    "subject_id": pl.String,
    "action": pl.String,
    "event_time": TIME,
    "received_at": TIME,
    "purpose": pl.String,
    "categories": pl.List(pl.String),
    "recipients": pl.List(pl.String),
    "mechanism": pl.String,
    "notice_version": pl.String,
    "supersedes": pl.String,
}
RIGHTS_EVENTS = pl.Schema(_RIGHTS_EVENTS)

_REGION_SIGNALS: dict[str, Dtype] = {
    "subject_id": pl.String,
    "signal": pl.String,
    "value": pl.String,
    "valid_from": TIME,
    "valid_to": TIME,
    "observed_at": TIME,
}
REGION_SIGNALS = pl.Schema(_REGION_SIGNALS)

_OBJECTIONS: dict[str, Dtype] = {
    "objection_id": pl.String,
    "name": pl.String,
    "handle": pl.String,
    "received_at": TIME,
}
OBJECTIONS = pl.Schema(_OBJECTIONS)


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    `required` columns must be in every file; the others are filled with nulls where a file lacks them.
    `key` is the column that names a row in quarantine reports, None where rows have no name.
    """

    name: TableName
    schema: pl.Schema
    required: tuple[str, ...]
    key: str | None


TABLES: dict[TableName, Table] = {
    table.name: table
    for table in (
        Table(TableName.posts, POSTS, ("post_id", "author_id", "created_at", "kind", "text"), "post_id"),
        Table(TableName.profiles, PROFILES, ("user_id",), "user_id"),
        Table(
            TableName.rights_events,
            RIGHTS_EVENTS,
            ("event_id", "subject_id", "action", "event_time", "received_at"),
            "event_id",
        ),
        Table(TableName.region_signals, REGION_SIGNALS, ("subject_id", "signal", "value"), None),
        Table(TableName.objections, OBJECTIONS, ("objection_id",), "objection_id"),
    )
}
