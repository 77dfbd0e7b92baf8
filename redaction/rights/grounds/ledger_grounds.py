"""Grounds from the ledger: what its events deny, and what a missing opt-in denies."""

import polars as pl

from redaction.rights.grounds.grounds import ANY_KIND, GROUNDS, make_grounds
from redaction.rights.grounds.ledger import Action, Ledger
from redaction.rights.instants import midnight, to_micros
from redaction.rights.policy.policy import DefaultState, OptOutScope, Policy
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason


def ledger_grounds(ledger: Ledger, rules: Rules) -> list[pl.DataFrame]:
    """Make the grounds of all events in the ledger, as frames of `GROUNDS`."""
    event = pl.col("event_id")
    denied = [
        make_grounds(ledger.corrupt, Reason.LEDGER_UNREADABLE, "ledger/corrupt", event),
        make_grounds(_of(ledger.valid, Action.DECEASED), Reason.DECEASED, "ledger/deceased", event),
        make_grounds(_of(ledger.scoped, Action.OBJECT), Reason.OBJECTED, "ledger/object", event),
        _erased(ledger.valid),
    ]
    account, scope = ["subject"], ["subject", "kind"]
    denied += _until_lifted(ledger.valid, account, Action.CLOSE, Action.REOPEN, Reason.ACCOUNT_CLOSED)
    denied += _until_lifted(ledger.valid, account, Action.HIBERNATE, Action.REOPEN, Reason.ACCOUNT_HIBERNATED)
    opted_out, *ties = _until_lifted(ledger.scoped, scope, Action.OPT_OUT, Action.OPT_IN, Reason.OPTED_OUT)
    denied += ties
    denied += _opt_out_scope(opted_out, ledger, rules.policy)
    denied += _until_lifted(ledger.scoped, scope, Action.WITHDRAW, Action.OPT_IN, Reason.CONSENT_WITHDRAWN)
    if rules.settings.recipient in rules.policy.signals_honoured.gpc:
        denied += _until_lifted(ledger.scoped, scope, Action.GPC_ON, Action.GPC_OFF, Reason.GPC)
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
    ledger: Ledger, policy: Policy, subjects: pl.DataFrame, opt_in_regions: pl.DataFrame
) -> list[pl.DataFrame]:
    """Deny for want of an opt-in: everyone, if that is the policy's default, or the members of some regions.

    Args:
        ledger: for the opt-ins.
        policy: for its default state.
        subjects: every subject (`subject`).
        opt_in_regions: `GROUNDS` rows of the subjects whose region requires an opt-in.

    Returns:
        Frames of `GROUNDS`.
    """
    required = opt_in_regions
    if policy.default_state is DefaultState.OPTED_OUT:
        required = pl.concat([make_grounds(subjects, Reason.NOT_OPTED_IN, "default_state", "policy"), required])
    if required.is_empty():
        return []
    limited = ledger.scoped.filter(pl.col("kind") != ANY_KIND).select("subject").unique()
    granted = _of(ledger.scoped, Action.OPT_IN).select("subject", "kind").unique()
    numbers = pl.DataFrame({"kind": range(len(ledger.kinds))}, schema={"kind": pl.Int16})
    unlimited = required.join(limited, on="subject", how="anti")
    by_kind = required.join(limited, on="subject", how="semi").drop("kind").join(numbers, how="cross")
    return [
        part.select(GROUNDS.names()).join(granted, on=["subject", "kind"], how="anti") for part in (unlimited, by_kind)
    ]
