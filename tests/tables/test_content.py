"""Batches of a file are cut to size, and rows are taken from any type of column."""

import pyarrow as pa
import pytest

from redaction.tables.formats.content import BATCH_ROWS, slices, take


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        (0, []),
        (1, [1]),
        (BATCH_ROWS, [BATCH_ROWS]),
        (BATCH_ROWS + 1, [BATCH_ROWS, 1]),
        (2 * BATCH_ROWS, [BATCH_ROWS, BATCH_ROWS]),
    ],
)
def test_no_part_of_a_batch_is_too_large_and_no_row_is_lost(rows: int, sizes: list[int]) -> None:
    batch = pa.record_batch({"n": pa.array(range(rows), pa.int64())})
    cut = list(slices(batch))
    assert [part.num_rows for part in cut] == sizes
    assert [n for part in cut for n in part["n"].to_pylist()] == list(range(rows))


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.string_view(),
        pa.list_(pa.string_view()),
        pa.large_list(pa.string_view()),
        pa.struct([pa.field("given", pa.string_view()), pa.field("age", pa.int8())]),
    ],
    ids=str,
)
def test_rows_of_any_type_are_taken(kind: pa.DataType) -> None:
    texts, lists = ["a", None, "c"], [["a"], None, []]
    structs = [{"given": "a", "age": 1}, None, {"given": "", "age": 2}]
    column: list[object] = [*(structs if pa.types.is_struct(kind) else lists if pa.types.is_nested(kind) else texts)]
    taken = take(pa.record_batch({"x": pa.array(column, kind)}), pa.array([2, 0]))
    assert taken["x"].to_pylist() == [column[2], column[0]]
