"""Rows are read by their locators, in any order, or the run stops."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from redaction.tables import (
    LOCATOR,
    TABLES,
    RowReader,
    TableName,
    TablesError,
    read_batches,
)
from tests.tables.frames import POSTS, opened, posts


def test_rows_are_read_by_their_locator(write_table: Callable[..., Path]) -> None:
    many = pl.concat([posts(post_id=[f"{i}a", f"{i}b", f"{i}c"], text=[f"{i}1", f"{i}2", f"{i}3"]) for i in range(50)])
    files = opened(write_table(many, row_group_size=7))
    rows = pl.concat([b.rows for b in read_batches(POSTS, files)])
    at = rows.select("file", "row_group", "row", "post_id").sample(fraction=0.4, seed=3, shuffle=True)
    found = RowReader(POSTS, files).rows(at, ["text"])
    expected = at.join(rows.select("post_id", "text"), on="post_id", how="left", maintain_order="left")
    assert found.equals(expected)


@pytest.mark.parametrize("size", [3, 60_000])
def test_one_reader_reads_any_rows_in_any_order(write_table: Callable[..., Path], size: int) -> None:
    """From small row groups, of which the last is cached, and from large ones, which are not."""
    rows = pl.DataFrame({"post_id": [f"p{n}" for n in range(400)], "text": [f"{n} " * size for n in range(400)]})
    many = posts().head(1).drop("post_id", "text").join(rows, how="cross").select(posts().columns)
    files = opened(write_table(many.head(200), "a.parquet", row_group_size=50)) + opened(
        write_table(many.tail(200), "b.parquet", row_group_size=200)
    )
    at = pl.concat([b.rows for b in read_batches(POSTS, files, ["post_id"])])
    reader = RowReader(POSTS, files)
    asked = (range(30), range(20, 60), range(150, 260), range(399, 200, -7), range(30), (399, 0), range(210, 250))
    for columns, wanted in zip((["text"], ["text"], ["text"], ["text", "kind"]) * 2, asked, strict=False):
        theirs = at[list(wanted)]
        expected = many.select("post_id", *columns)[list(wanted)]
        assert reader.rows(theirs, columns).select("post_id", *columns).equals(expected)


@pytest.mark.parametrize(("text", "rows", "cached"), [("tide", 100, True), ("buy now " * 600, 20_000, False)])
def test_a_reader_caches_one_row_group_and_no_large_one(
    write_table: Callable[..., Path], text: str, rows: int, cached: bool
) -> None:
    """However small it is in the file: one text may be repeated by every post."""
    many = posts().head(1).drop("post_id").with_columns(pl.lit(text).alias("text"))
    many = many.join(pl.DataFrame({"post_id": [f"p{n}" for n in range(2 * rows)]}), how="cross")
    path = write_table(many, row_group_size=rows)
    files = opened(path)
    assert path.stat().st_size < 2_000_000
    reader, before = RowReader(POSTS, files), pa.total_allocated_bytes()
    for group in (0, 1):
        at = pl.DataFrame({"file": [0], "row_group": [group], "row": [rows - 1]}, schema=LOCATOR)
        assert reader.rows(at, ["text"])["text"].to_list() == [text]
        used = pa.total_allocated_bytes() - before
        assert (rows * len(text) <= used < 2 * rows * (len(text) + 8)) if cached else used < len(text) * 10


@pytest.mark.parametrize("row", [3, 4])
def test_a_missing_row_is_reported(write_table: Callable[..., Path], row: int) -> None:
    files = opened(write_table(posts()))
    at = pl.DataFrame({"file": [0, 0], "row_group": [0, 0], "row": [0, row]}, schema=LOCATOR)
    with pytest.raises(TablesError, match="not where they were"):
        RowReader(POSTS, files).rows(at, ["text"])


def test_columns_that_a_file_lacks_are_null(write_table: Callable[..., Path]) -> None:
    """Also where a file has none of the columns asked for."""
    profiles = TABLES[TableName.profiles]
    files = opened(write_table(pl.DataFrame({"user_id": ["m1", "m2", "m3"]})), TableName.profiles)
    locators = pl.DataFrame({"file": [0, 0], "row_group": [0, 0], "row": [2, 0]}, schema=LOCATOR)
    columns = ["headline", "about", "experience", "education"]
    read = RowReader(profiles, files).rows(locators, columns)
    assert read.select(LOCATOR.names()).equals(locators)
    assert dict(read.select(columns).schema) == {c: profiles.schema[c] for c in columns}
    assert [read[c].null_count() for c in columns] == [2] * 4
