"""Boundaries in time: one microsecond, one day, one birthday."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from redaction.rights import RightsError, apply_rules
from tests.rights.reference import Row, World
from tests.rights.worlds import (
    AS_OF,
    DAY,
    TICK,
    at,
    decided,
    event,
    inputs,
    make_world,
    plain_policy,
    post,
    profile,
    reason_of,
    rules,
    signal,
)

CREATED = at(2024, 1, 1)


def one(
    events: list[Row] | None = None, value: str = "US", created: Any = CREATED, user: Row | None = None, **others: Any
) -> World:
    """A world of one member, a, with one post, p."""
    signals = others.pop("signals", [signal("a", value)])
    return make_world([post("p", "a", created)], [profile("a", **(user or {}))], events or [], signals, **others)


def test_an_ordinary_post_of_an_ordinary_member_is_eligible() -> None:
    records = decided(one()).records
    assert records.rows() == [
        ("posts", "p", "a", "keep", "eligible", "linkedin-2024-09", None),
        ("profiles", "a", "a", "keep", "eligible", "linkedin-2024-09", None),
    ]


@pytest.mark.parametrize(("before", "reason"), [(TICK, "opted_out"), (0 * TICK, "eligible")])
def test_an_opt_out_before_the_policy_is_in_force_covers_earlier_content_too(before: timedelta, reason: str) -> None:
    force = at(2024, 9, 18)
    policy = plain_policy("linkedin-2024-09", optout_scope="content_after_event", effective_from=force.date())
    assert reason_of(one([event("e", "a", "opt_out", force - before)], policy=policy), "p") == reason


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (at(2024, 10, 10), "eligible"),
        (at(2024, 10, 11) - TICK, "eligible"),
        (at(2024, 10, 11), "region_exempt"),
        (at(2024, 10, 11, 12), "region_exempt"),
    ],
)
def test_hong_kong_is_exempt_from_11_october_2024(as_of: Any, reason: str) -> None:
    assert reason_of(one(value="HK", as_of=as_of), "p") == reason


@pytest.mark.parametrize(
    ("value", "since"),
    [("UK", at(2024, 9, 20)), ("Canada", at(2024, 12, 10)), ("+44", at(2024, 9, 20))],
)
def test_paused_regions_are_exempt_from_their_own_day(value: str, since: Any) -> None:
    assert reason_of(one(value=value, as_of=since - TICK), "p") == "eligible"
    assert reason_of(one(value=value, as_of=since), "p") == "region_exempt"


@pytest.mark.parametrize("value", ["GP", "AX", "EL", "NO", "Suisse", "Deutschland", "HR"])
def test_europe_and_its_territories_are_exempt_from_the_first_day(value: str) -> None:
    assert reason_of(one(value=value, as_of=at(2024, 9, 18)), "p") == "region_exempt"


def test_kosovo_is_not_exempt_and_california_is_not_canada() -> None:
    assert reason_of(one(value="XK"), "p") == "eligible"
    assert reason_of(one(value="San Francisco, CA, USA"), "p") == "eligible"


def test_ca_alone_is_ambiguous_once_canada_is_exempt() -> None:
    assert reason_of(one(value="CA", as_of=at(2024, 12, 10) - TICK), "p") == "eligible"
    assert reason_of(one(value="CA"), "p") == "region_ambiguous"
    assert reason_of(one(value="Georgia"), "p") == "eligible"


@pytest.mark.parametrize("source", ["ip", "phone"])
def test_ip_and_phone_protect_but_do_not_locate(source: str) -> None:
    assert reason_of(one(signals=[signal("a", "US", source)]), "p") == "region_unknown"
    assert reason_of(one(signals=[signal("a", "US"), signal("a", "Deutschland", source)]), "p") == "region_exempt"


def test_a_region_counts_at_the_content_at_collection_and_at_the_build() -> None:
    usa = signal("a", "US")
    for since, until in ((CREATED, CREATED + TICK), (at(2025, 1, 1), at(2025, 1, 2)), (AS_OF, AS_OF + TICK)):
        signals = [usa, signal("a", "EL", valid_from=since, valid_to=until)]
        assert reason_of(one(signals=signals, collected=at(2025, 1, 1)), "p") == "region_exempt"
    passed = [usa, signal("a", "EL", valid_from=CREATED + TICK, valid_to=at(2025, 1, 1))]
    assert reason_of(one(signals=passed, collected=at(2025, 1, 1)), "p") == "eligible"


def test_a_region_must_be_known_at_the_content_too() -> None:
    assert reason_of(one(signals=[signal("a", "US", valid_from=CREATED)]), "p") == "eligible"
    assert reason_of(one(signals=[signal("a", "US", valid_from=CREATED + TICK)]), "p") == "region_unknown"
    moved = [signal("a", "US", valid_to=CREATED), signal("a", "US", valid_from=CREATED + DAY)]
    assert reason_of(one(signals=moved), "p") == "region_unknown"


@pytest.mark.parametrize(("offset", "reason"), [(-TICK, "opted_out"), (0 * TICK, "opted_out"), (TICK, "eligible")])
def test_an_opt_out_one_microsecond_either_side_of_the_build(offset: timedelta, reason: str) -> None:
    assert reason_of(one([event("e", "a", "opt_out", AS_OF + offset)]), "p") == reason


@pytest.mark.parametrize(
    ("since", "until"),
    [(CREATED - DAY, CREATED - DAY), (None, at(1970, 1, 1)), (None, at(1, 1, 1)), (at(1970, 1, 1), at(1970, 1, 1))],
)
def test_an_interval_that_holds_no_instant_protects_for_all_time(since: datetime | None, until: datetime) -> None:
    signals = [signal("a", "US"), signal("a", "EL", valid_from=since, valid_to=until)]
    assert reason_of(one(signals=signals), "p") == "region_exempt"
    assert reason_of(one(signals=[signal("a", "US", valid_from=since, valid_to=until)]), "p") == "region_unknown"


def test_an_opt_out_received_late_counts() -> None:
    late = event("e", "a", "opt_out", AS_OF - DAY, received_at=AS_OF + 9 * DAY)
    assert reason_of(one([late]), "p") == "opted_out"


def test_an_eighteenth_birthday() -> None:
    user = {"birth_date": date(2007, 3, 10)}
    before, on = at(2025, 3, 10) - TICK, at(2025, 3, 10)
    assert reason_of(one(created=before, user=user), "p") == "under_age"
    assert reason_of(one(created=on, user=user), "p") == "eligible"
    assert reason_of(one(created=CREATED, user={"birth_date": date(2007, 6, 30)}), "p") == "under_age"
    leap = {"birth_date": date(2004, 2, 29)}
    assert reason_of(one(created=at(2022, 2, 28), user=leap), "p") == "under_age"
    assert reason_of(one(created=at(2022, 3, 1), user=leap), "p") == "eligible"


def test_secondary_school_denies_whatever_the_date_of_birth() -> None:
    school = [{"school": "Riverbend High School", "degree": None, "end": None}]
    records = decided(one(user={"education": school})).records
    assert records["reason"].to_list() == ["under_age"] * 2
    assert records["evidence_id"].to_list() == ["school"] * 2
    past = [{**school[0], "end": CREATED.date()}]
    assert reason_of(one(user={"education": past}), "p") == "under_age"
    assert reason_of(one(user={"education": past}, created=CREATED + DAY - TICK), "p") == "under_age"
    assert reason_of(one(user={"education": past}, created=CREATED + DAY), "p") == "eligible"
    for school_name, degree in (("Riverbend HIGH\u00a0 School", None), ("High-School", None), ("Riverbend", "GCSEs")):
        spelled = [{"school": school_name, "degree": degree, "end": None}]
        assert reason_of(one(user={"education": spelled}), "p") == "under_age"
    college = [{"school": "College of Highschooling", "degree": "BSc", "end": None}]
    assert reason_of(one(user={"education": college}), "p") == "eligible"


@pytest.mark.parametrize("column", ["in_reply_to", "repost_of", "quote_of"])
@pytest.mark.parametrize("sharer", ["a", "b"])
def test_what_shares_a_profile_is_dropped_as_a_reference_to_no_post(column: str, sharer: str) -> None:
    """The text of a profile has rights of its own, and no post of that id is there to inherit them from."""
    posts = [
        post("share", sharer, CREATED, **{column: "a"}),
        post("of-share", "b", CREATED, repost_of="share"),
        post("fine", "b", CREATED),
    ]
    world = make_world(posts, [profile("a"), profile("b")], [], [signal("a", "US"), signal("b", "US")])
    found = dict(decided(world).records.select("source_id", "reason").iter_rows())
    assert [found[name] for name in ("share", "of-share", "fine", "a")] == [
        *["parent_missing"] * 2, *["eligible"] * 2,
    ]  # fmt: skip


def test_opting_in_again_does_not_restore_erased_content() -> None:
    erased = event("e1", "a", "erase", at(2024, 6, 1))
    again = [event("e2", "a", "opt_in", at(2024, 7, 1)), event("e3", "a", "reopen", at(2024, 7, 1))]
    for events in ([erased], [erased, again[0]], [erased, *again]):
        assert reason_of(one(events), "p") == "erased"
    assert reason_of(one([erased, *again], created=at(2024, 7, 1)), "p") == "eligible"
    assert reason_of(one([erased, again[0]], created=at(2024, 7, 1)), "p") == "erased"


def test_nothing_lifts_an_objection() -> None:
    events = [event("e1", "a", "object", at(2024, 6, 1)), event("e2", "a", "opt_in", at(2024, 7, 1))]
    assert reason_of(one(events), "p") == "objected"


def test_an_opt_out_may_reach_later_content_only() -> None:
    policy = plain_policy("linkedin-2024-09", optout_scope="content_after_event")
    out = [event("e", "a", "opt_out", at(2025, 1, 1))]
    assert reason_of(one(out, created=at(2025, 1, 1) - TICK, policy=policy), "p") == "eligible"
    assert reason_of(one(out, created=at(2025, 1, 1), policy=policy), "p") == "opted_out"
    assert reason_of(one(out, policy=policy), "a", "profiles") == "opted_out"
    early = [event("e", "a", "opt_out", at(2024, 9, 18) - TICK)]
    assert reason_of(one(early, policy=policy), "p") == "opted_out"


def test_gpc_denies_the_recipients_that_the_policy_names() -> None:
    events = [event("e", "a", "gpc_on", at(2025, 1, 1)), event("f", "a", "opt_in", at(2025, 2, 1))]
    assert reason_of(one(events), "p") == "eligible"
    assert reason_of(one(events, recipient="affiliate"), "p") == "gpc"
    wider = plain_policy("linkedin-2024-09", signals_honoured={"gpc": ["self", "affiliate", "third_party"]})
    assert reason_of(one(events, policy=wider), "p") == "gpc"


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ("group:health:runners", "context_excluded"),
        ("Group:Religion:choir", "context_excluded"),
        ("union", "context_excluded"),
        ("politics:town", "context_excluded"),
        ("group:music:union", "context_excluded"),
        ("group:region:health", "context_excluded"),
        ("Health & Wellness", "context_excluded"),
        ("health group", "context_excluded"),
        ("union-members", "context_excluded"),
        ("Trade_Unions", "context_excluded"),
        ("groups/politics", "context_excluded"),
        ("religion, faith", "context_excluded"),
        ("Politics.", "context_excluded"),
        ("ＨＥＡＬＴＨ", "context_excluded"),
        ("healthforum", "context_excluded"),
        ("Hea\u200blth\u00a0forum", "context_excluded"),
        ("Gesundheit", "context_excluded"),
        ("political party", "context_excluded"),
        ("healthy", "eligible"),
        ("group:technology:reunion", "eligible"),
        (None, "eligible"),
    ],
)
def test_excluded_contexts(context: str | None, reason: str) -> None:
    world = make_world([post("p", "a", CREATED, context=context)], [profile("a")], [], [signal("a", "US")])
    assert reason_of(world, "p") == reason


def test_content_created_after_the_build_is_not_used() -> None:
    assert reason_of(one(created=AS_OF), "p") == "eligible"
    assert reason_of(one(created=AS_OF + TICK), "p") == "created_after_as_of"


def test_no_use_before_the_notice() -> None:
    with pytest.raises(RightsError, match="effective_from, notice_at and grace_days allow no use before 2024-09-18"):
        decided(one(as_of=at(2024, 9, 18) - TICK))
    late_notice = plain_policy("linkedin-2024-09", notice_at=date(2025, 6, 1), grace_days=30)
    with pytest.raises(RightsError, match="before 2025-07-01"):
        decided(one(policy=late_notice))
    assert reason_of(one(policy={**late_notice, "grace_days": 29}), "p") == "eligible"


def test_a_chain_of_fifty_thousand_replies_inherits_the_denial_of_its_root() -> None:
    deep = 50_000
    posts = [post("p000000", "gone", CREATED)]
    posts += [post(f"p{n:06}", "a", CREATED, in_reply_to=f"p{n - 1:06}") for n in range(1, deep)]
    people, signals = [profile("a"), profile("gone")], [signal("a", "US"), signal("gone", "US")]
    world = make_world(posts, people, [event("e", "gone", "erase", at(2024, 6, 1))], signals)
    records = decided(world).records.filter(source="posts")
    assert records["reason"].value_counts(sort=True).rows() == [("parent_protected", deep - 1), ("erased", 1)]
    assert set(records["evidence_id"]) == {"p000000", "e"}


def test_replies_to_withdrawn_posts_are_dropped() -> None:
    posts = [
        post("back", "a", CREATED),
        post("reply", "a", CREATED, in_reply_to="back"),
        post("deeper", "a", CREATED, quote_of="reply"),
        post("other", "a", CREATED),
    ]
    withdrawn = {("posts", "back"), ("profiles", "a"), ("posts", "a")}
    records = decided(make_world(posts, [profile("a")], [], [signal("a", "US")], withheld=withdrawn)).records
    assert records.select("source_id", "decision", "reason", "rule", "evidence_id").rows() == [
        ("back", "drop", "tombstoned", "takedown", None),
        ("deeper", "drop", "parent_protected", "chain/protected", "back"),
        ("other", "keep", "eligible", "linkedin-2024-09", None),
        ("reply", "drop", "parent_protected", "chain/protected", "back"),
        ("a", "drop", "tombstoned", "takedown", None),
    ]


@pytest.mark.parametrize("days", [95_000_000, -950_000, 2_932_897, -62_092])
def test_a_date_of_birth_outside_the_calendar_is_an_unknown_age(days: int) -> None:
    world = one()
    tables = inputs(world)
    born = pl.lit(days, dtype=pl.Int32).cast(pl.Date).alias("birth_date")
    profiles = tables.profiles.with_columns(born)
    decisions = apply_rules(replace(tables, profiles=profiles), rules(world)).decisions()
    assert decisions.records["reason"].to_list() == ["age_unknown"] * 2


@pytest.mark.parametrize("subject", [None, "", " \t"])
def test_a_signal_or_event_without_a_subject_stops_the_run(subject: str | None) -> None:
    no_subject = {**signal("a", "Deutschland"), "subject_id": subject}
    with pytest.raises(RightsError, match="region_signals: a signal lacks its subject_id; the table is partial"):
        decided(one(signals=[signal("a", "US"), no_subject]))
    with pytest.raises(RightsError, match="rights_events: an event lacks its subject_id or event_id"):
        decided(one([{**event("e", "a", "opt_out", CREATED), "subject_id": subject}]))
