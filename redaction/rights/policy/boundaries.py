"""A test kit for policies: every region rule, decided on both sides of each of its dates for a made-up member."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from redaction.rights.decide import decide
from redaction.rights.errors import RightsError
from redaction.rights.grounds.country_names import territories
from redaction.rights.instants import TIME, midnight
from redaction.rights.policy.policy import DEFAULT_REGION, DefaultState, Effect, Policy, RegionRule
from redaction.rights.policy.regions import RegionSets
from redaction.rights.reasons import Reason
from redaction.rights.settings import Recipient, RightsSettings

_TEXTS: Final = ("rule", "effect", "region", "recipient", "kind", "decision", "reason")
CASES: Final = pl.Schema({**dict.fromkeys(_TEXTS, pl.String()), "as_of": TIME, "expected": pl.Boolean()})
_TICK: Final = timedelta(microseconds=1)
_MEMBER, _POST = "made-up-member", "made-up-post"
_AGE: Final = 40
_REASONS: Final = {Effect.EXEMPT: Reason.REGION_EXEMPT, Effect.OPT_IN: Reason.NOT_OPTED_IN}


def boundary_cases(policy: Policy, regions: RegionSets) -> pl.DataFrame:
    """Decide one post on both sides of each date of each region rule.

    Args:
        policy: the policy to test.
        regions: the region sets that it names.

    Returns:
        `CASES`: one row a case. While an exemption or an opt-in rule is in force, `expected` says whether the decision
        is the one that it demands; it is true for all other cases, which are there to be read. Rules of a set without
        regions, and instants at which the policy may not be used, have no rows.
    """
    rows = [row for rule in policy.region_rules for row in _cases(policy, rule, regions)]
    return pl.DataFrame(rows, schema=CASES, orient="row")


def _cases(policy: Policy, rule: RegionRule, regions: RegionSets) -> Iterator[tuple[object, ...]]:
    codes = sorted(code for row in regions.sets[rule.set].rows for code in row.codes)
    dates = [midnight(day) for day in (rule.since, rule.until) if day is not None]
    recipient = (rule.recipients or policy.recipients)[0]
    kinds = [kind for kind in policy.categories_allowed if kind != "profile" and rule.concerns_kind(kind)]
    if not codes or not kinds:
        return
    for as_of in sorted({max(policy.earliest_use, each) for date in dates for each in (date - _TICK, date)}):
        try:
            decided = _decide(policy, regions, as_of, codes[0], kinds[0], recipient, rule)
        except RightsError:
            continue
        holds = (rule.since is None or as_of >= midnight(rule.since)) and (
            rule.until is None or as_of < midnight(rule.until)
        )
        expected = decided[1] == _REASONS[rule.effect] if holds and rule.effect in _REASONS else True
        yield (rule.name, rule.effect.value, codes[0], recipient.value, kinds[0], *decided, as_of, expected)


def _decide(  # noqa: PLR0913, PLR0917 - what makes up one case
    policy: Policy, regions: RegionSets, as_of: datetime, region: str, kind: str, recipient: Recipient, rule: RegionRule
) -> tuple[str, str]:
    member, created = {"user_id": [_MEMBER]}, [as_of - _TICK]
    born = as_of.replace(year=as_of.year - _AGE, day=min(as_of.day, 28)).date()
    settings = RightsSettings(
        purpose=(rule.purposes or policy.purposes)[0],
        recipient=recipient,
        legitimate_interest_reference="made up",
        earliest_content_dates={DEFAULT_REGION: born},
        ledger_complete_until=as_of,
    )
    made = decide(
        pl.DataFrame({"post_id": [_POST], "author_id": [_MEMBER], "created_at": created, "kind": [kind]}),
        pl.DataFrame({**member, "birth_date": [born], "account_status": ["active"], "updated_at": created}),
        _opt_in(as_of) if policy.default_state is DefaultState.OPTED_OUT and rule.effect is not Effect.OPT_IN else None,
        pl.DataFrame({"subject_id": [_MEMBER], "signal": ["residence"], "value": [_unambiguous(region, regions)]}),
        policy=policy,
        regions=regions,
        as_of=as_of,
        settings=settings,
    )
    row = made.row(by_predicate=pl.col("source_id") == _POST, named=True)
    return row["decision"], row["reason"]


def _unambiguous(code: str, regions: RegionSets) -> str:
    """Return a code, or the country's name where the code may mean another region."""
    return code if regions.gazetteer.read(code) == (code,) else territories("en")[code]


def _opt_in(as_of: datetime) -> pl.DataFrame:
    time = [as_of - 2 * _TICK]
    columns = {"event_id": ["e"], "subject_id": [_MEMBER], "action": ["opt_in"]}
    return pl.DataFrame({**columns, "event_time": time, "received_at": time})
