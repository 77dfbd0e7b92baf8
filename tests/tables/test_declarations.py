"""The declarations of the tables: the example rows are read as any file is, and every column is described."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from redaction.tables import TABLES, TableName, TableSettings, open_table, read_table
from redaction.tables.declarations import Table

EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


def as_csv(table: Table, path: Path) -> TableSettings:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table.example))
        writer.writeheader()
        writer.writerow(table.example)
    return TableSettings.model_validate({"path": str(path), "format": "csv"})


def as_json_lines(table: Table, path: Path) -> TableSettings:
    lists = {name for name, dtype in table.schema.items() if isinstance(dtype, pl.List)}
    row = {name: json.loads(text) if name in lists else text for name, text in table.example.items()}
    path.write_text(json.dumps(row) + "\n", "utf-8")
    return TableSettings.model_validate({"path": str(path), "format": "jsonl"})


@EVERY_TABLE
@pytest.mark.parametrize("write", [as_csv, as_json_lines])
def test_the_example_row_is_read_whole(table: Table, write, tmp_path: Path) -> None:
    files = open_table(table, write(table, tmp_path / f"{table.name}.txt"), tmp_path).files
    read = read_table(table, files)
    assert (read.rows.height, read.quarantined.height) == (1, 0)
    row = read.rows.row(0, named=True)
    assert {name for name in table.schema if row[name] is not None} == set(table.example)


@EVERY_TABLE
def test_the_example_row_has_every_required_column_and_known_words(table: Table) -> None:
    assert set(table.required) <= set(table.example)
    for name, column in table.columns.items():
        assert not column.words or column.example in column.words, name


@EVERY_TABLE
def test_every_column_and_word_is_described(table: Table) -> None:
    sentences = {table.name: table.meaning, f"without {table.name}": table.without}
    for name, column in table.columns.items():
        sentences |= {name: column.meaning, f"without {name}": column.without}
        sentences |= {f"{name}={word}": meaning for word, meaning in column.words.items()}
    assert [name for name, sentence in sentences.items() if not sentence.endswith(".")] == []


def test_a_missing_required_value_is_quarantined_as_its_column_says(tmp_path: Path) -> None:
    table = TABLES[TableName.posts]
    for name in table.required:
        row = {**table.example, name: ""}
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps({**row, "mentions": ["m42"]}) + "\n", "utf-8")
        settings = TableSettings.model_validate({"path": str(path), "format": "jsonl"})
        (reason,) = read_table(table, open_table(table, settings, tmp_path).files).quarantined["reason"]
        assert f"`{reason}`" in table.columns[name].without, (name, reason)
