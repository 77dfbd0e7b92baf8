"""A type with one reading is read; one with none or two is refused with what to do."""

import uuid
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from redaction.tables import (
    TABLES,
    RowReader,
    TableName,
    TablesError,
    read_batches,
)
from tests.tables.values.columns import opened, posts, profiles, read

UUIDS = [uuid.UUID(int=n) for n in (1, 2**127 + 5)]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (pa.array([1, 2, 3], pa.uint64()), ["1", "2", "3"]),
        (pa.array([1, 2, 3]).cast(pa.decimal128(38, 0)), ["1", "2", "3"]),
        (pa.array([1, 2, 3]).cast(pa.decimal256(60, 0)), ["1", "2", "3"]),
        (pa.array(["a", "b", "c"], pa.string_view()), ["a", "b", "c"]),
        (pa.array(["a", "b", "c"], pa.large_string()), ["a", "b", "c"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([1, 2, 1]).dictionary_encode(), ["1", "2", "1"]),
        (pa.array([u.bytes for u in (*UUIDS, UUIDS[0])], pa.uuid()), [str(u) for u in (*UUIDS, UUIDS[0])]),
    ],
)
def test_ids_of_any_type_with_one_spelling_are_read(tmp_path: Path, ids: pa.Array, expected: list[str]) -> None:
    files = opened(tmp_path, posts(author_id=ids, mentions=pa.ListArray.from_arrays([0, 1, 2, 3], ids)))
    [batch] = read_batches(TABLES[TableName.posts], files)
    assert batch.rows["author_id"].to_list() == expected
    assert batch.rows["mentions"].to_list() == [[each] for each in expected]
    locators = batch.rows.select("file", "row_group", "row")[[2, 0]]
    found = RowReader(TABLES[TableName.posts], files).rows(locators, ["author_id", "text"])
    assert found["author_id"].to_list() == [expected[2], expected[0]]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("author_id", [1001.0, None, 1002.0], "convert it to integers, not to text"),
        ("in_reply_to", [1001.0, None, None], "convert it to integers, not to text"),
        ("author_id", pa.array([1, 2, 3]).cast(pa.decimal128(30, 2)), "convert it to integers, not to text"),
        ("mentions", [[1.0], [2.0], []], "'mentions' is list<element: double>, mentions needs a list of strings; conv"),
        ("text", [b"a", b"b", b"c"], "decode its bytes to text"),
        ("author_id", pa.array([b"a" * 16] * 3, pa.binary(16)), "decode its bytes to text"),
        ("text", [1, 2, 3], "'text' is int64, text needs a string"),
        ("kind", [True, False, True], "kind needs a string"),
        ("created_at", [1, 2, 3], "inputs.posts.columns.created_at: {column: created_at, unit: s}"),
        ("created_at", [1.5, 2, 3], "name the unit of its numbers (d, s, ms, us, ns)"),
        ("created_at", [True] * 3, "created_at needs a timestamp"),
        ("mentions", [{"a": 1}] * 3, "mentions needs a list of strings"),
    ],
)
def test_types_with_two_readings_or_none_are_refused(tmp_path: Path, column: str, values: object, message: str) -> None:
    with pytest.raises(TablesError) as error:
        opened(tmp_path, posts(**{column: values}))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def _twice(name: str) -> pa.Array:
    fields = [pa.array(["a", "b"])] * 3
    return pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays(fields, names=["company", name, name]))


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ([[{"title": "a", "start": 2015}]] * 2, "experience.start is int64, needs a date"),
        ([[{"title": 7}]] * 2, "experience.title is int64, needs a string"),
        ([[{"title": "a", "Title": "b"}]] * 2, "has both title and Title"),
        ([[{"position": "a"}]] * 2, "has none of the fields title, company"),
        (_twice("badge"), "has the field badge twice"),
        (_twice("title"), "has the field title twice"),
    ],
)
def test_fields_that_do_not_fit_are_named(tmp_path: Path, roles: object, message: str) -> None:
    with pytest.raises(TablesError) as error:
        profiles(tmp_path, experience=roles)
    assert message in str(error.value)


def test_fields_in_another_case_are_read(tmp_path: Path) -> None:
    rows = profiles(tmp_path, education=[[{"School": "a", "Degree": "b", "Start": "1999-09-01"}], []])
    assert rows["education"].to_list()[0][0] == {
        **{"school": "a", "degree": "b", "field": None, "description": None},
        **{"start": date(1999, 9, 1), "end": None},
    }


@pytest.mark.parametrize(
    "dtype",
    [pa.list_(pa.null()), pa.list_(pa.string(), 1), pa.large_list(pa.string_view()), pa.list_view(pa.string())],
)
def test_lists_of_any_kind_are_read(tmp_path: Path, dtype: pa.DataType) -> None:
    values = [[], None, []] if pa.types.is_null(dtype.value_type) else [["m1"], None, ["m2"]]
    array = pa.array(values, dtype)
    assert read(tmp_path, posts(mentions=array))["mentions"].to_list() == values


def test_empty_lists_without_a_type_are_read_as_roles(tmp_path: Path) -> None:
    rows = profiles(tmp_path, experience=pa.array([[], None], pa.list_(pa.null())), education=pa.nulls(2))
    assert rows["experience"].to_list() == [[], None]
    assert rows["education"].to_list() == [None, None]
