"""Ids that differ only in spelling are noticed; ids of others are not."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from redaction.rights.reconciliation.spellings import near_misses
from tests.rights.reconciliation.changes import CHANGES, Change


def near(unknown: str, known: str) -> bool:
    return near_misses(pl.Series([unknown]), [pl.Series([known])]).height == 1


IDS = st.one_of(
    st.integers(1, 10**12).map(str),
    st.from_regex(r"[A-Za-z]{1,3}[0-9]{1,8}", fullmatch=True),
    st.text(st.characters(categories=("Ll", "Lu", "Nd"), max_codepoint=0x24F), min_size=1, max_size=12),
    st.uuids().map(str),
)


@given(known=IDS, change=st.sampled_from(list(CHANGES.values())))
def test_an_id_spelled_by_another_tool_is_near_the_known_one(known: str, change: Change) -> None:
    known = unicodedata.normalize("NFC", known)
    unknown = change(known)
    if unknown != known:
        assert near(unknown, known)
        assert near(known, unknown), "whichever table was changed"


@given(known=IDS, first=st.sampled_from(list(CHANGES.values())), second=st.sampled_from(list(CHANGES.values())))
def test_several_changes_at_once_are_noticed_too(known: str, first: Change, second: Change) -> None:
    unknown = second(first(known))
    if unknown != known and first is not second:
        assert near(unknown, known)


@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("https://net.example/in/ada?trk=x&utm=y", "https://net.example/in/ada"),
        ("https://net.example/in/ada/#about", "ada"),
        *((f"ada7{end}", "ada7") for end in (";", ",", "#", "\\", "\\n", "%0A", "&nbsp;")),
        ("&quot;ada7&quot;", "ada7"),
        ("a&amp;b7", "a&b7"),
        *((f"a{dash}b7", "a-b7") for dash in "\u2010\u2011\u2013\u2212"),
    ],
)
def test_what_web_pages_and_exports_add_to_an_id_is_noticed(unknown: str, known: str) -> None:
    assert near(unknown, known)


@given(st.sets(st.integers(1, 10**9), min_size=2, max_size=2))
def test_different_numbers_are_never_near(numbers: set[int]) -> None:
    one, other = map(str, numbers)
    assert not near(one, other)
    assert not near(f"urn:li:member:{one}", other)


@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("urn:li:organization:99", "urn:li:member:99"),
        ("ben@example.com", "ada@example.com"),
        ("https://net.example/in/ben", "https://net.example/in/ada"),
        ("x.y", "xy"),
        ("p-ada", "p-ben"),
        ("", "0"),
    ],
)
def test_ids_of_others_are_not_near(unknown: str, known: str) -> None:
    assert not near(unknown, known)


def test_ids_with_the_same_end_cost_no_more_than_others() -> None:
    known = pl.Series([f"{number}@example.com/0" for number in range(20_000)])
    unknown = pl.Series([f"x{number}@example.com/0" for number in range(20_000)])
    assert near_misses(unknown, [known]).height <= unknown.len()


SPELLINGS = ["0012", "user:12", "12.0", "1,000", "u_77", "12", "1", "1e3", "member-5", "x9", "\uff11\uff12", "12 "]


@given(st.lists(st.integers(1, 1200).map(str), unique=True), st.lists(st.sampled_from(SPELLINGS), max_size=4))
def test_a_block_of_numbers_is_compared_as_one_with_other_ids(known: list[str], unknown: list[str]) -> None:
    others = pl.Series([number for number in unknown if number not in known], dtype=pl.String).unique()
    numbers, mixed = pl.Series(known, dtype=pl.String), pl.Series([*known, "someone"], dtype=pl.String)
    assert_frame_equal(near_misses(others, [numbers]), near_misses(others, [mixed]))
