"""Properties that hold for any rows: protection only adds, order never matters, every row is counted."""

import random
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from redaction.rights import Inputs, RightsError, apply_rules
from redaction.rights.signals.links import with_link_signals
from tests.rights.reference import Row, World
from tests.rights.worlds import (
    AS_OF,
    DAY,
    EVENTS,
    OTHERS,
    POSTS,
    PROFILES,
    READINGS,
    SIGNALS,
    at,
    decided,
    event,
    expected,
    frame,
    inputs,
    make_world,
    other,
    plain_policy,
    post,
    profile,
    results,
    rules,
    signal,
    withheld,
)

PEOPLE = ["a", "b", "c", "d"]
KINDS = ["post", "comment", "article", "message", "poem"]
PROTECTIVE = ["opt_out", "object", "erase", "withdraw", "close", "hibernate", "deceased", "gpc_on", "age_update"]
ALL_ACTIONS = [*PROTECTIVE, "opt_in", "reopen", "gpc_off", "unknown_action"]
MOMENTS = [at(2024, 1, 1), at(2024, 9, 18), at(2025, 1, 1), at(2025, 6, 1), AS_OF, AS_OF + DAY]
QUIET = settings(max_examples=30, suppress_health_check=list(HealthCheck))

moments = st.sampled_from(MOMENTS)
people = st.sampled_from(PEOPLE)
names = st.none() | st.sampled_from([f"p{n}" for n in range(8)] + ["lost"])


@st.composite
def event_rows(draw: st.DrawFn, actions: list[str], prefix: str) -> Row:
    when = draw(st.none() | moments) if "unknown_action" in actions else draw(moments)
    subject = draw(people)
    return event(
        f"{prefix}{draw(st.integers(0, 10**6))}",
        subject,
        draw(st.sampled_from(actions)),
        when,
        received_at=draw(st.sampled_from([when, AS_OF + 3 * DAY])),
        purpose=draw(st.sampled_from([None, None, "ai_training", "advertising"])),
        categories=draw(st.sampled_from([None, None, ["post"], ["comment", "article"]])),
        supersedes="kept" if subject == "a" and draw(st.booleans()) else None,
    )


@st.composite
def signal_rows(draw: st.DrawFn) -> Row:
    return signal(
        draw(people),
        draw(st.sampled_from([*READINGS, "elsewhere"])),
        draw(st.sampled_from(["profile", "signup", "ip", "phone", "residence"])),
        valid_from=draw(st.none() | moments),
        valid_to=draw(st.none() | moments),
    )


@st.composite
def other_rows(draw: st.DrawFn) -> Row:
    """A signal of others about a post, a member, an address or a domain."""
    value = draw(st.sampled_from(["noai", "noindex", "?"]))
    seen = draw(st.none() | moments)
    targets = [{"post_id": "p1"}, {"subject_id": "a"}]
    links = [{"url": "https://a.example/x"}, {"domain": "b.example"}, {"domain": "example"}]
    return other(None, "x_robots_tag", value, observed_at=seen) | draw(st.sampled_from([*targets, *links]))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    posts = [
        post(
            f"p{n}",
            draw(people),
            draw(moments),
            draw(st.sampled_from(KINDS)),
            in_reply_to=draw(names),
            quote_of=draw(names),
            mentions=draw(st.sampled_from([None, ["b"], ["c", "stranger"]])),
            links=draw(st.sampled_from([None, None, ["https://a.example/x"], [f"https://b.example/{n}"]])),
        )
        for n in range(draw(st.integers(0, 8)))
    ]
    profiles = [
        profile(
            name,
            birth_date=draw(st.sampled_from([at(1980, 1, 1).date()] * 3 + [at(2006, 12, 31).date(), None])),
            account_status=draw(st.sampled_from(["active"] * 4 + ["closed"])),
            updated_at=draw(st.none() | moments),
        )
        for name in draw(st.lists(people, unique=True, min_size=2))
    ]
    # An event that others may supersede is always there, so that no reference dangles.
    kept = event("kept", "a", "opt_in", at(2024, 2, 1))
    events = draw(st.lists(event_rows(ALL_ACTIONS, "e"), max_size=6, unique_by=lambda row: row["event_id"]))
    located = [signal(name, "US") for name in draw(st.lists(people, unique=True))]
    return make_world(
        posts,
        profiles,
        [kept, *events],
        [*located, *draw(st.lists(signal_rows(), max_size=4))],
        policy=plain_policy(
            draw(st.sampled_from(["linkedin-2024-09", "opt-in"])),
            optout_scope=draw(st.sampled_from(["all_content", "content_after_event"])),
        ),
        mentions=draw(st.sampled_from(["redact", "drop"])),
        others=draw(st.lists(other_rows(), max_size=4)),
        recipient=draw(st.sampled_from(["self", "affiliate"])),
        collected=draw(st.sampled_from([AS_OF, at(2025, 1, 1)])),
        withheld=draw(st.sets(st.sampled_from([("posts", "p1"), ("posts", "p3"), ("profiles", "a"), ("posts", "b")]))),
    )


def kept(world: World) -> set[tuple[str, str]]:
    rows = decided(world).records.filter(pl.col("decision") == "keep")
    return set(rows.select("source", "source_id").rows())


def with_event(world: World, row: Row) -> World:
    events = [e for rows in world.events.values() for e in rows]
    return _with_rows(world, [*events, row], [s for rows in world.signals.values() for s in rows])


def with_signal(world: World, row: Row) -> World:
    events = [e for rows in world.events.values() for e in rows]
    return _with_rows(world, events, [*(s for rows in world.signals.values() for s in rows), row])


def _with_rows(world: World, events: list[Row], signals: list[Row]) -> World:
    others: dict[str, Any] = {
        name: getattr(world, name) for name in ("policy", "as_of", "collected", "mentions", "recipient", "withheld")
    }
    others["others"] = [row for rows in world.others.values() for row in rows]
    rest = [e for e in events if e["event_id"] != "heartbeat"]
    return make_world(world.posts.values(), world.profiles.values(), rest, signals, **others)


@QUIET
@given(worlds())
def test_agrees_with_the_reference(world: World) -> None:
    assert_frame_equal(decided(world).records, expected(world))


@QUIET
@given(worlds(), event_rows(PROTECTIVE, "added"))
def test_a_protective_event_never_turns_a_drop_into_a_keep(world: World, row: Row) -> None:
    assert kept(with_event(world, row)) <= kept(world)


@QUIET
@given(worlds(), people, st.sampled_from(["Deutschland", "CA", "elsewhere", "UK"]), st.sampled_from(["phone", "ip"]))
def test_a_protective_signal_never_turns_a_drop_into_a_keep(world: World, who: str, value: str, source: str) -> None:
    assert kept(with_signal(world, signal(who, value, source))) <= kept(world)


@QUIET
@given(worlds(), event_rows(PROTECTIVE, "added"))
def test_a_protective_event_never_unprotects_a_subject(world: World, row: Row) -> None:
    def protected(of: World) -> set[str]:
        return set(decided(of).subjects.filter(pl.col("decision") == "drop")["subject_id"])

    assert protected(world) <= protected(with_event(world, row))


@QUIET
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(world: World, chance: random.Random) -> None:
    def shuffled(rows: list[Row], schema: dict[str, Any]) -> pl.LazyFrame:
        return frame(chance.sample(rows, len(rows)), schema)

    others = shuffled([row for rows in world.others.values() for row in rows], OTHERS)
    mixed = Inputs(
        posts=with_link_signals(shuffled(list(world.posts.values()), POSTS), others),
        profiles=shuffled(list(world.profiles.values()), PROFILES),
        rights_events=shuffled([e for rows in world.events.values() for e in rows], EVENTS),
        region_signals=shuffled([s for rows in world.signals.values() for s in rows], SIGNALS),
        signals_of_others=others,
    )
    again = apply_rules(mixed, rules(world), withheld(world)).decisions()
    first = decided(world)
    assert_frame_equal(again.records, first.records)
    assert_frame_equal(again.subjects, first.subjects)


@QUIET
@given(worlds(), st.integers(1, 5))
def test_posts_decided_in_blocks_are_decided_as_at_once(world: World, block_rows: int) -> None:
    first, again = decided(world), results(world, block_rows)
    assert_frame_equal(again.decisions().records, first.records)
    assert again.decisions().protected.equals(first.protected)
    blocks = [block for block in again.blocks() if block.records.height]
    assert [block.first for block in blocks] == list(range(0, len(world.posts), block_rows))
    for block in blocks:
        for name, thread in zip(block.records["source_id"], block.thread, strict=True):
            referred = {world.posts[name][c] for c in ("in_reply_to", "repost_of", "quote_of")} & set(world.posts)
            authors = sorted({world.posts[other]["author_id"] for other in referred})
            assert (thread.to_list() if thread is not None else []) == authors


def test_unsorted_blocks_of_posts_are_refused() -> None:
    world = make_world([post(name, "a", AS_OF - DAY) for name in ("a", "b", "c", "d")], [profile("a")], [], [])
    whole = inputs(world)
    mixed = replace(whole, posts=whole.posts.sort("post_id", descending=True), block_rows=1)
    with pytest.raises(RightsError, match="not sorted by post_id"):
        apply_rules(mixed, rules(world)).decisions()


@QUIET
@given(worlds())
def test_every_row_is_decided_once(world: World) -> None:
    decisions = decided(world)
    records = decisions.records
    keys = [("posts", name) for name in sorted(world.posts)] + [("profiles", name) for name in sorted(world.profiles)]
    assert records.select("source", "source_id").rows() == keys
    for source, rows in (("posts", world.posts), ("profiles", world.profiles)):
        counts = records.filter(source=source)["reason"].value_counts()
        assert counts["count"].sum() == len(rows)
    assert ((records["decision"] == "keep") == (records["reason"] == "eligible")).all()
    mentioned = {m for row in world.posts.values() for m in row["mentions"] or []}
    everyone = mentioned | set(world.profiles) | {row["author_id"] for row in world.posts.values()}
    assert set(decisions.subjects["subject_id"]) == everyone


@QUIET
@given(worlds())
def test_a_second_run_over_the_same_inputs_gives_the_same(world: World) -> None:
    tables = inputs(world)
    runs = [apply_rules(tables, rules(world)).decisions() for _ in range(2)]
    assert_frame_equal(runs[0].records, runs[1].records)
