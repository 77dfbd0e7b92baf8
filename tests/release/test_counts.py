"""The published counts of dropped records: sums that add up, and no small count."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from redaction.release.counts import WITHHELD, IdCounts, SourceCounts


def counts(dropped: dict[str, int], quarantined: dict[str, int] | None = None, kept: int = 50) -> SourceCounts:
    quarantined = quarantined or {}
    total = kept + sum(dropped.values()) + sum(quarantined.values())
    return SourceCounts(input=total, kept=kept, dropped=dropped, quarantined=quarantined)


def test_small_counts_are_withheld_together_with_enough_others():
    published = counts({"opted_out": 40, "erased": 3, "deceased": 12}, {"id_null": 1}).withhold_small(10)
    assert published.dropped == {"opted_out": 40, WITHHELD: 16}
    assert published.quarantined == {}
    assert published.withheld == ("dropped/deceased", "dropped/erased", "quarantined/id_null")
    assert published.input == published.kept + sum(published.dropped.values())


def test_counts_without_a_small_one_do_not_change():
    whole = counts({"opted_out": 40, "erased": 10})
    assert whole.withhold_small(10) is whole
    assert counts({"opted_out": 1}).withhold_small(1).dropped == {"opted_out": 1}


def test_the_sum_is_withheld_too_where_nearly_everything_was_kept():
    published = counts({"opted_out": 2}, {"id_null": 1}).withhold_small(10)
    assert (published.input, published.kept, published.dropped, published.quarantined) == (None, 50, {}, {})
    assert published.withheld == ("dropped/opted_out", "quarantined/id_null")
    assert counts({"opted_out": 9}).withhold_small(10).input is None


def test_a_takedown_adds_to_the_published_counts():
    small = counts({"opted_out": 40, "erased": 3, "deceased": 12})
    published = small.withhold_small(10).drop_kept(4, "taken_down").withhold_small(10)
    assert (published.kept, published.dropped) == (46, {"opted_out": 40, WITHHELD: 19})
    assert "dropped/taken_down" in published.withheld
    later = published.drop_kept(30, "taken_down").withhold_small(10)
    assert later.dropped == {"opted_out": 40, WITHHELD: 49}
    assert small.withhold_small(10).drop_kept(30, "taken_down").withhold_small(10).dropped["taken_down"] == 30
    no_sum = counts({"opted_out": 2}).withhold_small(10)
    assert no_sum.drop_kept(3, "taken_down").withhold_small(10).withheld == ("dropped/opted_out", "dropped/taken_down")
    assert (
        no_sum.drop_kept(3, "taken_down").withhold_small(10).drop_kept(50 - 3, "taken_down").withhold_small(10).kept
        == 0
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"dropped": {"erased": 2}},
        {"dropped": {"erased": 3, WITHHELD: 2}},
        {"withheld": ("dropped/a", "dropped/b")},
        {"withheld": ("dropped/erased",), "input": None},
        {"withheld": ("dropped/b", "dropped/a"), "input": None, "dropped": {}},
        {"withheld": ("kept/a",), "input": None, "dropped": {}},
        {"input": None},
    ],
)
def test_counts_that_contradict_themselves_are_refused(changes):
    whole = counts({"erased": 3}).model_dump()
    SourceCounts(**whole)
    with pytest.raises(ValidationError):
        SourceCounts(**whole | changes)


REASONS = ("a", "b", "c", "d")


@given(st.dictionaries(st.sampled_from(REASONS), st.integers(1, 30)), st.integers(1, 12))
def test_sums_hold_and_no_published_count_is_small(dropped, smallest):
    published = counts(dropped).withhold_small(smallest)
    assert all(count >= smallest for count in published.dropped.values())
    assert published.withhold_small(smallest) == published
    assert {*published.by_reason, *published.withheld} == {f"dropped/{reason}" for reason in dropped}
    assert all(dropped[key.removeprefix("dropped/")] == count for key, count in published.by_reason.items())


@given(st.dictionaries(st.sampled_from(REASONS[:3]), st.integers(1, 6), min_size=1), st.integers(2, 5))
def test_no_small_count_follows_from_the_sums(dropped, smallest):
    """Among all counts that add up to the published sum, each withheld reason has the smallest count and more."""
    published = counts(dropped).withhold_small(smallest)
    if published.input is None or not published.withheld:
        assert published.input is None or min(dropped.values()) >= smallest
        return
    total = published.dropped[WITHHELD]
    possible = [n for n in product(range(1, total), repeat=len(published.withheld)) if sum(n) == total]
    for values in zip(*possible, strict=True):
        assert max(values) >= smallest > min(values)


@given(st.tuples(*[st.integers(0, 30)] * 3), st.integers(1, 12))
def test_counts_of_ids_give_no_small_number_away(parts: tuple[int, int, int], smallest: int) -> None:
    known, before, unknown = parts
    whole = IdCounts(ids=sum(parts), known=known, known_before=before, unknown=unknown)
    published = whole.withhold_small(smallest)
    shown = [number for number in published.model_dump().values() if number is not None]
    assert not [number for number in shown if 0 < number < smallest]
    small = any(0 < part < smallest for part in parts)
    assert (published.known, published.known_before, published.unknown) == ((None,) * 3 if small else parts)
    assert published.ids == (None if 0 < sum(parts) < smallest else sum(parts))
    assert published.withhold_small(smallest) == published
