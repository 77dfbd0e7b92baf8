"""What one run decides on: its records, its people, and everything that their rights deny."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from redaction.rights.grounds.ledger import consent_grounds, ledger_grounds, read_events, refuse_partial, standing
from redaction.rights.grounds.profiles import profile_erasures, profile_grounds, school_grounds
from redaction.rights.grounds.residence import (
    SIGNAL_OPTIONAL,
    SIGNAL_REQUIRED,
    counted_signals,
    refuse_nobodys,
    refuse_unknown_sets,
    region_grounds,
)
from redaction.rights.policy.policy import Policy, earliest_dates, refuse_unready
from redaction.rights.policy.regions import RegionSets
from redaction.rights.policy.rules import Rules
from redaction.rights.records import records
from redaction.rights.records.inputs import Inputs, Moments, micros, select_columns
from redaction.rights.records.records import PROFILE, Posts
from redaction.rights.settings import RightsSettings


@dataclass(frozen=True, slots=True)
class Case:
    """One run's records and people. people: subject_id, subject (a number), first (its first content)."""

    inputs: Inputs
    rules: Rules
    posts: Posts
    members: pl.DataFrame
    people: pl.DataFrame


def case_of(  # noqa: PLR0913, PLR0917 - the arguments of `decide`
    inputs: Inputs,
    policy: Policy,
    regions: RegionSets,
    settings: RightsSettings,
    as_of: datetime,
    known_at: datetime | None,
) -> tuple[Case, pl.DataFrame]:
    """Refuse what may not be decided on; then read the records and number the people. The ledger comes along.

    Raises:
        RightsError: as `decide` does.
    """
    moments = Moments(
        as_of=micros(as_of),
        collected=micros(settings.collected_at or as_of),
        known=None if known_at is None else micros(known_at),
    )
    rules = Rules(policy, regions, settings, moments, earliest_dates(policy, settings))
    refuse_unready(policy, settings, as_of)
    refuse_unknown_sets(policy, regions, rules.dates)
    events = read_events(inputs.rights_events)
    refuse_partial(events, policy, settings, moments)
    return _opened(inputs, rules), events


def _opened(inputs: Inputs, rules: Rules) -> Case:
    people = records.members(inputs)
    posts = Posts.of(inputs, people, rules)
    members = records.read_profiles(inputs.profiles, people, rules)
    return Case(inputs, rules, posts, members, records.with_first_content(people, posts, members, rules))


def grounds_of(case: Case, events: pl.DataFrame) -> list[pl.DataFrame]:
    """Everything that the rights of the people in a case deny, as grounds."""
    inputs, people, rules = case.inputs, case.people, case.rules
    members = case.members.select("subject", "birth_date", "account_status", "updated_at")
    policy, moments = rules.policy, rules.moments
    numbers = people.select("subject")
    theirs = pl.col("subject").is_not_null()
    known = events.with_columns(records.number_of("subject_id", people)).filter(theirs)
    ledger = standing(known, policy, rules.settings, moments)
    signals = select_columns(inputs.region_signals, "region_signals", SIGNAL_REQUIRED, SIGNAL_OPTIONAL)
    refuse_nobodys(signals)
    located = signals.with_columns(records.number_of("subject_id", people)).filter(theirs).collect(engine="streaming")
    regions = region_grounds(counted_signals(located, moments), people, rules)
    found = [
        *ledger_grounds(ledger, policy, rules.settings),
        *profile_grounds(members, numbers, ledger, policy, moments),
        school_grounds(records.schools(inputs.profiles, people), policy),
        *regions.denied,
        *consent_grounds(ledger, policy, numbers, regions.opt_in_wanted),
    ]
    if PROFILE in ledger.kinds:
        kind = ledger.kinds.index(PROFILE)
        found.append(profile_erasures(members, pl.concat(found), kind))
    return found
