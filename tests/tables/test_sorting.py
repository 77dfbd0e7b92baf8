"""Rows are sorted by id in memory or on disk, and those that repeat an id are returned."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redaction.tables import (
    LOCATOR,
    sorting,
)
from redaction.tables.sorting import MAX_ROWS_IN_MEMORY, Sorter, write_sorted


@given(
    st.lists(st.text("abc", min_size=1, max_size=4), max_size=40),
    st.lists(st.text("abc", min_size=1, max_size=4), max_size=3, unique=True),
    st.integers(1, 7),
)
def test_a_file_sorted_by_buckets_is_sorted(ids: list[str], bounds: list[str], size: int) -> None:
    rows = pl.DataFrame(
        {"post_id": ids, **{c: [n if c == "row" else 0 for n in range(len(ids))] for c in LOCATOR}},
        schema={"post_id": pl.String, **LOCATOR},
    )
    with TemporaryDirectory() as folder:
        source, path = Path(folder) / "source.parquet", Path(folder) / "sorted.parquet"
        rows.write_parquet(source, row_group_size=size)
        repeated = write_sorted(source, path, "post_id", pl.Series(sorted(bounds), dtype=pl.String))
        assert pl.read_parquet(path).equals(rows.unique("post_id", keep="first").sort("post_id"))
        assert not path.with_suffix(".parts").exists()
    first = pl.col("post_id").is_first_distinct()
    assert repeated.sort("row").equals(rows.filter(~first).sort("row"))


@pytest.mark.parametrize("most", [MAX_ROWS_IN_MEMORY, 5])
@given(
    batches=st.lists(st.lists(st.text("abc", min_size=1, max_size=4), max_size=9), max_size=4),
    turned=st.booleans(),
    fewer=st.sampled_from([0, 0, 3]),
)
@example(batches=[["b", "c", "d"], ["a", "b", "e"]], turned=False, fewer=0)
@example(batches=[["a"], ["b", "c"], ["d", "e", "f"]], turned=False, fewer=0)
@example(batches=[["a", "a"], ["a", "b", "a", "c"]], turned=True, fewer=0)
def test_rows_are_sorted_in_memory_or_spilled(most: int, batches: list[list[str]], turned: bool, fewer: int) -> None:
    """Up to `most` stay in memory; rows may come in reverse order, or fewer than expected."""
    rows = [
        pl.DataFrame(
            {"post_id": ids, "file": [number] * len(ids), "row_group": [0] * len(ids), "row": range(len(ids))},
            schema={"post_id": pl.String, **LOCATOR},
        )
        for number, ids in enumerate(batches)
    ]
    whole = pl.concat([pl.DataFrame(schema={"post_id": pl.String, **LOCATOR}), *rows])
    given = [each.reverse() for each in reversed(rows)] if turned else rows
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "MAX_ROWS_IN_MEMORY", most)
        path = Path(folder) / "sorted.parquet"
        with Sorter(path, "post_id", whole.schema, whole.height + fewer) as sorter:
            for each in given:
                sorter.add(each)
            assert path.with_suffix(".raw").exists() == (whole.height > 0 and whole.height + fewer > most)
            repeated = sorter.finish()
        with pq.ParquetFile(path) as file:
            assert all(file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)) or whole.is_empty()
        assert pl.read_parquet(path).equals(whole.unique("post_id", keep="first").sort("post_id"))
        assert list(Path(folder).iterdir()) == [path]
    first = pl.col("post_id").is_first_distinct()
    assert repeated.sort(list(LOCATOR)).equals(whole.filter(~first))


def test_a_failed_sort_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "MAX_ROWS_IN_MEMORY", 2)
    rows = pl.DataFrame(
        {"post_id": ["c", "b", "a"], "file": 0, "row_group": 0, "row": range(3)},
        schema={"post_id": pl.String, **LOCATOR},
    )
    path = tmp_path / "folder" / "sorted.parquet"
    path.mkdir(parents=True)
    with pytest.raises(OSError), Sorter(path, "post_id", rows.schema, 3) as sorter:
        sorter.add(rows)
        sorter.finish()
    assert list(path.parent.iterdir()) == [path]
