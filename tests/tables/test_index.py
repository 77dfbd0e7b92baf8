"""The index has one row of each id, in the order of ids, and no text."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redaction.tables import (
    INDEX_BLOCK_ROWS,
    QuarantineReason,
    index_posts,
)
from redaction.tables.sorting import MAX_ROWS_IN_MEMORY
from tests.tables.frames import MONTHS, no_terms, opened, posts


def test_the_index_has_the_first_row_of_each_id_and_no_text(write_table: Callable[..., Path], tmp_path: Path) -> None:
    path = write_table(posts(post_id=["p1", "p1", "p2"]))
    index = index_posts(opened(path), tmp_path / "index.parquet", MONTHS, no_terms)
    frame = pl.read_parquet(index.path)
    assert frame["author_id"].to_list() == ["m1", "m3"]
    assert index.quarantined["reason"].to_list() == [QuarantineReason.duplicate_id.value]
    assert index.input == frame.height + index.quarantined.height
    assert not {"text", "title", "url", "context"} & set(frame.columns)


@pytest.mark.parametrize("rows", [4, MAX_ROWS_IN_MEMORY + 1])
def test_of_a_context_only_its_terms_are_written_on_the_way_too(
    write_table: Callable[..., Path], tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"zqcontext{n % 7}" for n in range(rows)]
    ids = [f"p{n:09}" for n in reversed(range(rows))]
    given = posts().head(1).drop("post_id").select(pl.all().repeat_by(rows).explode())
    path = write_table(given.with_columns(pl.Series("post_id", ids), pl.Series("context", names)))
    written: list[str] = []

    def record(writer: pq.ParquetWriter, table: pa.Table, *_: object) -> None:
        written.append(str(table.column_names))
        write_table_of(writer, table)

    write_table_of = pq.ParquetWriter.write_table
    monkeypatch.setattr(pq.ParquetWriter, "write_table", record)

    def terms(contexts: pl.Series) -> pl.Series:
        return pl.Series([["a"] if name == "zqcontext3" else None for name in contexts], dtype=pl.List(pl.String))

    index = index_posts(opened(path), tmp_path / "index.parquet", MONTHS, terms)
    indexed = pl.read_parquet(index.path)
    expected = pl.Series("context_terms", [["a"] if name == "zqcontext3" else None for name in reversed(names)])
    assert indexed["context_terms"].to_list() == expected.to_list()
    assert b"zqcontext" not in index.path.read_bytes()
    assert written
    assert not [columns for columns in written if "'context'" in columns]


@pytest.mark.parametrize("rows", [3 * INDEX_BLOCK_ROWS, MAX_ROWS_IN_MEMORY + INDEX_BLOCK_ROWS])
@pytest.mark.parametrize("ascending", [True, False])
def test_an_index_is_sorted_by_id_however_many_rows_there_are(
    write_table: Callable[..., Path], tmp_path: Path, ascending: bool, rows: int
) -> None:
    ids = pl.select(pl.format("p{}", pl.int_range(rows).cast(pl.String).str.zfill(9))).to_series()
    given = posts().head(1).drop("post_id")
    many = given.select(pl.all().repeat_by(rows).explode()).with_columns(
        ids.sample(fraction=1.0, shuffle=not ascending, seed=1).alias("post_id")
    )
    again = many.head(1)
    path = write_table(pl.concat([many, again]), row_group_size=50_000)
    index = index_posts(opened(path), tmp_path / "index" / "index.parquet", MONTHS, no_terms)
    indexed = pl.read_parquet(index.path)
    assert indexed["post_id"].equals(ids.alias("post_id"))
    at = many.with_row_index("at").with_columns(pl.col("at") // 50_000, (pl.col("at") % 50_000).alias("row"))
    expected = indexed.select("post_id").join(at, on="post_id", how="left", maintain_order="left")
    assert indexed["row_group"].equals(expected["at"].alias("row_group"))
    assert indexed["row"].equals(expected["row"])
    last = {"row_group": rows // 50_000, "row": rows % 50_000, "source_id": again["post_id"][0]}
    assert index.quarantined.select(*last).rows(named=True) == [last]
    with pq.ParquetFile(index.path) as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert max(groups) < 2 * INDEX_BLOCK_ROWS
    assert list(index.path.parent.iterdir()) == [index.path]


@pytest.mark.parametrize("rows", [3 * INDEX_BLOCK_ROWS, MAX_ROWS_IN_MEMORY + INDEX_BLOCK_ROWS])
def test_an_index_of_sorted_posts_has_their_order(write_table: Callable[..., Path], tmp_path: Path, rows: int) -> None:
    ids = pl.select(pl.format("p{}", pl.int_range(rows).cast(pl.String).str.zfill(9))).to_series()
    many = posts().head(1).drop("post_id").select(pl.all().repeat_by(rows).explode()).with_columns(ids.alias("post_id"))
    index = index_posts(
        opened(write_table(many, row_group_size=50_000)), tmp_path / "index" / "index.parquet", MONTHS, no_terms
    )
    assert pl.read_parquet(index.path)["post_id"].equals(ids.alias("post_id"))
    assert index.quarantined.is_empty()
    assert list(index.path.parent.iterdir()) == [index.path]
