"""Every row is read once, and is either typed or quarantined with a reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redaction.tables import (
    INDEX_BLOCK_ROWS,
    LOCATOR,
    TABLES,
    Grain,
    PartitionSettings,
    QuarantineReason,
    RowReader,
    TableName,
    TablesError,
    TableSettings,
    digest_files,
    find_files,
    index_posts,
    open_table,
    read_batches,
    read_table,
    sorting,
)
from redaction.tables.partitions import partition_key
from redaction.tables.sorting import MAX_ROWS_IN_MEMORY, Sorter, write_sorted

POSTS = TABLES[TableName.posts]
NOON = datetime(2025, 3, 9, 12, tzinfo=UTC)
MONTHS = PartitionSettings(grain=Grain.month, start=date(2024, 1, 1))


def posts(**columns: object) -> pl.DataFrame:
    base: dict[str, object] = {
        "post_id": ["p1", "p2", "p3"],
        "author_id": ["m1", "m2", "m3"],
        "created_at": [NOON] * 3,
        "kind": ["post"] * 3,
        "text": ["one", "two", "three"],
    }
    return pl.DataFrame({name: value for name, value in (base | columns).items() if value is not None})


@pytest.fixture
def write_table(tmp_path: Path) -> Callable[..., Path]:
    def write(frame: pl.DataFrame, name: str = "posts.parquet", **options: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, **options)  # type: ignore[arg-type]
        return path

    return write


def opened(path: Path, table: TableName = TableName.posts, **columns: str):
    settings = TableSettings.model_validate({"path": str(path), "columns": columns})
    return open_table(TABLES[table], settings, path.parent).files


def test_other_names_extra_columns_and_integer_ids_are_read(write_table: Callable[..., Path]) -> None:
    frame = posts(post_id=[1, 2, 3]).rename({"text": "body", "author_id": "by"}).with_columns(extra=pl.lit(1.5))
    [batch] = read_batches(POSTS, opened(write_table(frame), text="body", author_id="by"))
    assert batch.rows["post_id"].to_list() == ["1", "2", "3"]
    assert batch.rows["text"].to_list() == ["one", "two", "three"]
    assert "extra" not in batch.rows.columns
    assert {c: t for c, t in batch.rows.schema.items() if c in POSTS.schema} == dict(POSTS.schema)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_times_come_out_as_utc(write_table: Callable[..., Path], unit: str, zone: str | None) -> None:
    times = pl.Series([NOON] * 3).dt.cast_time_unit(unit)  # type: ignore[arg-type]
    times = times.dt.convert_time_zone(zone) if zone else times.dt.replace_time_zone(None)
    [batch] = read_batches(POSTS, opened(write_table(posts(created_at=times))))
    assert batch.rows["created_at"].to_list() == [NOON] * 3


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("post_id", None, QuarantineReason.missing_id),
        ("author_id", None, QuarantineReason.missing_author),
        ("author_id", " ", QuarantineReason.missing_author),
        ("created_at", None, QuarantineReason.missing_time),
        ("created_at", datetime(1950, 1, 1, tzinfo=UTC), QuarantineReason.missing_time),
        ("kind", "", QuarantineReason.missing_kind),
        ("text", None, QuarantineReason.missing_text),
        ("text", " \n\u00a0", QuarantineReason.blank_text),
    ],
)
def test_a_bad_row_is_quarantined_and_the_others_are_read(
    write_table: Callable[..., Path], column: str, value: object, reason: QuarantineReason
) -> None:
    good = posts()[column].to_list()
    frame = posts(**{column: pl.Series([good[0], value, good[2]], dtype=posts().schema[column])})
    [batch] = read_batches(POSTS, opened(write_table(frame)))
    assert batch.rows["text"].to_list() == ["one", "three"]
    assert batch.quarantined["reason"].to_list() == [reason.value]
    assert batch.quarantined["row"].to_list() == [1]
    assert "text" not in batch.quarantined.columns


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (posts(text=[1, 2, 3]), "'text' is int64, text needs a string"),
        (posts(created_at=["01/02/2025"] * 3), "needs a timestamp"),
        (posts(mentions=["m1", "m2", "m3"]), "needs a list of strings"),
        (posts(author_id=None), "'author_id' is missing; map it with inputs.posts.columns.author_id"),
    ],
)
def test_a_wrong_or_missing_column_is_named(
    write_table: Callable[..., Path], frame: pl.DataFrame, message: str
) -> None:
    with pytest.raises(TablesError, match=r"posts\.parquet") as error:
        list(read_batches(POSTS, opened(write_table(frame))))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_named(write_table: Callable[..., Path], share: float) -> None:
    path = write_table(posts(text=["word " * 500] * 3))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(TablesError, match=r"posts\.parquet: is (empty|cut short)"):
        opened(path)


def test_unreadable_pages_are_reported_without_content(write_table: Callable[..., Path]) -> None:
    path = write_table(posts(text=["secretword " * 500] * 3))
    broken = bytearray(path.read_bytes())
    broken[4:200] = b"\xff" * 196
    path.write_bytes(broken)
    with pytest.raises(TablesError, match="cannot be read to its end") as error:
        list(read_batches(POSTS, opened(path)))
    assert "secretword" not in str(error.value)


def test_a_file_without_rows_is_fine(write_table: Callable[..., Path]) -> None:
    assert list(read_batches(POSTS, opened(write_table(posts().clear())))) == []


def test_folders_globs_and_files_are_found_in_order(write_table: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("b/2.parquet", "a/1.parquet"):
        write_table(posts(), name)
    for pattern in (".", "*/*.parquet", "**/*.parquet"):
        found = find_files(POSTS, TableSettings(path=(pattern,)), tmp_path)
        assert [p.name for p in found] == ["1.parquet", "2.parquet"]
    with pytest.raises(TablesError, match=r"inputs\.posts\.path: c: no such"):
        find_files(POSTS, TableSettings(path=("c",)), tmp_path)


def test_a_folder_with_another_kind_of_file_is_refused(write_table: Callable[..., Path], tmp_path: Path) -> None:
    write_table(posts(), "ledger/a.parquet")
    write_table(posts(), "ledger/b.PARQUET")
    with pytest.raises(TablesError, match=r"b\.PARQUET: not a \.parquet file"):
        find_files(POSTS, TableSettings(path=("ledger",)), tmp_path)


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


def test_each_table_declares_its_columns() -> None:
    for name, table in TABLES.items():
        assert table.name is name
        named = [column for column in (table.record_column, table.subject_column) if column]
        assert {*table.required, *named} <= set(table.schema)
        assert {*named} <= {*table.required}


def test_the_index_has_the_first_row_of_each_id_and_no_text(write_table: Callable[..., Path], tmp_path: Path) -> None:
    path = write_table(posts(post_id=["p1", "p1", "p2"]))
    index = index_posts(opened(path), tmp_path / "index.parquet", MONTHS)
    frame = pl.read_parquet(index.path)
    assert frame["author_id"].to_list() == ["m1", "m3"]
    assert index.quarantined["reason"].to_list() == [QuarantineReason.duplicate_id.value]
    assert index.input == frame.height + index.quarantined.height
    assert not {"text", "title", "url"} & set(frame.columns)


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
    index = index_posts(opened(path), tmp_path / "index" / "index.parquet", MONTHS)
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
    index = index_posts(opened(write_table(many, row_group_size=50_000)), tmp_path / "index" / "index.parquet", MONTHS)
    assert pl.read_parquet(index.path)["post_id"].equals(ids.alias("post_id"))
    assert index.quarantined.is_empty()
    assert list(index.path.parent.iterdir()) == [index.path]


def test_profiles_that_share_an_id_are_all_quarantined(write_table: Callable[..., Path]) -> None:
    files = opened(write_table(pl.DataFrame({"user_id": ["m1", "m2", "m1"]})), TableName.profiles)
    read = read_table(TABLES[TableName.profiles], files)
    assert read.rows["user_id"].to_list() == ["m2"]
    assert read.quarantined["reason"].to_list() == [QuarantineReason.duplicate_id.value] * 2


def test_a_profile_that_shares_its_id_with_a_malformed_row_is_quarantined(tmp_path: Path) -> None:
    content = pa.array([b"ok", b"caf\xe9", b"ok"], pa.binary())
    about = pa.Array.from_buffers(pa.string(), 3, content.buffers())
    columns = {"user_id": ["m2", "m1", "m1"], "account_status": ["active", "closed", "active"], "about": about}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    table = TABLES[TableName.profiles]
    read = read_table(table, opened(tmp_path / "a.parquet", table.name), ["user_id", "account_status"])
    assert read.rows["user_id"].to_list() == ["m2"]
    assert read.quarantined.select("row", "source_id", "reason").rows() == [
        (1, "m1", QuarantineReason.invalid_text.value),
        (2, "m1", QuarantineReason.duplicate_id.value),
    ]


def test_structs_may_lack_fields_and_have_others(write_table: Callable[..., Path]) -> None:
    frame = pl.DataFrame({"user_id": ["m1"], "experience": [[{"company": "Example Ltd", "badge": 7}]]})
    read = read_table(TABLES[TableName.profiles], opened(write_table(frame), TableName.profiles))
    [job] = read.rows["experience"].to_list()[0]
    assert job["company"] == "Example Ltd"
    assert job["title"] is None
    assert "badge" not in job


def test_the_digest_follows_content_not_names(write_table: Callable[..., Path]) -> None:
    one, two = write_table(posts(), "a.parquet"), write_table(posts(), "b.parquet")
    other = write_table(posts(text=["one", "two", "four"]), "c.parquet")
    assert digest_files(opened(one)) == digest_files(opened(two)) != digest_files(opened(other))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.sampled_from(Grain))
def test_every_time_is_in_its_partition(moment: datetime, grain: Grain) -> None:
    settings = PartitionSettings(grain=grain, start=date(2024, 1, 1))
    frame = pl.DataFrame({"at": [moment.replace(tzinfo=UTC)]}, schema={"at": pl.Datetime("us", "UTC")})
    key = frame.select(partition_key(pl.col("at"), settings)).item()
    first = date.fromisoformat(key if len(key) > 7 else f"{key}-01")
    day = max(moment.date(), settings.start)
    days = {Grain.day: 1, Grain.week: 7, Grain.month: 31}[grain]
    assert 0 <= (day - first).days < days
    assert grain is not Grain.month or (first.year, first.month) == (day.year, day.month)
    assert grain is not Grain.week or first.isoweekday() == 1


def test_a_grain_starts_where_its_partitions_do() -> None:
    with pytest.raises(ValueError, match="no Monday"):
        PartitionSettings(grain=Grain.week, start=date(2024, 1, 3))
    with pytest.raises(ValueError, match="not the first of a month"):
        PartitionSettings(grain=Grain.month, start=date(2024, 1, 3))
