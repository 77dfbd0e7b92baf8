"""The ledger of rights events: which count, which stand, and what follows for each subject.

Two rules hold throughout. What protects is read widely: a scope that cannot be read covers everything. What
permits is read narrowly: it covers what it names, can be taken back by a superseding event, and never lifts
an erasure, an objection or a death.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import polars as pl

from redaction.rights.errors import RightsError
from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS, grounds
from redaction.rights.policy.policy import DefaultState, OptOutScope, Policy, midnight
from redaction.rights.reasons import Reason
from redaction.rights.records.inputs import TIME, Dtype, Moments, micros, select_columns
from redaction.rights.settings import Recipient, RightsSettings

DAY = 86_400_000_000


class Action(StrEnum):
    """What a member, or someone on the member's behalf, asked for or did."""

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
SCOPED = (
    Action.OPT_OUT,
    Action.OPT_IN,
    Action.OBJECT,
    Action.WITHDRAW,
    Action.GPC_ON,
    Action.GPC_OFF,
)

EVENT_REQUIRED: dict[str, Dtype] = {
    "event_id": pl.String,
    "subject_id": pl.String,
    "action": pl.String,
    "event_time": TIME,
    "received_at": TIME,
}
EVENT_OPTIONAL: dict[str, Dtype] = {
    "purpose": pl.String,
    "categories": pl.List(pl.String),
    "recipients": pl.List(pl.String),
    "supersedes": pl.String,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says as of a moment.

    corrupt: events that count and cannot be read. valid: events that count and can (`at`, `action`, …).
    scoped: the valid ones about consent, for this purpose and recipient, one row for each kind they cover
    (`kind` is `ANY_KIND` for subjects that never limited one to some kinds). kinds: the policy's allowed
    kinds, whose place is the `kind` number.
    """

    corrupt: pl.DataFrame
    valid: pl.DataFrame
    scoped: pl.DataFrame
    kinds: tuple[str, ...]


def read_events(events: pl.LazyFrame) -> pl.DataFrame:
    """The ledger, whole and typed.

    Raises:
        RightsError: a ledger that lacks a column, names an event twice, or tells of nobody.
    """
    frame = select_columns(events, "rights_events", EVENT_REQUIRED, EVENT_OPTIONAL).collect()
    named = pl.col("subject_id", "event_id")
    if frame.select((named.is_null() | (named.str.strip_chars() == "")).any()).row(0) != (False, False):
        raise RightsError(
            "rights_events: an event lacks its subject_id or event_id; the ledger is partial, export it whole"
        )
    if frame["event_id"].n_unique() < frame.height:
        raise RightsError("rights_events: an event_id stands twice; export each event once")
    return frame


def refuse_partial(events: pl.DataFrame, policy: Policy, settings: RightsSettings, moments: Moments) -> None:
    """Stop a run whose ledger is empty, shorter than its source says, torn, or too old.

    Raises:
        RightsError: which of these, and the mend.
    """
    if settings.ledger_events is not None and events.height < settings.ledger_events:
        raise RightsError(
            f"rights_events: holds {events.height} events where rights.ledger_events says "
            f"{settings.ledger_events}; export the whole ledger"
        )
    torn = events.filter(pl.col("supersedes").is_not_null() & ~pl.col("supersedes").is_in(events["event_id"].implode()))
    if torn.height:
        raise RightsError(
            f"rights_events: {torn.height} events supersede one that is not there, so the ledger is partial; "
            "export it whole"
        )
    known = events.filter(_known(moments))
    received = pl.col("received_at").cast(pl.Int64)
    newest = known.filter(received <= moments.as_of + DAY).select(received.max()).item()
    if settings.ledger_complete_until is not None:
        if settings.ledger_complete_until > datetime.now(UTC):
            raise RightsError("rights.ledger_complete_until: lies in the future; give the time of the export")
        newest = micros(settings.ledger_complete_until)
        newest = newest if moments.known is None else min(newest, moments.known)
    if newest is None and known.height:
        raise RightsError(
            "rights_events: no event was received by as_of, so nothing tells how old the ledger is; "
            "correct received_at, or set rights.ledger_complete_until"
        )
    if newest is None:
        raise RightsError(
            "rights_events: is empty; bring the ledger, or set rights.ledger_complete_until if nobody acted"
        )
    days = policy.max_ledger_age_days
    if settings.max_ledger_age_days is not None:
        days = min(days, settings.max_ledger_age_days)
    if moments.as_of - newest > days * DAY:
        raise RightsError(
            f"rights_events: is complete only until {(moments.as_of - newest) // DAY} days before as_of, "
            f"{days} are allowed; bring a newer ledger, or ask as of its time with --as-of"
        )


def standing(events: pl.DataFrame, policy: Policy, settings: RightsSettings, moments: Moments) -> Standing:
    """Sort the events (with `subject`) into those that count and what they cover."""
    skew = policy.clock_skew_seconds * 1_000_000
    timed = events.filter(_known(moments)).with_columns(
        pl.col("event_time").cast(pl.Int64).alias("at"),
        pl.col("received_at").cast(pl.Int64).alias("received"),
    )
    skewed = (pl.col("at") > pl.col("received") + skew).fill_null(value=False)
    moment = pl.when(skewed).then(pl.col("received")).otherwise(pl.col("at"))
    readable = pl.col("action").is_in([action.value for action in Action]).fill_null(value=False)
    counted = timed.filter((moment <= moments.as_of).fill_null(value=True)).with_columns(
        (~readable | pl.col("at").is_null() | pl.col("received").is_null() | skewed).alias("corrupt")
    )
    corrupt = counted.filter("corrupt")
    valid = counted.filter(~pl.col("corrupt"))
    superseded = valid.filter(pl.col("supersedes").is_not_null()).select(
        "subject", pl.col("supersedes").alias("event_id")
    )
    permits = pl.col("action").is_in(list(PERMITS))
    valid = pl.concat(
        [
            valid.filter(~permits),
            valid.filter(permits).join(superseded, on=["subject", "event_id"], how="anti"),
        ]
    )
    kinds = tuple(sorted(policy.categories_allowed))
    return Standing(corrupt, valid, _scoped(valid, policy, settings, kinds), kinds)


def _known(moments: Moments) -> pl.Expr:
    if moments.known is None:
        return pl.lit(value=True)
    received = pl.col("received_at").cast(pl.Int64)
    return (received <= moments.known).fill_null(value=True)


def _word(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")


def _scoped(valid: pl.DataFrame, policy: Policy, settings: RightsSettings, kinds: tuple[str, ...]) -> pl.DataFrame:
    """The consent events that concern this purpose and recipient, with the kinds they cover."""
    permits = pl.col("action").is_in(list(PERMITS))
    purpose = _word(pl.col("purpose"))
    known_purposes = [*policy.purposes, *policy.other_purposes]
    this_purpose = purpose.is_null() | (purpose == settings.purpose) | (~permits & ~purpose.is_in(known_purposes))
    recipients = pl.col("recipients").list.eval(_word(pl.element().fill_null("")))
    named = pl.col("recipients").list.len().fill_null(0) > 0
    strange = recipients.list.eval(~pl.element().is_in([r.value for r in Recipient])).list.any()
    this_recipient = (
        ~named | recipients.list.contains(settings.recipient.value) | (~permits & strange.fill_null(value=True))
    )
    concerned = valid.filter(pl.col("action").is_in(list(SCOPED)) & this_purpose & this_recipient)
    categories = pl.col("categories").list.eval(_word(pl.element().fill_null("")))
    named = pl.col("categories").list.len().fill_null(0) > 0
    known = [*policy.categories_allowed, *policy.categories_denied, "profile"]
    strange = categories.list.eval(~pl.element().is_in(known)).list.any().fill_null(value=True)
    whole = ~named | (~permits & strange)
    limited = concerned.with_columns(pl.when(whole).then(None).otherwise(categories).alias("categories")).with_columns(
        pl.col("categories").is_not_null().any().over("subject").alias("limited")
    )
    simple = limited.filter(~pl.col("limited")).with_columns(pl.lit(ANY_KIND, dtype=pl.Int16).alias("kind"))
    places = pl.DataFrame(
        {"categories": kinds, "kind": range(len(kinds))},
        schema={"categories": pl.String, "kind": pl.Int16},
    )
    by_kind = (
        limited.filter("limited")
        .with_columns(pl.col("categories").fill_null(pl.lit(list(kinds))))
        .explode("categories")
        .unique(["event_id", "categories"])
        .join(places, on="categories", how="inner")
    )
    columns = ["subject", "kind", "event_id", "action", "at"]
    return pl.concat([simple.select(columns), by_kind.select(columns)])


def ledger_grounds(ledger: Standing, policy: Policy, settings: RightsSettings) -> list[pl.DataFrame]:
    """What the ledger denies, other than a missing opt-in."""
    event = pl.col("event_id")
    found = [
        grounds(ledger.corrupt, Reason.LEDGER_UNREADABLE, "ledger/corrupt", event),
        grounds(_of(ledger.valid, Action.DECEASED), Reason.DECEASED, "ledger/deceased", event),
        grounds(_of(ledger.scoped, Action.OBJECT), Reason.OBJECTED, "ledger/object", event),
        _erased(ledger.valid),
    ]
    for action, reason in (
        (Action.CLOSE, Reason.ACCOUNT_CLOSED),
        (Action.HIBERNATE, Reason.ACCOUNT_HIBERNATED),
    ):
        found += _until_lifted(ledger.valid, ["subject"], action, Action.REOPEN, reason)
    scope = ["subject", "kind"]
    out, *ties = _until_lifted(ledger.scoped, scope, Action.OPT_OUT, Action.OPT_IN, Reason.OPTED_OUT)
    found += ties
    found += _reaching(out, ledger, policy)
    found += _until_lifted(ledger.scoped, scope, Action.WITHDRAW, Action.OPT_IN, Reason.CONSENT_WITHDRAWN)
    if settings.recipient in policy.signals_honoured.gpc:
        found += _until_lifted(ledger.scoped, scope, Action.GPC_ON, Action.GPC_OFF, Reason.GPC)
    return found


def _of(events: pl.DataFrame, action: Action) -> pl.DataFrame:
    return events.filter(pl.col("action") == action.value)


def _until_lifted(
    events: pl.DataFrame, scope: list[str], action: Action, lift: Action, reason: Reason
) -> list[pl.DataFrame]:
    """Grounds for the events later than the last one that lifts them, and for a tie with it."""
    lifted = _of(events, lift).group_by(scope).agg(pl.col("at").max().alias("lifted"))
    met = _of(events, action).join(lifted, on=scope, how="left")
    later = met.filter(pl.col("lifted").is_null() | (pl.col("at") > pl.col("lifted")))
    tied = met.filter(pl.col("at") == pl.col("lifted"))
    stands = grounds(later, reason, f"ledger/{action}", pl.col("event_id"), window=(pl.col("at"), None))
    if action is not Action.OPT_OUT:
        stands = stands.with_columns(pl.lit(None, dtype=pl.Int64).alias("since"))
    return [stands, grounds(tied, Reason.LEDGER_UNREADABLE, "ledger/tie", pl.col("event_id"))]


def _reaching(out: pl.DataFrame, ledger: Standing, policy: Policy) -> list[pl.DataFrame]:
    """How far back the standing opt-outs reach. A profile is read as it is now, so it is always reached."""
    everything = out.with_columns(pl.lit(None, dtype=pl.Int64).alias("since"))
    if policy.optout_scope is OptOutScope.ALL_CONTENT:
        return [everything]
    early = pl.col("since") < micros(midnight(policy.effective_from))
    bounded = out.with_columns(pl.when(early).then(None).otherwise(pl.col("since")).alias("since"))
    if "profile" not in ledger.kinds:
        return [bounded]
    profile = ledger.kinds.index("profile")
    of_profile = everything.filter(pl.col("kind").is_in([ANY_KIND, profile])).with_columns(
        pl.lit(profile, dtype=pl.Int16).alias("kind")
    )
    return [bounded, of_profile]


def _erased(valid: pl.DataFrame) -> pl.DataFrame:
    """An erasure holds for what was created before the first reopening after it; without one, for all."""
    reopened = _of(valid, Action.REOPEN).select("subject", pl.col("at").alias("reopened"))
    erased = _of(valid, Action.ERASE)
    until = (
        erased.join(reopened, on="subject", how="inner")
        .filter(pl.col("reopened") > pl.col("at"))
        .group_by("event_id")
        .agg(pl.col("reopened").min())
    )
    return grounds(
        erased.join(until, on="event_id", how="left"),
        Reason.ERASED,
        "ledger/erase",
        pl.col("event_id"),
        window=(None, pl.col("reopened")),
    )


def consent_grounds(
    ledger: Standing, policy: Policy, subjects: pl.DataFrame, by_region: pl.DataFrame
) -> list[pl.DataFrame]:
    """Denials for want of an opt-in: of everyone, if that is the policy's default, or of some regions.

    Args:
        ledger: what stands.
        policy: for its default state.
        subjects: every subject (`subject`).
        by_region: `GROUNDS` rows of the subjects whose region asks for an opt-in.
    """
    wanted = by_region
    if policy.default_state is DefaultState.OPTED_OUT:
        wanted = pl.concat([grounds(subjects, Reason.NOT_OPTED_IN, "default_state", "policy"), by_region])
    if wanted.is_empty():
        return []
    limited = ledger.scoped.filter(pl.col("kind") != ANY_KIND).select("subject").unique()
    granted = _of(ledger.scoped, Action.OPT_IN).select("subject", "kind").unique()
    numbers = pl.DataFrame({"kind": range(len(ledger.kinds))}, schema={"kind": pl.Int16})
    simple = wanted.join(limited, on="subject", how="anti")
    by_kind = wanted.join(limited, on="subject", how="semi").drop("kind").join(numbers, how="cross")
    return [
        part.select(GROUNDS.names()).join(granted, on=["subject", "kind"], how="anti") for part in (simple, by_kind)
    ]
