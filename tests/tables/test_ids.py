"""Ids are compared in one canonical form, in every table alike."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redaction.rights import RightsSettings, decide, read_policy
from redaction.tables import TABLES, TableName, TableSettings, canonical_id, canonical_ids, open_table, read_table
from redaction.tables.schemas import ID_COLUMNS
from tests.rights.worlds import AS_OF, ROOT, regions

JOINED = datetime(2020, 1, 1, tzinfo=UTC)
PADDING = [" ", "\t", "\n", "\x00", "\u00a0", "\u200b", "\ufeff", "\u3000", "\u2003", "\u00ad"]
padding = st.text(st.sampled_from(PADDING), max_size=3)
spellings = st.tuples(padding, padding, st.sampled_from([None, "NFC", "NFD"]))


@given(st.text(max_size=20), padding, padding, st.sampled_from(["NFC", "NFD"]))
def test_white_space_and_normal_form_do_not_change_an_id(
    text: str, before: str, after: str, form: Literal["NFC", "NFD"]
) -> None:
    canonical = canonical_id(text)
    assert canonical_id(canonical) == canonical
    assert canonical_id(before + unicodedata.normalize(form, text) + after) == canonical


@pytest.mark.parametrize(
    ("one", "other"), [("1001", "1001.0"), ("0815", "815"), ("m1", "M1"), ("1", "１"), ("a b", "ab"), ("a-b", "a_b")]
)
def test_no_other_spelling_is_guessed(one: str, other: str) -> None:
    assert canonical_id(one) != canonical_id(other)


def test_null_and_empty_ids_are_null_and_left_out_of_lists() -> None:
    assert canonical_ids(pl.Series([None, "", " ", "a "])).to_list() == [None, None, None, "a"]
    lists = pl.Series([["a ", "", None], None, [], ["b"]])
    assert canonical_ids(lists).to_list() == [["a"], None, [], ["b"]]
    assert canonical_ids(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
    assert canonical_ids(pl.Series([[], None], dtype=pl.List(pl.String))).to_list() == [[], None]


NETWORK: dict[str, list[dict[str, Any]]] = {
    "posts": [
        {"post_id": "p1", "author_id": "zoë"},
        {"post_id": "p2", "author_id": "out", "mentions": ["zoë"]},
        {"post_id": "p3", "author_id": "zoë", "in_reply_to": "p2"},
        {"post_id": "p4", "author_id": "eva"},
        {"post_id": "p5", "author_id": "zoë", "mentions": ["out"], "repost_of": "p1"},
        {"post_id": "p6", "author_id": "back", "quote_of": "p4"},
        {"post_id": "p7", "author_id": "back"},
    ],
    "profiles": [
        {"user_id": user, "birth_date": date(1985, 5, 17), "account_status": "active", "updated_at": JOINED}
        for user in ("zoë", "out", "eva", "back")
    ],
    "rights_events": [
        {"event_id": "e1", "subject_id": "out", "action": "opt_out", "supersedes": None},
        {"event_id": "é2", "subject_id": "back", "action": "opt_out", "supersedes": None},
        {"event_id": "e3", "subject_id": "back", "action": "opt_in", "supersedes": None},
        {"event_id": "e4", "subject_id": "zoë", "action": "opt_in", "supersedes": None},
        {"event_id": "e5", "subject_id": "zoë", "action": "opt_out", "supersedes": "e4"},
        {"event_id": "e6", "subject_id": "zoë", "action": "opt_in", "supersedes": None},
    ],
    "region_signals": [
        {
            "subject_id": user,
            "signal": "profile",
            "value": "Deutschland" if user == "eva" else "US",
            "valid_from": JOINED,
        }
        for user in ("zoë", "out", "eva", "back")
    ],
}
for _rows, _more in (
    ("posts", {"created_at": datetime(2025, 3, 9, tzinfo=UTC), "kind": "post", "text": "A text."}),
    ("rights_events", {}),
):
    for _number, _row in enumerate(NETWORK[_rows]):
        time = datetime(2025, 1, 2 + _number, tzinfo=UTC)
        _row.update(_more or {"event_time": time, "received_at": time})


def respelled(value: str | None, spelling: tuple[str, str, str | None]) -> str | None:
    before, after, form = spelling
    if value is None:
        return None
    return before + (unicodedata.normalize(form, value) if form else value) + after  # type: ignore[arg-type]


def decisions(spelled: str | None, spelling: tuple[str, str, str | None]) -> list[tuple[Any, ...]]:
    frames = {}
    with TemporaryDirectory() as folder:
        for name, rows in NETWORK.items():
            table = TABLES[TableName(name)]
            schema = {c: t for c, t in table.schema.items() if any(c in row for row in rows)}
            frame = pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)
            if name == spelled:
                for column in set(frame.columns) & {*ID_COLUMNS, "mentions"}:
                    values = [
                        [respelled(each, spelling) for each in value]
                        if isinstance(value, list)
                        else value and respelled(value, spelling)
                        for value in frame[column].to_list()
                    ]
                    frame = frame.with_columns(pl.Series(column, values, frame.schema[column]))
            path = Path(folder) / f"{name}.parquet"
            frame.write_parquet(path)
            files = open_table(table, TableSettings(path=(str(path),)), path.parent).files
            frames[name] = read_table(table, files).rows.drop("file", "row_group", "row")
    policy = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")
    return decide(**frames, policy=policy, regions=regions(), as_of=AS_OF, settings=SETTINGS).rows()


SETTINGS = RightsSettings(ledger_complete_until=AS_OF)
BASE = decisions(None, ("", "", None))


def test_the_network_has_records_that_are_kept_and_dropped_for_many_reasons() -> None:
    assert {row[3] for row in BASE} == {"keep", "drop"}
    assert len({row[4] for row in BASE}) >= 4


@settings(max_examples=15)
@given(st.sampled_from(list(NETWORK)), spellings)
@example("rights_events", ("", "      ", None))
@example("profiles", ("\ufeff", "", "NFD"))
@example("posts", ("", "\x00", "NFD"))
@example("region_signals", ("\u200b", "\u00a0", "NFD"))
def test_a_spelling_of_ids_in_one_table_changes_no_decision(name: str, spelling: tuple[str, str, str | None]) -> None:
    assert decisions(name, spelling) == BASE


def test_padded_char_columns_and_uuids_match(tmp_path: Path) -> None:
    ids = pa.array(["1001".ljust(10), "1002".ljust(10)])
    table = TABLES[TableName.profiles]
    pl.DataFrame(pl.from_arrow(pa.table({"user_id": ids}))).write_parquet(tmp_path / "a.parquet")
    files = open_table(table, TableSettings(path=(str(tmp_path),)), tmp_path).files
    assert read_table(table, files, ["user_id"]).rows["user_id"].to_list() == ["1001", "1002"]
