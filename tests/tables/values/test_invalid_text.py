"""A row with invalid UTF-8 is quarantined, or stops the run where the table protects."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from redaction.tables import (
    TABLES,
    TableName,
    TablesError,
    index_posts,
    read_batches,
    read_table,
)
from redaction.tables.partitions import Grain, PartitionSettings
from redaction.tables.values.invalid_text import without_invalid_text
from tests.tables.frames import no_terms
from tests.tables.values.columns import opened, posts

MONTHS = PartitionSettings(grain=Grain.month, start=date(2024, 1, 1))


def as_text(values: list[bytes | None]) -> pa.Array:
    content = pa.array(values, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(content), content.buffers())


LATIN, SURROGATE = "Café à Zürich".encode("latin-1"), b"half \xed\xa0\xbd"


@pytest.mark.parametrize("bad", [LATIN, SURROGATE])
@pytest.mark.parametrize("column", ["text", "title", "language", "author_id", "mentions"])
def test_invalid_text_sets_its_row_aside_with_file_column_and_row(tmp_path: Path, bad: bytes, column: str) -> None:
    values = as_text([b"a", bad, None if column == "title" else b"c"])
    if column == "mentions":
        values = pa.ListArray.from_arrays([0, 1, 2, 3], values)
    index = index_posts(opened(tmp_path, posts(**{column: values})), tmp_path / "index.parquet", MONTHS, no_terms)
    assert pl.read_parquet(index.path)["post_id"].to_list() == ["p1", "p3"]
    assert index.quarantined.rows() == [("posts", 0, 0, 1, "p2", "invalid_text", column)]


def test_invalid_text_in_a_field_or_a_dictionary_sets_its_row_aside(tmp_path: Path) -> None:
    roles = pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays([as_text([b"a", LATIN])], names=["title"]))
    table = TABLES[TableName.profiles]
    texts = as_text([b"a", LATIN])
    encoded = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), texts)
    for column, values in (("experience", roles), ("about", texts), ("headline", encoded)):
        read = read_table(table, opened(tmp_path, {"user_id": ["m1", "m2"], column: values}, table.name), ["user_id"])
        assert read.rows["user_id"].to_list() == ["m1"]
        assert read.quarantined.select("source_id", "reason", "column").rows() == [("m2", "invalid_text", column)]


@pytest.mark.parametrize("list_type", [pa.ListArray, pa.LargeListArray])
@pytest.mark.parametrize("hidden", [b"x", LATIN])
def test_what_a_null_list_holds_sets_no_row_aside(list_type: Any, hidden: bytes) -> None:
    values, mask = as_text([hidden, hidden, b"a", LATIN]), pa.array([True, False, False])
    batch = pa.RecordBatch.from_arrays([list_type.from_arrays([0, 2, 3, 4], values, mask=mask)], ["mentions"])
    valid, wrong = without_invalid_text(batch)
    assert wrong == {"mentions": [2]}
    assert valid["mentions"].to_pylist() == [None, ["a"], None]


def test_half_a_surrogate_pair_in_json_sets_its_row_aside(tmp_path: Path) -> None:
    [batch] = read_batches(TABLES[TableName.posts], opened(tmp_path, posts(mentions=['["m1"]', '["m\\ud83d"]', "[]"])))
    assert batch.rows["post_id"].to_list() == ["p1", "p3"]
    assert batch.quarantined["column"].to_list() == ["mentions"]


def test_invalid_text_in_a_table_that_protects_stops_the_run(tmp_path: Path) -> None:
    events = {"event_id": ["e1", "e2"], "subject_id": ["m1", "m2"], "action": ["opt_out"] * 2}
    times = dict.fromkeys(("event_time", "received_at"), ["2025-01-01T00:00:00Z"] * 2)
    files = opened(tmp_path, {**events, **times, "mechanism": as_text([b"a", LATIN])}, TableName.rights_events)
    with pytest.raises(TablesError, match=r"a\.parquet: row 2: column 'mechanism' is not valid UTF-8"):
        read_table(TABLES[TableName.rights_events], files)
