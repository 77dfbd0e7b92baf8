"""Test that a word of a list counts the same however it is spelled: what protects is never passed over."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import decide, load_policy, load_regions
from redaction.rights import RightsSettings
from redaction.tables.schemas import ENUMERATIONS

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
T = datetime(2025, 5, 1, tzinfo=UTC)
POLICY, REGIONS = load_policy("linkedin-2024-09"), load_regions()

Tables = dict[str, list[dict[str, Any]]]

SPELLINGS: list[Callable[[str], str]] = [
    str.upper,
    str.title,
    lambda word: f"  {word}\t",
    lambda word: f"\u00a0{word}\u200b\n",
    lambda word: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word),
    lambda word: word.replace("_", " "),
    lambda word: word.replace("_", "-"),
    lambda word: word.replace("_", "\u2011"),
]


LISTS = {column: words for column, words in ENUMERATIONS.items() if column != "format"}
"""The formats of signals of others have tests of their own."""


def tables() -> Tables:
    """Return a network of one member, who may be used unless a word of a list denies it."""
    return {
        "posts": [{"post_id": "1", "author_id": "ada", "kind": "post", "created_at": T}],
        "profiles": [{"user_id": "ada", "account_status": "active", "birth_date": date(1985, 5, 17), "updated_at": T}],
        "rights_events": [
            {"event_id": "e0", "subject_id": "ada", "action": "opt_in", "event_time": T, "received_at": T}
        ],
        "region_signals": [
            {"subject_id": "ada", "signal": "profile", "value": "US", "valid_from": datetime(2020, 1, 1, tzinfo=UTC)}
        ],
    }


def decisions(rows: Tables) -> list[tuple[Any, ...]]:
    frames = {name: pl.DataFrame(each) for name, each in rows.items()}
    settings = RightsSettings(ledger_complete_until=AS_OF)
    return decide(**frames, policy=POLICY, regions=REGIONS, as_of=AS_OF, settings=settings).rows()


def with_word(column: str, word: str, others: dict[str, Any]) -> Tables:
    """Return the network with a word in one of the lists' columns."""
    rows = tables()
    if column == "kind":
        rows["posts"][0]["kind"] = word
    elif column == "account_status":
        rows["profiles"][0]["account_status"] = word
    elif column == "action":
        event = rows["rights_events"][0] | {"event_id": "e1", "action": word, "event_time": AS_OF, "received_at": AS_OF}
        rows["rights_events"].append(event)
    else:
        rows["region_signals"].append(rows["region_signals"][0] | {"signal": word} | others)
        rows["region_signals"] = rows["region_signals"][others.get("drop", 0) :]
        for row in rows["region_signals"]:
            row.pop("drop", None)
    return rows


def test_the_lists_are_these() -> None:
    assert set(LISTS) == {"kind", "action", "account_status", "signal"}


@given(
    st.sampled_from([(column, word) for column, words in sorted(LISTS.items()) for word in sorted(words)]),
    st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=3),
    st.sampled_from([{"value": "DE"}, {"value": "?"}, {"value": "US", "drop": 1}]),
)
def test_another_spelling_gives_the_same_decisions(
    listed: tuple[str, str], spellings: list[Callable[[str], str]], others: dict[str, Any]
) -> None:
    column, word = listed
    spelled = word
    for spelling in spellings:
        spelled = spelling(spelled)
    assert decisions(with_word(column, spelled, others)) == decisions(with_word(column, word, others))


@pytest.mark.parametrize("column", sorted(LISTS))
def test_an_unknown_word_denies(column: str) -> None:
    for word in ("opt0ut", "?", "posts", "", None):
        [*rows] = decisions(with_word(column, word, {"value": "US", "drop": 1}))  # type: ignore[arg-type]
        assert {row[3] for row in rows if row[0] == "posts"} == {"drop"}, word
