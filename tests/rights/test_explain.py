"""An explanation agrees with the decision, and says why."""

from datetime import UTC

import polars as pl
import pytest

from redaction.rights import Explanation, Reason, RightsError, explain
from tests.rights.combinations import ancestors
from tests.rights.reference import World
from tests.rights.worlds import AS_OF, DAY, at, decided, event, inputs, make_world, post, profile, rules, signal


def chained() -> World:
    posts, profiles, events, signals = ancestors()
    posts += [post("last", "a", at(2024, 2, 1), "comment", in_reply_to="deep3", mentions=["gone", "stranger"])]
    profiles += [profile("a")]
    events += [
        event("e1", "a", "opt_out", AS_OF - 3 * DAY),
        event("e2", "a", "opt_in", AS_OF - 2 * DAY),
        event("e3", "a", "opt_out", AS_OF + DAY),
        event("e4", "a", "opt_out", AS_OF - DAY, purpose="advertising"),
    ]
    signals += [signal("a", "San Francisco, CA, USA"), signal("a", "Deutschland", "ip", valid_to=at(2020, 1, 1))]
    return make_world(posts, profiles, events, signals)


def explained(name: str, world: World | None = None) -> Explanation:
    world = world or chained()
    return explain(inputs(world), rules(world), name)


def test_the_whole_chain_is_explained_and_agrees_with_the_decisions() -> None:
    world = chained()
    explanation = explained("last", world)
    assert [(r.source_id, r.depth) for r in explanation.records] == [
        ("last", 0), ("deep3", 1), ("deep2", 2), ("deep1", 3), ("deep0", 4),
    ]  # fmt: skip
    decisions = decided(world).records
    for record in explanation.records:
        row = decisions.row(by_predicate=pl.col("source_id") == record.source_id, named=True)
        explained_row = (record.decision, record.reason, record.rule, record.evidence_id)
        assert explained_row == (row["decision"], row["reason"], row["rule"], row["evidence_id"])
    first = explanation.records[0]
    assert (first.reason, first.evidence_id) == (Reason.PARENT_PROTECTED, "deep0")
    assert (explanation.subject_id, explanation.subject_reason) == ("a", Reason.ELIGIBLE)
    assert explanation.missing == ()
    assert explanation.records[-1].grounds[0].reason is Reason.ERASED
    assert explanation.records[-1].grounds[0].holds


def test_a_profile_is_explained_among_those_of_others() -> None:
    posts, times = [post("p", "a", at(2024, 1, 1), mentions=["b"])], (at(2024, 3, 1), at(2024, 4, 1))
    profiles = [profile(name, updated_at=time) for name, time in zip("ab", times, strict=True)]
    [record] = explained("b", make_world(posts, profiles, [], [signal("a", "US"), signal("b", "US")])).records
    assert (record.source, record.source_id, record.created_at) == ("profiles", "b", times[1])


def test_events_are_listed_with_whether_they_count() -> None:
    events = {e.event_id: (e.counted, e.why) for e in explained("last").records[0].events}
    assert events == {
        "e1": (True, "counts"),
        "e2": (True, "counts"),
        "e3": (False, "later than as_of"),
        "e4": (False, "for another purpose, recipient or kind"),
    }


def test_signals_are_listed_by_region_and_never_as_written() -> None:
    explanation = explained("last")
    signals = {s.readings: (s.signal, s.at_build) for s in explanation.records[0].signals}
    assert signals == {("US",): ("profile", True), ("DE",): ("ip", False)}
    assert all(s.signal_id.startswith("signal:") for s in explanation.records[0].signals)
    assert "San Francisco" not in repr(explanation)
    assert "Deutschland" not in repr(explanation)


def test_missing_ancestors_and_cycles_are_listed() -> None:
    torn = explained("torn1")
    assert [r.source_id for r in torn.records] == ["torn1", "torn0"]
    assert torn.missing == ("no-such-post",)
    ring = explained("ring1")
    assert {r.source_id for r in ring.records} == {"ring0", "ring1", "ring2"}
    assert ring.records[0].reason is Reason.ELIGIBLE


def test_a_subject_is_explained_by_id() -> None:
    gone = explained("gone")
    assert [(r.source, r.source_id, r.reason) for r in gone.records] == [("profiles", "gone", Reason.ERASED)]
    assert gone.subject_reason is Reason.ERASED
    created = gone.records[0].created_at
    assert created is not None
    assert created.tzinfo is UTC


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(RightsError, match="unknown-id: no post and no profile has this id"):
        explained("unknown-id")


@pytest.mark.parametrize("name", ["fine", "both", "self", "secret", "denied", "good"])
def test_every_record_is_explained_as_it_is_decided(name: str) -> None:
    world = chained()
    record = explained(name, world).records[0]
    row = decided(world).records.row(by_predicate=pl.col("source_id") == name, named=True)
    assert (record.reason, record.rule, record.evidence_id) == (row["reason"], row["rule"], row["evidence_id"])
    kept = record.decision == "keep"
    assert kept == (row["decision"] == "keep")
    if kept:
        assert not any(ground.holds for ground in record.grounds)
