"""Grounds from the ledger: what its events deny, and what a missing opt-in denies."""

from collections.abc import Mapping

import polars as pl

from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS, make_grounds
from redaction.rights.grounds.ledger import Action, Ledger
from redaction.rights.instants import midnight, to_micros
from redaction.rights.policy.policy import DefaultState, OptOutScope, Policy
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason
from redaction.rights.settings import Use


def ledger_grounds(ledger: Ledger, rules: Rules) -> list[pl.DataFrame]:
    """Make the grounds of all events in the ledger, as frames of `GROUNDS`."""
    event = pl.col("event_id")
    denied = [
        make_grounds(ledger.corrupt, Reason.LEDGER_UNREADABLE, "ledger/corrupt", event),
        make_grounds(_of(ledger.valid, Action.DECEASED), Reason.DECEASED, "ledger/deceased", event),
        _erased(ledger.valid),
    ]
    account = ["subject"]
    denied += _until_lifted(ledger.valid, account, Action.CLOSE, Action.REOPEN, Reason.ACCOUNT_CLOSED)
    denied += _until_lifted(ledger.valid, account, Action.HIBERNATE, Action.REOPEN, Reason.ACCOUNT_HIBERNATED)
    for use, events in ledger.scoped.items():
        denied += _use_grounds(events, use, ledger, rules.policy)
    return denied


def _use_grounds(events: pl.DataFrame, use: Use, ledger: Ledger, policy: Policy) -> list[pl.DataFrame]:
    """Make the grounds of the consent events about one use."""
    scope = ["subject", "kind"]
    opted_out, *ties = _until_lifted(events, scope, Action.OPT_OUT, Action.OPT_IN, Reason.OPTED_OUT)
    denied = [
        make_grounds(_of(events, Action.OBJECT), Reason.OBJECTED, "ledger/object", pl.col("event_id")),
        *ties,
        *_opt_out_scope(opted_out, ledger, policy),
        *_until_lifted(events, scope, Action.WITHDRAW, Action.OPT_IN, Reason.CONSENT_WITHDRAWN),
    ]
    if use.recipient in policy.signals_honoured.gpc:
        denied += _until_lifted(events, scope, Action.GPC_ON, Action.GPC_OFF, Reason.GPC)
    return denied


def _of(events: pl.DataFrame, action: Action) -> pl.DataFrame:
    return events.filter(pl.col("action") == action.value)


def _until_lifted(
    events: pl.DataFrame, scope: list[str], action: Action, lift: Action, reason: Reason
) -> list[pl.DataFrame]:
    """Make grounds of the events after the last one that lifts them, and of those at the same instant as it."""
    lifted = _of(events, lift).group_by(scope).agg(pl.col("at").max().alias("lifted"))
    candidates = _of(events, action).join(lifted, on=scope, how="left")
    later = candidates.filter(pl.col("lifted").is_null() | (pl.col("at") > pl.col("lifted")))
    tied = candidates.filter(pl.col("at") == pl.col("lifted"))
    window = (pl.col("at") if action is Action.OPT_OUT else None, None)
    active = make_grounds(later, reason, f"ledger/{action}", pl.col("event_id"), window)
    return [active, make_grounds(tied, Reason.LEDGER_UNREADABLE, "ledger/tie", pl.col("event_id"))]


def _opt_out_scope(opted_out: pl.DataFrame, ledger: Ledger, policy: Policy) -> list[pl.DataFrame]:
    """Limit opt-outs to the content that the policy lets them cover; a profile is current, so it is always covered."""
    everything = opted_out.with_columns(pl.lit(None, dtype=pl.Int64).alias("since"))
    if policy.optout_scope is OptOutScope.ALL_CONTENT:
        return [everything]
    early = pl.col("since") < to_micros(midnight(policy.effective_from))
    bounded = opted_out.with_columns(pl.when(early).then(None).otherwise(pl.col("since")).alias("since"))
    if "profile" not in ledger.kinds:
        return [bounded]
    profile = ledger.kinds.index("profile")
    of_profile = everything.filter(pl.col("kind").is_in([ANY_KIND, profile])).with_columns(
        pl.lit(profile, dtype=pl.Int16).alias("kind")
    )
    return [bounded, of_profile]


def _erased(valid: pl.DataFrame) -> pl.DataFrame:
    """Erase what was created before the first reopening after the erasure; without one, everything."""
    reopened = _of(valid, Action.REOPEN).select("subject", pl.col("at").alias("reopened"))
    erased = _of(valid, Action.ERASE)
    until = (
        erased.join(reopened, on="subject", how="inner")
        .filter(pl.col("reopened") > pl.col("at"))
        .group_by("event_id")
        .agg(pl.col("reopened").min())
    )
    erased = erased.join(until, on="event_id", how="left")
    return make_grounds(erased, Reason.ERASED, "ledger/erase", pl.col("event_id"), window=(None, pl.col("reopened")))


def consent_grounds(
    ledger: Ledger, policy: Policy, subjects: pl.DataFrame, opt_in_regions: Mapping[Use, pl.DataFrame]
) -> list[pl.DataFrame]:
    """Deny for want of an opt-in: everyone, if that is the policy's default, or the members of some regions.

    Args:
        ledger: for the opt-ins.
        policy: for its default state.
        subjects: every subject (`subject`).
        opt_in_regions: for each use, `GROUNDS` rows of the subjects whose region requires an opt-in.

    Returns:
        Frames of `GROUNDS`.
    """
    everyone = pl.DataFrame(schema=GROUNDS)
    if policy.default_state is DefaultState.OPTED_OUT:
        everyone = make_grounds(subjects, Reason.NOT_OPTED_IN, "default_state", "policy")
    denied: list[pl.DataFrame] = []
    for use, events in ledger.scoped.items():
        required = pl.concat([everyone, opt_in_regions[use]])
        if required.height:
            denied += _not_opted_in(required, events, len(ledger.kinds))
    return denied


def _not_opted_in(required: pl.DataFrame, events: pl.DataFrame, kinds: int) -> list[pl.DataFrame]:
    """Keep the rows of `required` (`GROUNDS`) that no opt-in among the events about a use answers."""
    any_kind = pl.col("kind") == ANY_KIND
    limited = events.filter(~any_kind).select("subject").unique()
    granted = _of(events, Action.OPT_IN).select("subject", "kind").unique()
    numbers = pl.DataFrame({"kind": range(kinds)}, schema={"kind": pl.Int16})
    unlimited = required.join(limited, on="subject", how="anti")
    by_kind = required.join(limited, on="subject", how="semi")
    all_kinds = by_kind.filter(any_kind).drop("kind").join(numbers, how="cross").select(GROUNDS.names())
    return [
        unlimited.join(granted.filter(any_kind), on="subject", how="anti"),
        pl.concat([all_kinds, by_kind.filter(~any_kind)]).join(granted, on=["subject", "kind"], how="anti"),
    ]
