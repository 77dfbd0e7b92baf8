"""A file without a header is refused in words, and no value of its first row is in any message."""

import json
from pathlib import Path

import polars as pl
import pytest

from redaction.operations.proposal.propose import propose_table
from redaction.tables import TABLES, TableName, TablesError, TableSettings, open_table

DATA = [
    ("profiles", "u17,Odo Brandt,odo.brandt@mail.example,1980-02-01\nu18,Ida Krohn,ida@mail.example,1990-03-01\n"),
    ("profiles", "1001;Odo;Brandt;DE\n1002;Ida;Krohn;US\n"),
    ("profiles", "u17,Odo,Brandt,DE\n"),
    ("profiles", "Odo,Brandt,DE\nIda,Krohn,DE\n"),
    ("rights_events", "e1,Brandt,opt_out\ne2,Krohn,opt_out\ne3,Lund,erase\n"),
    ("posts", 'p1,Brandt,"Odo Brandt moved to a new house by the lake this week"\np2,Krohn,"So did I, at last"\n'),
    ("posts", "2025-01-02T10:00:00Z,Brandt,hello\n2025-01-03T10:00:00Z,Krohn,yes\n"),
    ("objections", "Brandt,Odo\nKrohn,Ida\n"),
    ("region_signals", "+49 30 1234567,Brandt,DE\n"),
]
UNCLEAR = [DATA[2], DATA[3], DATA[7]]
"""Nothing shows whether these are names, so none is shown."""
NAMES = [
    ("profiles", "kunde,nachname,geburtstag\n1001,Brandt,1980-02-01\n", "'kunde' and 'nachname'"),
    ("posts", "post_id,1001\np1,x\n", "'author_id'"),
    ("objections", "nummer,wer\n1,Brandt\n2,Krohn\n", "'nummer' and 'wer'"),
]


def read(path: Path, table: str, **columns: str) -> None:
    settings = TableSettings.model_validate({"path": str(path), "format": path.suffix[1:], "columns": columns})
    open_table(TABLES[TableName(table)], settings, path.parent)


@pytest.mark.parametrize(("table", "content"), DATA)
def test_no_value_of_the_first_row_is_shown(tmp_path: Path, table: str, content: str) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(content)
    for work in (lambda: read(path, table), lambda: propose_table(TableName(table), [str(path)], tmp_path)):
        try:
            work()
        except TablesError as error:
            assert "first row" in str(error)
            assert not any(word in str(error) for word in ("Odo", "Brandt", "1001", "+49", "opt_out", "u17"))


@pytest.mark.parametrize(("table", "content"), [each for each in DATA if each not in UNCLEAR])
def test_a_first_row_of_data_is_said_to_be_that(tmp_path: Path, table: str, content: str) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(content)
    with pytest.raises(TablesError, match="the first row looks like data, not a header; add a first row"):
        read(path, table)


@pytest.mark.parametrize(("table", "content", "shown"), NAMES)
def test_names_of_a_header_help(tmp_path: Path, table: str, content: str, shown: str) -> None:
    path = tmp_path / "dump.csv"
    path.write_text(content)
    with pytest.raises(TablesError, match=shown) as raised:
        read(path, table)
    assert "1001" not in str(raised.value)


def test_a_header_of_numbers_can_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    path.write_text("0,1\n7,Odo Brandt\n")
    with pytest.raises(TablesError, match="first row looks like data"):
        read(path, "objections")
    read(path, "objections", objection_id="0", name="1")


def test_a_table_that_was_made_of_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dump.parquet"
    pl.DataFrame(
        {"1001": ["1002"], "Odo Brandt": ["Ida Krohn"], "odo@mail.example": ["ida@mail.example"]}
    ).write_parquet(path)
    with pytest.raises(TablesError, match="first row looks like data") as raised:
        read(path, "profiles")
    assert "Brandt" not in str(raised.value)


def test_keys_that_are_values_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(json.dumps({"user_id": "1", "headline": {"odo@mail.example": True}}) + "\n")
    with pytest.raises(TablesError, match="headline") as raised:
        read(path, "profiles")
    assert "odo" not in str(raised.value)
