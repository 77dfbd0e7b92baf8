"""Inputs that do not fit the last release, or have times of a wrong unit, stop a build before any decision."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from redaction.builds.reconcile import ReconciliationError
from tests.builds.networks import checked, many_posts, network, opened, released


def test_times_of_a_wrong_unit_stop_the_build(tmp_path: Path) -> None:
    made = network()
    many_posts(made, 40)
    for row in made.posts:
        row["created_at"] = (
            datetime(1970, 1, 1, tzinfo=UTC) + (row["created_at"] - datetime(1970, 1, 1, tzinfo=UTC)) / 1000
        )
    with pytest.raises(ReconciliationError, match=r"posts.created_at: \d+ of \d+ times are around January 1970"):
        opened(made, tmp_path)
    opened(made, tmp_path, inputs={"max_january_1970": 1.0})


def test_birth_dates_of_a_wrong_unit_stop_the_build(tmp_path: Path) -> None:
    made = network()
    base = made.profiles[0]
    made.profiles += [base | {"user_id": f"b{n}", "birth_date": date(1970, 1, 1) + timedelta(n)} for n in range(30)]
    with pytest.raises(ReconciliationError, match=r"profiles.birth_date: 30 of 37 times"):
        opened(made, tmp_path)


def test_a_thousand_posts_of_one_day_stop_the_build(tmp_path: Path) -> None:
    made = network()
    many_posts(made, 1000)
    for row in made.posts:
        row["created_at"] = datetime(2025, 3, 9, tzinfo=UTC)
    with pytest.raises(ReconciliationError, match=r"inputs.allow_single_day: true"):
        opened(made, tmp_path)
    opened(made, tmp_path, inputs={"allow_single_day": True})


@pytest.mark.parametrize("table", ["posts", "profiles", "rights_events", "region_signals", "objections"])
def test_a_table_of_the_last_release_that_is_empty_now_stops_the_build(tmp_path: Path, table: str) -> None:
    made = network()
    released(made, tmp_path)
    setattr(made, table, [])
    found = checked(made, tmp_path).problems
    lines = [line for line in found if line.startswith(f"inputs.{table}: 0 rows, ") and "in release 1.0.0" in line]
    assert len(lines) == 1
    assert "inputs.max_shrink: 1.0 allows it" in lines[0]
    allowed = checked(made, tmp_path, inputs={"max_shrink": 1.0, "min_rows": {"posts": 0, "profiles": 0}})
    assert not [line for line in allowed.problems if line.startswith("inputs.")]


@pytest.mark.parametrize("table", ["posts", "profiles"])
def test_a_first_build_over_an_empty_table_stops(tmp_path: Path, table: str) -> None:
    made = network()
    setattr(made, table, [])
    with pytest.raises(ReconciliationError) as stopped:
        opened(made, tmp_path)
    [line] = [line for line in str(stopped.value).splitlines() if line.startswith(f"inputs.{table}")]
    mend = f"provide the whole table; inputs.min_rows: {{{table}: 0}} allows it"
    assert line == f"inputs.{table}: 0 rows, at least 1 expected; {mend}"
    allowed = checked(made, tmp_path, inputs={"min_rows": {table: 0}})
    assert not [line for line in allowed.problems if line.startswith("inputs.")]


def test_a_table_may_have_a_floor_of_its_own_and_keeps_those_of_others(tmp_path: Path) -> None:
    made = network()
    made.posts = []
    found = checked(made, tmp_path, inputs={"min_rows": {"rights_events": 1000}}).problems
    assert "inputs.rights_events: 2 rows, at least 1000 expected" in "\n".join(found)
    assert "inputs.posts: 0 rows, at least 1 expected" in "\n".join(found)


def test_a_table_may_shrink_a_little(tmp_path: Path) -> None:
    made = network()
    released(made, tmp_path)
    del made.posts[1:4]
    assert checked(made, tmp_path).problems == ()
