"""Windows are half-open, and instants are exact to the microsecond."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights.instants import Instants, covers, from_micros, midnight, to_micros

WINDOWS = pl.DataFrame({"since": [10, 10, None, None, 11], "until": [20, None, 20, None, 11]})


def covering(instant: int) -> list[bool]:
    return WINDOWS.select(covers(pl.col("since"), pl.col("until"), instant)).to_series().to_list()


@pytest.mark.parametrize(
    ("instant", "covered"),
    [
        (9, [False, False, True, True, False]),
        (10, [True, True, True, True, False]),
        (11, [True, True, True, True, False]),
        (19, [True, True, True, True, False]),
        (20, [False, True, False, True, False]),
    ],
)
def test_a_window_has_its_first_instant_and_not_its_last(instant: int, covered: list[bool]) -> None:
    assert covering(instant) == covered


@pytest.mark.parametrize(("build", "collected", "covered"), [(15, 5, True), (5, 15, True), (5, 25, False)])
def test_the_build_or_the_collection_is_enough_and_the_call_is_not(build: int, collected: int, covered: bool) -> None:
    instants = Instants(as_of=build, collected=collected, now=15)
    assert WINDOWS.select(instants.covered_by(pl.col("since"), pl.col("until")))["since"][0] is covered


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_of_an_instant_are_exact(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
    assert to_micros(midnight(instant.date())) <= to_micros(instant)


def test_a_day_begins_at_midnight_utc() -> None:
    assert midnight(date(2025, 3, 9)) == datetime(2025, 3, 9, tzinfo=UTC)
    assert to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000
