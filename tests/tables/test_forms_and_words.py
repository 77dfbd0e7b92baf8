"""Dates in a named order, and words with a named meaning, are read as the config says or refused."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from redaction.tables import TABLES, TableName, TablesError, TableSettings, open_table, read_batches

NOON = "2025-03-09T12:00:00Z"
ROWS: dict[TableName, dict[str, Any]] = {
    TableName.posts: {"post_id": "p1", "author_id": "m1", "created_at": NOON, "kind": "post", "text": "one"},
    TableName.profiles: {"user_id": "m1"},
    TableName.rights_events: {
        "event_id": "e1",
        "subject_id": "m1",
        "action": "opt_out",
        "event_time": NOON,
        "received_at": NOON,
    },
}


def read(folder: Path, name: TableName, column: str, values: list[Any], mapping: dict[str, Any]) -> list[Any]:
    """Read a column of a table with some values, as the config maps it."""
    rows = {key: [value] * len(values) for key, value in ROWS[name].items() if key != column}
    pl.DataFrame(rows | {"X": values}).write_parquet(folder / "a.parquet")
    settings = TableSettings.model_validate({"path": "a.parquet", "columns": {column: {"column": "X", **mapping}}})
    batches = read_batches(TABLES[name], open_table(TABLES[name], settings, folder).files)
    return pl.concat([batch.rows for batch in batches])[column].to_list()


@pytest.mark.parametrize(
    ("text", "order", "time"),
    [
        ("31/12/2025", "dmy", datetime(2025, 12, 31, tzinfo=UTC)),
        ("1.2.2025 14:05", "dmy", datetime(2025, 2, 1, 14, 5, tzinfo=UTC)),
        ("31-Dec-2025 2:05 PM", "dmy", datetime(2025, 12, 31, 14, 5, tzinfo=UTC)),
        ("12/31/2025 12:00 AM", "mdy", datetime(2025, 12, 31, tzinfo=UTC)),
        ("Sept 30, 2025 23:30:01.5 -02:00", "mdy", datetime(2025, 10, 1, 1, 30, 1, 500000, tzinfo=UTC)),
        ("2025/1/2", "ymd", datetime(2025, 1, 2, tzinfo=UTC)),
        (20250102, "ymd", datetime(2025, 1, 2, tzinfo=UTC)),
        ("2025-12-31T10:00:00+01:00", "dmy", datetime(2025, 12, 31, 9, tzinfo=UTC)),
    ],
)
def test_a_time_in_an_order(text: Any, order: str, time: datetime, tmp_path: Path) -> None:
    assert read(tmp_path, TableName.posts, "created_at", [text], {"order": order}) == [time]


def test_a_date_is_that_of_its_own_zone(tmp_path: Path) -> None:
    values = ["31/12/1980 23:30 -05:00", "", None, "1/2/1980"]
    found = read(tmp_path, TableName.profiles, "birth_date", values, {"order": "dmy"})
    assert found == [date(1980, 12, 31), None, None, date(1980, 2, 1)]


@pytest.mark.parametrize("text", ["12/31/2025", "31/02/2025", "31/12/25", "1/2/2025 13:00 PM", "soon", "1/2-2025x"])
def test_what_is_no_date_in_the_order_stops_the_run(text: str, tmp_path: Path) -> None:
    with pytest.raises(TablesError, match="row 2: column 'X' is no date in the order dmy") as error:
        read(tmp_path, TableName.posts, "created_at", ["1/2/2025", text], {"order": "dmy"})
    assert text not in str(error.value)


def test_a_date_without_an_order_names_it(tmp_path: Path) -> None:
    with pytest.raises(TablesError, match=r'name the order of day, month and year, as in \{column: "X", order: dmy\}'):
        read(tmp_path, TableName.posts, "created_at", ["31/12/2025"], {})


def test_words_are_read_as_what_they_mean(tmp_path: Path) -> None:
    words = {"Opt-Out AI": "opt_out", "weg": "erase"}
    values = [" opt out ai", "WEG", "opt-in", "noch etwas"]
    found = read(tmp_path, TableName.rights_events, "action", values, {"words": words})
    assert found == ["opt_out", "erase", "opt_in", "noch etwas"]
    assert read(tmp_path, TableName.posts, "kind", ["Blog"], {"words": {"blog": "own_kind"}}) == ["own_kind"]


def test_words_apply_to_the_names_of_folders(tmp_path: Path) -> None:
    (tmp_path / "kind=Beitrag").mkdir()
    rows = {key: [value] for key, value in ROWS[TableName.posts].items() if key != "kind"}
    pl.DataFrame(rows).write_parquet(tmp_path / "kind=Beitrag" / "a.parquet")
    settings = TableSettings.model_validate({"path": ".", "columns": {"kind": {"words": {"beitrag": "post"}}}})
    table = TABLES[TableName.posts]
    [batch] = read_batches(table, open_table(table, settings, tmp_path).files)
    assert batch.rows["kind"].to_list() == ["post"]


@pytest.mark.parametrize(
    ("name", "column", "words", "why"),
    [
        (TableName.rights_events, "action", {"Opt-Out": "opt_in"}, "has its own meaning already"),
        (TableName.rights_events, "action", {" ": "opt_in"}, "has its own meaning already"),
        (TableName.rights_events, "action", {"weg": "gone"}, "'gone' is no action; choose from opt_out"),
        (TableName.posts, "text", {"weg": "gone"}, "may hold anything"),
    ],
)
def test_words_that_no_rule_can_follow_are_refused(
    name: TableName, column: str, words: dict[str, str], why: str, tmp_path: Path
) -> None:
    with pytest.raises(TablesError, match=why):
        read(tmp_path, name, column, ["opt_out"], {"words": words})


@pytest.mark.parametrize(
    "mapping",
    [
        {"value": NOON, "order": "dmy"},
        {"value": "post", "words": {"a": "post"}},
        {"column": "a", "unit": "s", "order": "dmy"},
        {"column": "a", "order": "ydm"},
    ],
)
def test_a_mapping_that_says_two_things_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TableSettings.model_validate({"path": "a.parquet", "columns": {"created_at": mapping}})
