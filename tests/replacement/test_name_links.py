"""A short name is linked to a full name only if it can be no other one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.replacement.folding import Canonical
from redaction.replacement.name_links import MAX_CANDIDATES, abbreviates, link_names

DOE: Canonical = ("jane", "mary", "doe")


@pytest.mark.parametrize(
    ("short", "is_short"),
    [
        (("jane",), True),
        (("doe",), True),
        (("j", "doe"), True),
        (("jane", "m", "doe"), True),
        (("janemarydoe",), True),
        (DOE, True),
        (("doe", "jane"), False),
        (("ja",), False),
        (("jane", "d", "m"), False),
        (("janedoe",), False),
        (("jane", "mary", "ann", "doe"), False),
    ],
)
def test_what_a_name_can_be_short_for(short: Canonical, is_short: bool) -> None:
    assert abbreviates(short, DOE) is is_short


def test_a_name_of_two_people_stays_itself() -> None:
    names: list[Canonical] = [("jane",), ("jane", "doe"), ("jane", "roe"), ("doe",)]
    assert link_names(names) == {
        ("jane",): ("jane",),
        ("doe",): ("jane", "doe"),
        ("jane", "doe"): ("jane", "doe"),
        ("jane", "roe"): ("jane", "roe"),
    }


def test_the_fullest_name_counts() -> None:
    assert link_names([("doe",), ("jane", "doe"), DOE])[("doe",)] == DOE


@pytest.mark.parametrize("name", [("j",), ("j", "d")])
def test_initials_by_themselves_are_linked_to_nobody(name: Canonical) -> None:
    assert link_names([name, ("jane", "doe")])[name] == name


@pytest.mark.parametrize(
    ("others", "full"), [(MAX_CANDIDATES - 2, ("jane", "doe")), (MAX_CANDIDATES - 1, ("jane", "d"))]
)
def test_a_token_of_too_many_names_is_ambiguous(others: int, full: Canonical) -> None:
    names: list[Canonical] = [("jane", "d"), ("jane", "doe"), *(("jane", f"roe{number}") for number in range(others))]
    assert link_names(names)[("jane", "d")] == full


TOKENS = st.sampled_from(["jane", "j", "doe", "d", "mary", "janedoe"])
NAMES = st.lists(TOKENS, min_size=1, max_size=3).map(tuple)


@given(st.sets(NAMES, max_size=6))
def test_every_name_is_linked_once_to_a_full_name_of_the_record(names: set[Canonical]) -> None:
    links = link_names(names)
    assert links.keys() == names
    for name, full in links.items():
        assert full in names
        assert name == full or abbreviates(name, full)
