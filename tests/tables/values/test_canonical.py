"""Blank text is null, and words of a closed list are read in any spelling."""

from pathlib import Path

import pytest

from redaction.rights import read_policy
from redaction.rights.grounds.ledger import Action
from redaction.rights.grounds.residence import Signal
from redaction.tables import (
    TABLES,
    QuarantineReason,
    TableName,
    read_batches,
)
from redaction.tables.schemas import ENUMERATIONS
from tests.tables.values.columns import opened, posts, profiles, read

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("text", ["\ufeff", "\u200b\u200b", "\x00\x00", "\u00a0\u3000", "\u2060\u00ad\n", "\u3164", ""])
def test_text_without_a_visible_character_is_blank(tmp_path: Path, text: str) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(text=["one", text, "\ufeffthree"])))
    assert batch.quarantined["reason"].to_list() == [QuarantineReason.blank_text.value]
    assert batch.rows["text"].to_list() == ["one", "\ufeffthree"]


def test_blank_optional_text_is_null_but_for_the_purpose(tmp_path: Path) -> None:
    rows = read(
        tmp_path, posts(title=["", " t", "\u200b"], in_reply_to=["", " ", "p1"], mentions=[[""], ["m1", " "], []])
    )
    assert rows["title"].to_list() == [None, " t", None]
    assert read(tmp_path, posts(in_reply_to=[""] * 3))["in_reply_to"].to_list() == [None] * 3
    assert rows["in_reply_to"].to_list() == [None, None, "p1"]
    assert rows["mentions"].to_list() == [[], ["m1"], []]
    events = {"event_id": ["e1"], "subject_id": ["m1"], "action": ["opt_in"], "purpose": [""], "supersedes": [""]}
    times = {key: ["2025-01-01T00:00:00Z"] for key in ("event_time", "received_at")}
    rows = read(tmp_path, events | times, TableName.rights_events)
    assert rows.select("purpose", "supersedes").rows() == [("", None)]


@pytest.mark.parametrize(
    "spelling", ["Group_Message", " group_message ", "GROUP-MESSAGE", "group message", "\ufeffgroup_message"]
)
def test_words_of_a_list_are_read_in_any_case(tmp_path: Path, spelling: str) -> None:
    rows = read(tmp_path, posts(kind=[spelling, "Post", "something else"]))
    assert rows["kind"].to_list() == ["group_message", "post", "something else"]
    assert profiles(tmp_path, account_status=["ACTIVE", "x"])["account_status"].to_list() == ["active", "x"]


def test_the_words_of_each_list_are_those_of_the_rules() -> None:
    assert ENUMERATIONS["action"] == {action.value for action in Action}
    assert ENUMERATIONS["signal"] == {signal.value for signal in Signal}
    for path in (ROOT / "configs/policies").glob("*.yaml"):
        policy = read_policy(path)
        assert {*policy.categories_allowed, *policy.categories_denied} <= {*ENUMERATIONS["kind"], "profile"}
