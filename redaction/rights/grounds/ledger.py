"""The ledger of rights events: is it complete, which events count, and what do they cover?

Two rules hold throughout. What protects is read widely: a scope that cannot be read covers everything. What
permits is read narrowly: it covers what it names, can be revoked by a superseding event, and never lifts an
erasure, an objection or a death.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND
from redaction.rights.inputs import select_columns
from redaction.rights.instants import to_micros
from redaction.rights.policy.rules import Rules
from redaction.rights.settings import Recipient, Use
from redaction.tables import TableName

DAY = 86_400_000_000
_EARLIEST: Final = 631_152_000_000_000
"""1990-01-01: a time before it is what systems write where they know none, such as 1970-01-01 or 0001-01-01."""
EVENT_COLUMNS = (
    "event_id", "subject_id", "action", "event_time", "received_at",
    "purpose", "categories", "recipients", "mechanism", "supersedes",
)  # fmt: skip
REQUESTED: Final = "discreet_request"
"""The `mechanism` of the events that `discreet request` records. They say nothing about the age of the ledger."""


class Action(StrEnum):
    """What a member, or someone on their behalf, asked for or did."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    OBJECT = "object"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    HIBERNATE = "hibernate"
    REOPEN = "reopen"
    DECEASED = "deceased"
    AGE_UPDATE = "age_update"
    GPC_ON = "gpc_on"
    GPC_OFF = "gpc_off"


PERMITS = (Action.OPT_IN, Action.REOPEN, Action.GPC_OFF)
CONSENT = (Action.OPT_OUT, Action.OPT_IN, Action.OBJECT, Action.WITHDRAW, Action.GPC_ON, Action.GPC_OFF)
"""The actions that purpose, recipients and categories can limit."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events that count as of a build.

    corrupt: events that cannot be read. valid: events that can; `at` is their time in microseconds.
    scoped: for each use of the run, the valid consent events about it, one row for each kind that they cover
        (subject, kind, event_id, action, at; `kind` is `ANY_KIND` for subjects whose events name no kinds).
    kinds: the policy's allowed kinds; a kind's index is its number.
    """

    corrupt: pl.DataFrame
    valid: pl.DataFrame
    scoped: Mapping[Use, pl.DataFrame]
    kinds: list[str]


def read_events(table: pl.LazyFrame, rules: Rules) -> pl.DataFrame:
    """Read the whole ledger, typed.

    Args:
        table: the canonical table `rights_events`.
        rules: for the size, the age and the watermark that the ledger must have.

    Returns:
        The events, one row each, in the order of the table.

    Raises:
        RightsError: the ledger lacks a column, is empty, too old, or partial, repeats an event, or has some of the
            future.
    """
    events = select_columns(table, TableName.rights_events, EVENT_COLUMNS).collect()
    ids = pl.col("subject_id", "event_id")
    if events.select((ids.is_null() | (ids.str.strip_chars() == "")).any()).row(0) != (False, False):
        raise RightsError(
            "rights_events: an event lacks its subject_id or event_id; the ledger is partial, export it whole"
        )
    if events["event_id"].n_unique() < events.height:
        raise RightsError("rights_events: an event_id is duplicated; export each event once")
    _refuse_partial(events, rules)
    _refuse_future(events, rules)
    refuse_stale(events, rules)
    return events


def _refuse_future(events: pl.DataFrame, rules: Rules) -> None:
    """Refuse events that were received after this moment: what they decide would never take effect."""
    latest = max(rules.instants.now, rules.instants.as_of) + DAY
    times = pl.col("event_time", "received_at").cast(pl.Int64)
    future = events.select(pl.all_horizontal(times > latest).fill_null(value=False).sum()).item()
    if future:
        raise RightsError(
            f"rights_events: {future} events happened and were received in the future, so they would have no effect; "
            "correct event_time and received_at, or the clock of this machine"
        )


def _refuse_partial(events: pl.DataFrame, rules: Rules) -> None:
    expected, exported = rules.settings.ledger_events, events.filter(is_exported()).height
    if expected is not None and exported < expected:
        raise RightsError(
            f"rights_events: holds {exported} events where rights.ledger_events says {expected}; "
            "export the whole ledger"
        )
    supersedes = pl.col("supersedes")
    dangling = events.filter(supersedes.is_not_null() & ~supersedes.is_in(events["event_id"].implode()))
    if dangling.height:
        raise RightsError(
            f"rights_events: {dangling.height} events supersede one that is missing, so the ledger is partial; "
            "export it whole"
        )
    revoked = events.select(pl.col("event_id").alias("supersedes"), pl.col("subject_id").alias("whose"))
    foreign = events.join(revoked, on="supersedes").filter(pl.col("whose") != pl.col("subject_id"))
    if foreign.height:
        raise RightsError(
            f"rights_events: {foreign.height} events supersede an event of another subject, which would revoke "
            "nothing; correct supersedes or subject_id"
        )


def is_exported() -> pl.Expr:
    """Return whether an event is of the network's own ledger, not one that `discreet request` recorded."""
    return pl.col("mechanism").ne_missing(REQUESTED)


def refuse_stale(events: pl.DataFrame, rules: Rules, waited: int = 0) -> None:
    """Refuse a ledger that is empty, or older than the policy or the run allows.

    Args:
        events: `received_at` and `mechanism` of all events.
        rules: for the instant of the build, and the age that is allowed.
        waited: the whole days for which the decisions have waited to be published.

    Raises:
        RightsError: one of these.
    """
    policy, settings, as_of = rules.policy, rules.settings, rules.instants.as_of
    received, events = pl.col("received_at").cast(pl.Int64), events.filter(is_exported())
    newest = events.filter(received <= as_of + DAY).select(received.max()).item()
    if settings.ledger_complete_until is not None:
        newest = to_micros(settings.ledger_complete_until)
        if newest > rules.instants.now:
            raise RightsError("rights.ledger_complete_until: is in the future; give the time of the export")
    if newest is None and events.height:
        raise RightsError(
            "rights_events: no event was received by as_of, so the age of the ledger is unknown; "
            "correct received_at, or set rights.ledger_complete_until"
        )
    if newest is None:
        raise RightsError(
            "rights_events: is empty; provide the ledger, or set rights.ledger_complete_until if there are no events"
        )
    days = policy.max_ledger_age_days
    if settings.max_ledger_age_days is not None:
        days = min(days, settings.max_ledger_age_days)
    if waited and as_of - newest + waited * DAY > days * DAY:
        raise RightsError(
            f"rights_events: was complete until {(as_of - newest) // DAY} days before as_of, and the release was "
            f"staged {waited} days ago: {days} days are allowed together; run discreet build again, with a newer ledger"
        )
    if as_of - newest > days * DAY:
        raise RightsError(
            f"rights_events: is complete only until {(as_of - newest) // DAY} days before as_of, "
            f"{days} are allowed; provide a newer ledger, or an earlier instant with --as-of; if nobody asked for "
            "anything since, set rights.ledger_complete_until"
        )


def classify_events(events: pl.DataFrame, rules: Rules) -> Ledger:
    """Classify events as corrupt or valid, and find what those about consent cover.

    Args:
        events: rows of the ledger, with `subject`.
        rules: for the clock skew, the instant of the build, and the vocabulary of scopes.

    Returns:
        The events that count.
    """
    skew = rules.policy.clock_skew_seconds * 1_000_000
    permits, time = pl.col("action").is_in(list(PERMITS)).fill_null(value=False), pl.col("event_time").cast(pl.Int64)
    # What protects and has no time must not count as older than what permits.
    timed = events.with_columns(
        pl.when(permits | (time >= _EARLIEST)).then(time).alias("at"),
        pl.col("received_at").cast(pl.Int64).alias("received"),
    )
    skewed = (pl.col("at") > pl.col("received") + skew).fill_null(value=False)
    effective = pl.when(skewed).then(pl.col("received")).otherwise(pl.col("at"))
    readable = pl.col("action").is_in([action.value for action in Action]).fill_null(value=False)
    counted = timed.filter((effective <= rules.instants.as_of).fill_null(value=True)).with_columns(
        (~readable | pl.col("at").is_null() | pl.col("received").is_null() | skewed).alias("corrupt")
    )
    corrupt = counted.filter("corrupt")
    valid = counted.filter(~pl.col("corrupt"))
    superseded = valid.filter(pl.col("supersedes").is_not_null()).select(
        "subject", pl.col("supersedes").alias("event_id")
    )
    active = valid.filter(permits).join(superseded, on=["subject", "event_id"], how="anti")
    valid = pl.concat([valid.filter(~permits), active])
    scoped = {use: _scoped(valid, rules, use) for use in rules.settings.uses}
    return Ledger(corrupt, valid, scoped, rules.kinds)


def _scoped(valid: pl.DataFrame, rules: Rules, use: Use) -> pl.DataFrame:
    """Expand the consent events about a use to the kinds that they cover."""
    policy, kinds = rules.policy, rules.kinds
    protects = ~pl.col("action").is_in(list(PERMITS))
    purpose = _normalize(pl.col("purpose"))
    known_purposes = [*policy.purposes, *policy.other_purposes]
    this_purpose = purpose.is_null() | (purpose == use.purpose) | (protects & ~purpose.is_in(known_purposes))
    recipients, names_recipients, unknown = _scope("recipients", [recipient.value for recipient in Recipient])
    this_recipient = ~names_recipients | recipients.list.contains(use.recipient.value) | (protects & unknown)
    relevant = valid.filter(pl.col("action").is_in(list(CONSENT)) & this_purpose & this_recipient)
    known_kinds = [*policy.categories_allowed, *policy.categories_denied, "profile"]
    categories, names_kinds, unknown = _scope("categories", known_kinds)
    all_kinds = ~names_kinds | (protects & unknown)
    limited = relevant.with_columns(
        pl.when(all_kinds).then(None).otherwise(categories).alias("categories")
    ).with_columns(pl.col("categories").is_not_null().any().over("subject").alias("limited"))
    unlimited = limited.filter(~pl.col("limited")).with_columns(pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"))
    numbers = pl.DataFrame(
        {"categories": kinds, "kind": range(len(kinds))}, schema={"categories": pl.String, "kind": pl.Int16}
    )
    by_kind = (
        limited.filter("limited")
        .with_columns(pl.col("categories").fill_null(pl.lit(kinds)))
        .explode("categories")
        .unique(["event_id", "categories"])
        .join(numbers, on="categories", how="inner")
    )
    columns = ["subject", "kind", "event_id", "action", "at"]
    return pl.concat([unlimited.select(columns), by_kind.select(columns)])


def _scope(column: str, known: list[str]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return a list column, normalized; whether it limits the event; and whether it names anything unknown."""
    names = pl.col(column).list.eval(_normalize(pl.element().fill_null("")))
    unknown = names.list.eval(~pl.element().is_in(known)).list.any().fill_null(value=False)
    # An empty list of an event that permits names nothing that it permits; of any other it limits nothing.
    permits = pl.col("action").is_in(list(PERMITS))
    return names, (pl.col(column).list.len() > 0).fill_null(value=False) | (permits & names.is_not_null()), unknown


def _normalize(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")
