"""A ledger that no decision may be based on stops the run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from redaction.rights import Decisions, Inputs, RightsError, RightsSettings, Rules, apply_rules, read_policy
from tests.rights.reference import Row
from tests.rights.worlds import (
    AS_OF,
    DAY,
    EVENTS,
    POSTS,
    PROFILES,
    ROOT,
    SIGNALS,
    TICK,
    at,
    decided,
    event,
    expected,
    frame,
    make_world,
    post,
    profile,
    regions,
    signal,
)

POLICY = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")


def run(events: list[Row] | pl.LazyFrame, now: datetime | None = None, **settings: Any) -> Decisions:
    tables = Inputs(
        frame([post("p", "a", at(2024, 1, 1))], POSTS),
        frame([profile("a")], PROFILES),
        events if isinstance(events, pl.LazyFrame) else frame(events, EVENTS),
        frame([signal("a", "US")], SIGNALS),
    )
    rules = Rules.of(POLICY, regions(), RightsSettings(**settings), AS_OF, now)
    return apply_rules(tables, rules).decisions()


FRESH = event("e", "b", "opt_out", AS_OF - DAY)


def test_an_empty_ledger_stops_unless_its_watermark_is_set() -> None:
    with pytest.raises(RightsError, match="rights_events: is empty"):
        run([])
    assert run([], ledger_complete_until=AS_OF - DAY).records["reason"].to_list() == ["eligible"] * 2


def test_a_stale_ledger_stops() -> None:
    limit = timedelta(days=POLICY.max_ledger_age_days)
    assert run([event("e", "b", "opt_out", AS_OF - limit)]).records.height == 2
    stale = [event("e", "b", "opt_out", AS_OF - limit - TICK)]
    with pytest.raises(RightsError, match="30 are allowed; provide a newer ledger"):
        run(stale)
    assert run(stale, ledger_complete_until=AS_OF).records.height == 2
    with pytest.raises(RightsError, match="0 are allowed"):
        run([FRESH], max_ledger_age_days=0)
    with pytest.raises(RightsError, match="30 are allowed"):
        run(stale, max_ledger_age_days=400)


def test_future_times_do_not_make_a_ledger_fresh() -> None:
    stale = event("e", "b", "opt_out", AS_OF - timedelta(days=POLICY.max_ledger_age_days + 1))
    future = event("f", "b", "opt_out", AS_OF - DAY, received_at=AS_OF + 27_000 * DAY)
    with pytest.raises(RightsError, match="30 are allowed; provide a newer ledger"):
        run([stale, future])
    with pytest.raises(RightsError, match="no event was received by as_of"):
        run([future])
    assert run([stale, {**future, "received_at": AS_OF + DAY}]).records.height == 2
    with pytest.raises(RightsError, match=r"rights\.ledger_complete_until: is in the future"):
        run([stale], ledger_complete_until=AS_OF + TICK)
    assert run([stale], now=AS_OF + DAY, ledger_complete_until=AS_OF + DAY).records.height == 2


@pytest.mark.parametrize("action", ["opt_out", "erase", "opt_in"])
def test_an_event_that_happened_and_was_received_in_the_future_stops(action: str) -> None:
    late = AS_OF + DAY + TICK
    with pytest.raises(RightsError, match="1 events happened and were received in the future"):
        run([FRESH, event("f", "b", action, late, received_at=late)], now=AS_OF)
    for happened, received in ((late, AS_OF), (AS_OF + DAY, late), (AS_OF + DAY, AS_OF + DAY)):
        assert run([FRESH, event("f", "b", action, happened, received_at=received)], now=AS_OF).records.height == 2
    later = event("f", "b", action, late, received_at=late)
    assert run([FRESH, later], now=AS_OF + 2 * DAY).records.height == 2, "a build as of an earlier day"


def test_a_partial_ledger_stops() -> None:
    with pytest.raises(RightsError, match=r"holds 1 events where rights\.ledger_events says 2"):
        run([FRESH], ledger_events=2)
    assert run([FRESH], ledger_events=1).records.height == 2
    with pytest.raises(RightsError, match="1 events supersede one that is missing"):
        run([{**FRESH, "supersedes": "elsewhere"}])
    with pytest.raises(RightsError, match="1 events supersede an event of another subject"):
        run([FRESH, {**FRESH, "event_id": "f", "subject_id": "somebody-else", "supersedes": FRESH["event_id"]}])
    with pytest.raises(RightsError, match="lacks its subject_id or event_id"):
        run([FRESH, {**FRESH, "event_id": "f", "subject_id": None}])
    with pytest.raises(RightsError, match="an event_id is duplicated"):
        run([FRESH, FRESH])


def test_a_ledger_without_a_column_stops() -> None:
    with pytest.raises(RightsError, match="rights_events: the column received_at is missing"):
        run(frame([FRESH], EVENTS).drop("received_at"))


def test_optional_columns_may_be_absent_and_lists_may_be_text() -> None:
    few = frame([event("e", "a", "opt_out", AS_OF - DAY)], EVENTS)
    bare = few.select("event_id", "subject_id", "action", "event_time", "received_at")
    assert run(bare).records["reason"].to_list() == ["opted_out"] * 2
    text = bare.with_columns(pl.lit("comment,article").alias("categories"))
    assert run(text).records["reason"].to_list() == ["eligible"] * 2
    text = bare.with_columns(pl.lit("comment,post").alias("categories"))
    assert run(text).records["reason"].to_list() == ["opted_out", "eligible"]


def test_a_record_without_an_author_or_with_a_repeated_id_stops() -> None:
    def posts(*rows: Row) -> Inputs:
        return Inputs(frame(rows, POSTS), frame([profile("a")], PROFILES), frame([FRESH], EVENTS), frame([], SIGNALS))

    row = post("p", "a", at(2024, 1, 1))
    for tables, message in (
        (posts(row, row), "posts: post_id is null or duplicated"),
        (posts({**row, "author_id": None}), "posts: author_id is null"),
    ):
        with pytest.raises(RightsError, match=message):
            apply_rules(tables, Rules.of(POLICY, regions(), RightsSettings(), AS_OF)).decisions()


def test_nothing_to_decide_gives_empty_decisions() -> None:
    empty = Inputs(frame([], POSTS), frame([], PROFILES), frame([FRESH], EVENTS), frame([], SIGNALS))
    decisions = apply_rules(empty, Rules.of(POLICY, regions(), RightsSettings(), AS_OF)).decisions()
    assert decisions.records.is_empty()
    assert decisions.subjects.is_empty()


def test_an_error_has_no_value_from_the_tables() -> None:
    with pytest.raises(RightsError) as raised:
        run([FRESH, {**FRESH, "event_id": "f", "subject_id": None, "purpose": "a secret"}])
    assert "secret" not in str(raised.value)


def reasons_of(events: list[Row], signals: Sequence[Row] = ()) -> set[str]:
    """The reasons for the two records of one member with these events and signals."""
    world = make_world([post("p", "a", at(2024, 1, 1))], [profile("a")], events, [signal("a", "US"), *signals])
    records = decided(world).records
    assert records["reason"].to_list() == expected(world)["reason"].to_list()
    return set(records["reason"])


@pytest.mark.parametrize("unknown", [at(1, 1, 1), at(1900, 1, 1), at(1970, 1, 1), at(1980, 1, 1)])
@pytest.mark.parametrize("action", ["opt_out", "withdraw", "erase", "close", "hibernate"])
def test_a_time_that_means_unknown_does_not_make_what_protects_older_than_what_permits(
    action: str, unknown: datetime
) -> None:
    lifted_by = "opt_in" if action in {"opt_out", "withdraw"} else "reopen"
    older = event("e1", "a", lifted_by, at(2020, 1, 1))
    undated = event("e2", "a", action, unknown, received_at=AS_OF - DAY)
    assert reasons_of([older, undated]) == {"ledger_unreadable"}
    assert reasons_of([older, event("e2", "a", action, at(1990, 1, 1))]) == {"eligible"}


@pytest.mark.parametrize("column", ["categories", "recipients"])
def test_an_empty_list_lets_an_opt_in_permit_nothing_and_limits_no_opt_out(column: str) -> None:
    out, back = event("e1", "a", "opt_out", at(2025, 1, 1)), event("e2", "a", "opt_in", at(2025, 2, 1))
    assert reasons_of([out, back]) == {"eligible"}
    assert reasons_of([out, {**back, column: []}]) == {"opted_out"}
    assert reasons_of([{**out, column: []}]) == {"opted_out"}


def test_a_signal_that_begins_in_the_future_counts_for_everything() -> None:
    fresh = event("e1", "b", "opt_out", AS_OF - DAY)
    assert reasons_of([fresh], [signal("a", "Deutschland", "ip", valid_from=at(9999, 12, 31))]) == {"region_exempt"}
    assert reasons_of([fresh], [signal("a", "US", "ip", valid_from=at(9999, 12, 31))]) == {"eligible"}
