"""One run: its rules, its records, its people, and the grounds of those."""

from dataclasses import dataclass

import polars as pl

from redaction.rights.grounds.ledger import classify_events, read_events
from redaction.rights.grounds.ledger_grounds import consent_grounds, ledger_grounds
from redaction.rights.grounds.profiles import profile_erasures, profile_grounds, regional_age_grounds, school_grounds
from redaction.rights.grounds.residence import read_signals, region_grounds, with_windows
from redaction.rights.inputs import Inputs
from redaction.rights.policy.rules import Rules
from redaction.rights.records import records
from redaction.rights.records.records import PROFILE, Posts
from redaction.rights.signals.links import link_reservations
from redaction.rights.signals.reservations import in_order, read_reservations, reservation_grounds, reserved_posts


@dataclass(frozen=True, slots=True)
class Case:
    """One run.

    events: the whole ledger, typed.
    members: the profiles as records, sorted by user_id (see `records.read_profiles`).
    reservations: what signals of others deny (see `reservations.read_reservations`).
    people: subject_id, subject (its row number), first (its earliest content, microseconds).
    """

    inputs: Inputs
    rules: Rules
    events: pl.DataFrame
    posts: Posts
    members: pl.DataFrame
    people: pl.DataFrame
    reservations: pl.DataFrame

    @classmethod
    def of(cls, inputs: Inputs, rules: Rules) -> "Case":
        """Read the ledger and the profiles, number the people and open the posts; may refuse the ledger."""
        events = read_events(inputs.rights_events, rules)
        people = records.number_people(inputs)
        signals = read_reservations(inputs.signals_of_others, rules)
        reservations = in_order(pl.concat([signals.stated, link_reservations(signals.links, inputs.posts, rules)]))
        posts = Posts.of(inputs, people, rules, reserved_posts(reservations))
        members = records.read_profiles(inputs.profiles, people, rules)
        people = records.with_first_content(people, posts.first_content(), members, rules)
        return cls(inputs, rules, events, posts, members, people, reservations)

    def grounds(self) -> list[pl.DataFrame]:
        """Make everything that the rights of the people deny, as frames of `GROUNDS`."""
        people, rules = self.people, self.rules
        members = self.members.select("subject", "birth_date", "account_status", "updated_at")
        subjects, subject = people.select("subject"), records.number_of("subject_id", people)
        known = pl.col("subject").is_not_null()
        ledger = classify_events(self.events.with_columns(subject).filter(known), rules)
        signals = read_signals(self.inputs.region_signals).with_columns(subject).filter(known)
        regions = region_grounds(with_windows(signals.collect(engine="streaming"), rules.instants), people, rules)
        denied = [
            *ledger_grounds(ledger, rules),
            *profile_grounds(members, subjects, ledger, rules),
            regional_age_grounds(members, regions.min_ages),
            school_grounds(records.schools(self.inputs.profiles, people), rules.policy),
            *regions.denied,
            *consent_grounds(ledger, rules.policy, subjects, regions.opt_in_required),
            reservation_grounds(self.reservations, subject),
        ]
        if PROFILE in ledger.kinds:
            denied.append(profile_erasures(members, pl.concat(denied), ledger.kinds.index(PROFILE)))
        return denied
