"""What a release tells of the records that it left out: sums that hold, and no small count."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from redaction.release.counts import TOGETHER, SourceCounts


def counts(dropped: dict[str, int], quarantined: dict[str, int] | None = None, kept: int = 50) -> SourceCounts:
    aside = quarantined or {}
    total = kept + sum(dropped.values()) + sum(aside.values())
    return SourceCounts(input=total, kept=kept, dropped=dropped, quarantined=aside)


def test_small_counts_are_told_together_with_enough_others():
    told = counts({"opted_out": 40, "erased": 3, "deceased": 12}, {"id_null": 1}).told(10)
    assert told.dropped == {"opted_out": 40, TOGETHER: 16}
    assert told.quarantined == {}
    assert told.told_together == ("dropped/deceased", "dropped/erased", "quarantined/id_null")
    assert told.input == told.kept + sum(told.dropped.values())


def test_nothing_small_nothing_changes():
    whole = counts({"opted_out": 40, "erased": 10})
    assert whole.told(10) is whole
    assert counts({"opted_out": 1}).told(1).dropped == {"opted_out": 1}


def test_where_nearly_all_was_kept_not_even_the_sum_is_told():
    told = counts({"opted_out": 2}, {"id_null": 1}).told(10)
    assert (told.input, told.kept, told.dropped, told.quarantined) == (None, 50, {}, {})
    assert told.told_together == ("dropped/opted_out", "quarantined/id_null")
    assert counts({"opted_out": 9}).told(10).input is None


def test_a_takedown_adds_to_what_was_told():
    small = counts({"opted_out": 40, "erased": 3, "deceased": 12})
    told = small.told(10).without(4, "taken_down").told(10)
    assert (told.kept, told.dropped) == (46, {"opted_out": 40, TOGETHER: 19})
    assert "dropped/taken_down" in told.told_together
    again = told.without(30, "taken_down").told(10)
    assert again.dropped == {"opted_out": 40, TOGETHER: 49}
    assert small.told(10).without(30, "taken_down").told(10).dropped["taken_down"] == 30
    secret = counts({"opted_out": 2}).told(10)
    assert secret.without(3, "taken_down").told(10).told_together == ("dropped/opted_out", "dropped/taken_down")
    assert secret.without(3, "taken_down").told(10).without(50 - 3, "taken_down").told(10).kept == 0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"dropped": {"erased": 2}},
        {"dropped": {"erased": 3, TOGETHER: 2}},
        {"told_together": ("dropped/a", "dropped/b")},
        {"told_together": ("dropped/erased",), "input": None},
        {"told_together": ("dropped/b", "dropped/a"), "input": None, "dropped": {}},
        {"told_together": ("kept/a",), "input": None, "dropped": {}},
        {"input": None},
    ],
)
def test_counts_that_contradict_themselves_are_refused(spoilt):
    whole = counts({"erased": 3}).model_dump()
    SourceCounts(**whole)
    with pytest.raises(ValidationError):
        SourceCounts(**whole | spoilt)


REASONS = ("a", "b", "c", "d")


@given(st.dictionaries(st.sampled_from(REASONS), st.integers(1, 30)), st.integers(1, 12))
def test_sums_hold_and_nothing_told_is_small(dropped, smallest):
    told = counts(dropped).told(smallest)
    assert all(count >= smallest for count in told.dropped.values())
    assert told.told(smallest) == told
    assert {*told.cells, *told.told_together} == {f"dropped/{reason}" for reason in dropped}
    assert all(dropped[cell.removeprefix("dropped/")] == count for cell, count in told.cells.items())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(REASONS[:3]), st.integers(1, 6), min_size=1), st.integers(2, 5))
def test_no_small_count_follows_from_the_sums(dropped, smallest):
    """Whatever adds up to what is told is possible: among that, each joined reason took the smallest count and more."""
    told = counts(dropped).told(smallest)
    if told.input is None or not told.told_together:
        assert told.input is None or min(dropped.values()) >= smallest
        return
    total = told.dropped[TOGETHER]
    possible = [n for n in product(range(1, total), repeat=len(told.told_together)) if sum(n) == total]
    for values in zip(*possible, strict=True):
        assert max(values) >= smallest > min(values)
