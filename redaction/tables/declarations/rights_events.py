"""The declaration of `rights_events`, the ledger."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Table, TableName

_ACTIONS: Final = {
    "opt_out": "The member opts out, until a later `opt_in`.",
    "opt_in": "The member opts in.",
    "object": "The member objects; nothing lifts it.",
    "erase": "The member asks for erasure of all that was created before the next `reopen`.",
    "withdraw": "The member withdraws consent, until a later `opt_in`.",
    "close": "The account is closed, until a later `reopen`.",
    "hibernate": "The account is hibernated, until a later `reopen`.",
    "reopen": "The account is opened again.",
    "deceased": "The member has died; nothing lifts it.",
    "age_update": "The age was corrected: it is unknown until the profile is newer.",
    "gpc_on": "A Global Privacy Control signal is on, until a later `gpc_off`.",
    "gpc_off": "The signal is off.",
}
_CORRUPT: Final = "The event is corrupt: all of its subject's records are dropped, `ledger_unreadable`."

RIGHTS_EVENTS_TABLE: Final = Table(
    TableName.rights_events,
    "One event of the ledger: what a member asked for, or what happened to the account. Export the whole ledger.",
    "The run stops, also for an empty ledger, unless `rights.ledger_complete_until` says that there were no events "
    "until then.",
    {
        "event_id": Column(
            pl.String, "The id of the event.", "The run stops; so for an id that is there twice.", "e1", True
        ),
        "subject_id": Column(pl.String, "The member: a `user_id`.", "The run stops.", "m42", True),
        "action": Column(
            pl.String,
            "What was asked for, or happened.",
            f"{_CORRUPT} So for any other word.",
            "opt_out",
            True,
            _ACTIONS,
        ),
        "event_time": Column(
            TIME,
            "When it happened.",
            f"{_CORRUPT} So where it is after `received_at` by more than the policy's `clock_skew_seconds`, and where "
            "it is before 1990 (no time was known) and the event protects.",
            "2025-06-01T12:00:00Z",
            True,
        ),
        "received_at": Column(
            TIME,
            "When the ledger received it; the newest one shows how old the ledger is.",
            _CORRUPT,
            "2025-06-01T12:00:05Z",
            True,
        ),
        "purpose": Column(
            pl.String,
            "What a consent event is about: one of the policy's `purposes` or `other_purposes`.",
            "The event is about every purpose. Any other word: an opt-out is about all, an opt-in about none.",
            "ai_training",
        ),
        "categories": Column(
            pl.List(pl.String),
            "The kinds of content that a consent event is about, `profile` among them.",
            "The event is about every kind. Any other word, or an empty list: an opt-out is about all, an opt-in about "
            "none.",
            '["post", "comment"]',
        ),
        "recipients": Column(
            pl.List(pl.String),
            "The recipients that a consent event is about: `self`, `affiliate`, `third_party`.",
            "The event is about every recipient. Any other word, or an empty list: an opt-out is about all, an opt-in "
            "about none.",
            '["self"]',
        ),
        "mechanism": Column(pl.String, "How it was made.", "Nothing: no rule reads it.", "settings_page"),
        "notice_version": Column(
            pl.String, "The notice that the member had read.", "Nothing: no rule reads it.", "2024-09"
        ),
        "supersedes": Column(
            pl.String,
            "The earlier `opt_in`, `reopen` or `gpc_off` that this event revokes: an `event_id`.",
            "It revokes none.",
        ),
    },
    record_column="event_id",
    subject_column="subject_id",
)
