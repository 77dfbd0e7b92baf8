"""Of several rows of one post the first or the newest is used, or the run stops; each other row is quarantined."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.tables import (
    LOCATOR,
    TABLES,
    Duplicates,
    PartitionSettings,
    TableFile,
    TableName,
    TablesError,
    TableSettings,
    index_posts,
    open_table,
    sorting,
)
from tests.tables.frames import no_terms

POSTS = TABLES[TableName.posts]
MONTHS = PartitionSettings(start=date(2024, 1, 1))
DAY = datetime(2025, 1, 1, tzinfo=UTC)


def written(folder: Path, rows: list[tuple[str, int | None, str | None]]) -> list[TableFile]:
    """Write posts of an id, the day of their last change, and a text, in two files."""
    frame = pl.DataFrame(
        {
            "post_id": [post for post, _, _ in rows],
            "author_id": "m1",
            "created_at": DAY,
            "kind": "post",
            "text": [text for _, _, text in rows],
            "updated_at": [None if day is None else DAY + timedelta(day) for _, day, _ in rows],
        },
        schema={c: POSTS.schema[c] for c in ("post_id", "author_id", "created_at", "kind", "text", "updated_at")},
    )
    folder, half = folder / "in", len(rows) // 2
    folder.mkdir(exist_ok=True)
    for name, part in (("1", frame.head(half)), ("2", frame.slice(half))):
        part.write_parquet(folder / f"{name}.parquet")
    return open_table(POSTS, TableSettings(path=(str(folder),)), folder).files


@pytest.mark.parametrize("in_memory", [sorting.MAX_ROWS_IN_MEMORY, 3])
@given(
    rows=st.lists(st.tuples(st.sampled_from("abcd"), st.one_of(st.none(), st.integers(0, 4)), st.just("text"))),
    malformed=st.lists(st.sampled_from("abce"), max_size=1),
)
def test_the_newest_version_of_a_post_is_used(
    tmp_path_factory: pytest.TempPathFactory,
    in_memory: int,
    rows: list[tuple[str, int | None, str]],
    malformed: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("posts")
    everything = [*rows, *((post, 9, None) for post in malformed)]
    newest: dict[str, tuple[int, int]] = {}
    for place, (post, day, _) in enumerate(rows):
        if post not in malformed:
            newest[post] = max(newest.get(post, (-9, 0)), (-1 if day is None else day, place))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "MAX_ROWS_IN_MEMORY", in_memory)
        index = index_posts(written(folder, everything), folder / "index", MONTHS, no_terms, Duplicates.newest)
    used = pl.read_parquet(index.path)
    half = len(everything) // 2
    at = used["file"].cast(pl.Int64) * half + used["row"].cast(pl.Int64)
    assert dict(zip(used["post_id"], at, strict=True)) == {post: row for post, (_, row) in newest.items()}
    assert used["post_id"].to_list() == sorted(newest)
    assert index.input == len(everything) == used.height + index.quarantined.height
    assert index.quarantined[LOCATOR.names()].is_duplicated().sum() == 0
    assert "updated_at" not in used.columns


@pytest.mark.parametrize("in_memory", [sorting.MAX_ROWS_IN_MEMORY, 3])
@given(rows=st.lists(st.tuples(st.sampled_from("abcdef"), st.just(1), st.sampled_from(["text", "text", " ", None]))))
def test_no_row_of_a_post_with_a_malformed_row_is_used(
    tmp_path_factory: pytest.TempPathFactory, in_memory: int, rows: list[tuple[str, int | None, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("posts")
    malformed = {post for post, _, text in rows if text != "text"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "MAX_ROWS_IN_MEMORY", in_memory)
        index = index_posts(written(folder, rows), folder / "index", MONTHS, no_terms)
    used = pl.read_parquet(index.path)
    assert used["post_id"].to_list() == sorted({post for post, _, _ in rows} - malformed)
    assert used.height + index.quarantined.height == index.input == len(rows)


def test_a_malformed_row_of_a_post_stops_the_run_where_duplicates_do(tmp_path: Path) -> None:
    files = written(tmp_path, [("a", 1, None), ("b", 1, "b"), ("a", 2, "new")])
    with pytest.raises(TablesError, match="1 rows have the id of another row"):
        index_posts(files, tmp_path / "index", MONTHS, no_terms, Duplicates.refuse)


def test_the_first_version_is_used_by_default_and_duplicates_may_stop_the_run(tmp_path: Path) -> None:
    files = written(tmp_path, [("a", 1, "old"), ("b", 1, "b"), ("a", 2, "new")])
    assert pl.read_parquet(index_posts(files, tmp_path / "index", MONTHS, no_terms).path)["file"].to_list() == [0, 1]
    with pytest.raises(TablesError, match=r"1 rows have the id of another row.*row 2 of row group 1 of 2\.parquet"):
        index_posts(files, tmp_path / "index", MONTHS, no_terms, Duplicates.refuse)
    unique = written(tmp_path, [("a", 1, "old"), ("b", 1, "b")])
    assert index_posts(unique, tmp_path / "index", MONTHS, no_terms, Duplicates.refuse).quarantined.is_empty()


def test_the_newest_needs_the_time_of_a_change(tmp_path: Path) -> None:
    written(tmp_path, [("a", 1, "old"), ("b", 1, "b")])
    for path in tmp_path.glob("in/*.parquet"):
        pl.read_parquet(path).drop("updated_at").write_parquet(path)
    files = open_table(POSTS, TableSettings(path=("in",)), tmp_path).files
    with pytest.raises(TablesError, match=r"map it with inputs\.posts\.columns\.updated_at"):
        index_posts(files, tmp_path / "index", MONTHS, no_terms, Duplicates.newest)
