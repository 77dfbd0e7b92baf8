"""Deciding small tables in memory, as from a notebook: plain frames in, a frame of decisions out."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from redaction.rights import Policy, RightsError, RightsSettings, decide, read_policy
from tests.rights.combinations import ancestors
from tests.rights.worlds import AS_OF, DAY, ROOT, expected, inputs, make_world, regions, settings

POLICY = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")
POSTS = pl.DataFrame({"post_id": [1, 2], "author_id": [7, 8], "created_at": [datetime(2024, 1, 1)] * 2, "kind": "post"})
PROFILES = pl.DataFrame({"user_id": [7, 8], "account_status": "active", "birth_date": date(1985, 5, 17)})
EVENTS = pl.DataFrame(
    {
        "event_id": ["e"],
        "subject_id": [8],
        "action": ["opt_out"],
        "event_time": [datetime(2025, 6, 1)],
        "received_at": [datetime(2025, 6, 1)],
    }
)
SIGNALS = pl.DataFrame({"subject_id": [7, 8], "signal": "profile", "value": "US"})


def reasons(
    posts: pl.DataFrame | None = POSTS,
    profiles: pl.DataFrame | None = PROFILES,
    rights_events: pl.DataFrame | None = EVENTS,
    region_signals: pl.DataFrame | None = SIGNALS,
    settings: RightsSettings | None = None,
) -> dict[str, str]:
    """The reason of each post."""
    decisions = decide(
        posts, profiles, rights_events, region_signals,
        policy=POLICY, regions=regions(), as_of=AS_OF, settings=settings,
    )  # fmt: skip
    return dict(decisions.filter(source="posts").select("source_id", "reason").iter_rows())


def test_small_tables_are_decided_with_ids_as_numbers_and_times_without_a_zone() -> None:
    decisions = decide(POSTS, PROFILES, EVENTS, SIGNALS, policy=POLICY, regions=regions(), as_of=AS_OF)
    assert decisions.rows() == [
        ("posts", "1", "7", "keep", "eligible", POLICY.policy_id, None),
        ("posts", "2", "8", "drop", "opted_out", "ledger/opt_out", "e"),
        ("profiles", "7", "7", "keep", "eligible", POLICY.policy_id, None),
        ("profiles", "8", "8", "drop", "opted_out", "ledger/opt_out", "e"),
    ]


def test_ids_and_words_are_read_as_a_build_reads_them() -> None:
    times = datetime(2025, 6, 1)
    ledger = {"event_id": ["e", "f"], "event_time": times, "received_at": times}
    posts = {
        "post_id": [" 1", "2"],
        "author_id": ["m1 ", "m2\u200b"],
        "created_at": datetime(2024, 1, 1),
        "kind": "Post",
    }
    decided = reasons(
        pl.DataFrame(posts | {"in_reply_to": [None, "1\u00a0"]}),
        pl.DataFrame({"user_id": ["m1 ", "m2 "], "account_status": "Active", "birth_date": date(1985, 5, 17)}),
        pl.DataFrame(ledger | {"subject_id": ["m1", "m3"], "action": ["Object", "opt-in"]}),
        pl.DataFrame({"subject_id": ["m1 ", "m2 "], "signal": "PROFILE", "value": "US"}),
    )
    assert decided == {"1": "objected", "2": "parent_protected"}


def test_plain_frames_are_decided_as_the_reference_decides_them() -> None:
    posts, profiles, events, signals = ancestors()
    world = make_world(posts, profiles, events, signals)
    tables = inputs(world)
    decisions = decide(
        tables.posts.collect().sample(fraction=1.0, shuffle=True, seed=1),
        tables.profiles,
        tables.rights_events.collect(),
        tables.region_signals,
        policy=Policy.model_validate(world.policy),
        regions=regions(),
        as_of=world.as_of,
        settings=settings(world),
    )
    assert_frame_equal(decisions, expected(world))


def test_missing_tables_and_columns_drop() -> None:
    assert reasons(profiles=None) == {"1": "subject_unknown", "2": "subject_unknown"}
    assert reasons(region_signals=None) == {"1": "region_unknown", "2": "opted_out"}
    assert reasons(profiles=PROFILES.drop("birth_date"))["1"] == "age_unknown"
    assert reasons(profiles=PROFILES.drop("account_status"))["1"] == "account_status_unknown"
    assert reasons(posts=POSTS.with_columns(created_at=None))["1"] == "created_after_as_of"
    assert reasons(posts=None) == {}


def test_a_missing_ledger_is_refused_unless_the_settings_say_that_there_are_no_events() -> None:
    with pytest.raises(RightsError, match="rights_events: is empty"):
        reasons(rights_events=None)
    complete = RightsSettings(ledger_complete_until=AS_OF - DAY)
    assert reasons(rights_events=None, settings=complete) == {"1": "eligible", "2": "eligible"}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"posts": POSTS.drop("kind")}, "posts: the column kind is missing"),
        ({"posts": POSTS.with_columns(created_at=pl.lit("secret"))}, "posts: the column created_at is of type String"),
        ({"posts": POSTS.with_columns(author_id=7.5)}, "posts: the column author_id is of type Float64"),
        ({"posts": POSTS.with_columns(mentions=pl.lit(7))}, "posts: the column mentions is of type Int32"),
        ({"posts": POSTS.with_columns(author_id=None)}, "posts: author_id is null"),
        ({"profiles": PROFILES.with_columns(education=pl.lit("secret"))}, "profiles: the column education is of type"),
        ({"region_signals": SIGNALS.with_columns(subject_id=None)}, "a signal lacks its subject_id"),
    ],
)
def test_tables_that_cannot_be_read_are_refused_without_their_values(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(RightsError, match=message) as raised:
        reasons(**tables)
    assert "secret" not in str(raised.value)


def test_education_may_lack_fields_and_be_null() -> None:
    school = pl.Series("education", [[{"school": "Riverbend High School"}], None])
    assert reasons(profiles=PROFILES.with_columns(school)) == {"1": "under_age", "2": "opted_out"}
    assert reasons(profiles=PROFILES.with_columns(education=None))["1"] == "eligible"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(RightsError, match="as_of: needs a time zone"):
        decide(POSTS, policy=POLICY, regions=regions(), as_of=datetime(2025, 6, 30))
    paris = datetime.fromisoformat("2025-06-30T02:00:00+02:00")
    for as_of in (datetime(2025, 6, 30, tzinfo=UTC), paris):
        decisions = decide(POSTS, PROFILES, EVENTS, SIGNALS, policy=POLICY, regions=regions(), as_of=as_of)
        assert decisions["reason"].to_list() == ["eligible", "opted_out"] * 2
