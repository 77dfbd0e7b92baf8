"""What the tables room promises: every row is read once, typed, or set aside with a reason."""

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
    open_file,
    read_batches,
    read_table,
    sorting,
)
from redaction.tables.partitions import partition_key
from redaction.tables.sorting import HELD_ROWS, Sorter, write_sorted

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
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(frame: pl.DataFrame, name: str = "posts.parquet", **options: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, **options)  # type: ignore[arg-type]
        return path

    return write


def opened(path: Path, table: TableName = TableName.posts, **columns: str):
    settings = TableSettings(path=(str(path),), columns=columns)
    return [open_file(TABLES[table], settings, p) for p in find_files(TABLES[table], settings, path.parent)]


def test_other_names_extra_columns_and_integer_ids_are_read(written: Callable[..., Path]) -> None:
    frame = posts(post_id=[1, 2, 3]).rename({"text": "body", "author_id": "by"}).with_columns(extra=pl.lit(1.5))
    [batch] = read_batches(POSTS, opened(written(frame), text="body", author_id="by"))
    assert batch.rows["post_id"].to_list() == ["1", "2", "3"]
    assert batch.rows["text"].to_list() == ["one", "two", "three"]
    assert "extra" not in batch.rows.columns
    assert {c: t for c, t in batch.rows.schema.items() if c in POSTS.schema} == dict(POSTS.schema)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_times_come_out_as_utc(written: Callable[..., Path], unit: str, zone: str | None) -> None:
    times = pl.Series([NOON] * 3).dt.cast_time_unit(unit)  # type: ignore[arg-type]
    times = times.dt.convert_time_zone(zone) if zone else times.dt.replace_time_zone(None)
    [batch] = read_batches(POSTS, opened(written(posts(created_at=times))))
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
def test_a_bad_row_is_set_aside_and_the_others_stay(
    written: Callable[..., Path], column: str, value: object, reason: QuarantineReason
) -> None:
    good = posts()[column].to_list()
    frame = posts(**{column: pl.Series([good[0], value, good[2]], dtype=posts().schema[column])})
    [batch] = read_batches(POSTS, opened(written(frame)))
    assert batch.rows["text"].to_list() == ["one", "three"]
    assert batch.quarantined["reason"].to_list() == [reason.value]
    assert batch.quarantined["row"].to_list() == [1]
    assert "text" not in batch.quarantined.columns


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (posts(text=[1, 2, 3]), "'text' is int64, text needs a string"),
        (posts(created_at=["2025-01-01"] * 3), "needs a timestamp"),
        (posts(mentions=["m1", "m2", "m3"]), "needs a list of strings"),
        (posts(author_id=None), "'author_id' is missing; map it with inputs.posts.columns.author_id"),
    ],
)
def test_a_wrong_or_missing_column_is_named(written: Callable[..., Path], frame: pl.DataFrame, told: str) -> None:
    with pytest.raises(TablesError, match=r"posts\.parquet") as error:
        opened(written(frame))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_was_cut_is_named(written: Callable[..., Path], share: float) -> None:
    path = written(posts(text=["word " * 500] * 3))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(TablesError, match=r"posts\.parquet: not a whole Parquet file"):
        opened(path)


def test_pages_that_cannot_be_read_are_told_without_content(written: Callable[..., Path]) -> None:
    path = written(posts(text=["secretword " * 500] * 3))
    broken = bytearray(path.read_bytes())
    broken[4:200] = b"\xff" * 196
    path.write_bytes(broken)
    with pytest.raises(TablesError, match="cannot be read to its end") as error:
        list(read_batches(POSTS, opened(path)))
    assert "secretword" not in str(error.value)


def test_a_file_without_rows_is_fine(written: Callable[..., Path]) -> None:
    assert list(read_batches(POSTS, opened(written(posts().clear())))) == []


def test_folders_globs_and_files_are_found_in_order(written: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("b/2.parquet", "a/1.parquet"):
        written(posts(), name)
    for pattern in (".", "*/*.parquet", "**/*.parquet"):
        found = find_files(POSTS, TableSettings(path=(pattern,)), tmp_path)
        assert [p.name for p in found] == ["1.parquet", "2.parquet"]
    with pytest.raises(TablesError, match=r"inputs\.posts\.path: c: no such"):
        find_files(POSTS, TableSettings(path=("c",)), tmp_path)


def test_a_file_that_would_be_missed_is_refused(written: Callable[..., Path], tmp_path: Path) -> None:
    written(posts(), "ledger/a.parquet")
    written(posts(), "ledger/b.PARQUET")
    with pytest.raises(TablesError, match=r"b\.PARQUET: not a \.parquet file"):
        find_files(POSTS, TableSettings(path=("ledger",)), tmp_path)


def test_rows_are_found_again_by_their_place(written: Callable[..., Path]) -> None:
    many = pl.concat([posts(post_id=[f"{i}a", f"{i}b", f"{i}c"], text=[f"{i}1", f"{i}2", f"{i}3"]) for i in range(50)])
    files = opened(written(many, row_group_size=7))
    rows = pl.concat([b.rows for b in read_batches(POSTS, files)])
    at = rows.select("file", "row_group", "row", "post_id").sample(fraction=0.4, seed=3, shuffle=True)
    found = RowReader(POSTS, files).rows(at, ["text"])
    expected = at.join(rows.select("post_id", "text"), on="post_id", how="left", maintain_order="left")
    assert found.equals(expected)


@pytest.mark.parametrize("size", [3, 60_000])
def test_one_reader_answers_whatever_is_asked_after_what(written: Callable[..., Path], size: int) -> None:
    """Of small row groups, the last of which is held, and of large ones, of which none is."""
    rows = pl.DataFrame({"post_id": [f"p{n}" for n in range(400)], "text": [f"{n} " * size for n in range(400)]})
    many = posts().head(1).drop("post_id", "text").join(rows, how="cross").select(posts().columns)
    files = opened(written(many.head(200), "a.parquet", row_group_size=50)) + opened(
        written(many.tail(200), "b.parquet", row_group_size=200)
    )
    at = pl.concat([b.rows for b in read_batches(POSTS, files, ["post_id"])])
    reader = RowReader(POSTS, files)
    asked = (range(30), range(20, 60), range(150, 260), range(399, 200, -7), range(30), (399, 0), range(210, 250))
    for columns, wanted in zip((["text"], ["text"], ["text"], ["text", "kind"]) * 2, asked, strict=False):
        theirs = at[list(wanted)]
        expected = many.select("post_id", *columns)[list(wanted)]
        assert reader.rows(theirs, columns).select("post_id", *columns).equals(expected)


@pytest.mark.parametrize(("text", "rows", "held"), [("tide", 100, True), ("buy now " * 600, 20_000, False)])
def test_a_reader_holds_one_row_group_and_no_large_one(
    written: Callable[..., Path], text: str, rows: int, held: bool
) -> None:
    """However small it is in the file: a text that stands there once may be told by every post."""
    many = posts().head(1).drop("post_id").with_columns(pl.lit(text).alias("text"))
    many = many.join(pl.DataFrame({"post_id": [f"p{n}" for n in range(2 * rows)]}), how="cross")
    path = written(many, row_group_size=rows)
    files = opened(path)
    assert path.stat().st_size < 2_000_000
    reader, before = RowReader(POSTS, files), pa.total_allocated_bytes()
    for group in (0, 1):
        at = pl.DataFrame({"file": [0], "row_group": [group], "row": [rows - 1]}, schema=LOCATOR)
        assert reader.rows(at, ["text"])["text"].to_list() == [text]
        kept = pa.total_allocated_bytes() - before
        assert (rows * len(text) <= kept < 2 * rows * (len(text) + 8)) if held else kept < len(text) * 10


@pytest.mark.parametrize("row", [3, 4])
def test_a_place_that_is_not_there_is_told(written: Callable[..., Path], row: int) -> None:
    files = opened(written(posts()))
    at = pl.DataFrame({"file": [0, 0], "row_group": [0, 0], "row": [0, row]}, schema=LOCATOR)
    with pytest.raises(TablesError, match="not where they were"):
        RowReader(POSTS, files).rows(at, ["text"])


def test_the_index_keeps_the_first_of_rows_with_one_id_and_no_text(
    written: Callable[..., Path], tmp_path: Path
) -> None:
    path = written(posts(post_id=["p1", "p1", "p2"]))
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
def test_a_file_sorted_in_stretches_is_sorted_as_a_whole(ids: list[str], bounds: list[str], size: int) -> None:
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


@pytest.mark.parametrize("most", [HELD_ROWS, 5])
@given(
    batches=st.lists(st.lists(st.text("abc", min_size=1, max_size=4), max_size=9), max_size=4),
    turned=st.booleans(),
    fewer=st.sampled_from([0, 0, 3]),
)
@example(batches=[["b", "c", "d"], ["a", "b", "e"]], turned=False, fewer=0)
@example(batches=[["a"], ["b", "c"], ["d", "e", "f"]], turned=False, fewer=0)
@example(batches=[["a", "a"], ["a", "b", "a", "c"]], turned=True, fewer=0)
def test_rows_are_sorted_held_or_not(most: int, batches: list[list[str]], turned: bool, fewer: int) -> None:
    """Up to `most` are held; some come with the last place first, or are fewer than were expected."""
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
        patch.setattr(sorting, "HELD_ROWS", most)
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


def test_nothing_stays_beside_a_file_that_could_not_be_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "HELD_ROWS", 2)
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


@pytest.mark.parametrize("rows", [3 * INDEX_BLOCK_ROWS, HELD_ROWS + INDEX_BLOCK_ROWS])
@pytest.mark.parametrize("ascending", [True, False])
def test_an_index_is_sorted_by_id_however_many_rows_there_are(
    written: Callable[..., Path], tmp_path: Path, ascending: bool, rows: int
) -> None:
    ids = pl.select(pl.format("p{}", pl.int_range(rows).cast(pl.String).str.zfill(9))).to_series()
    given = posts().head(1).drop("post_id")
    many = given.select(pl.all().repeat_by(rows).explode()).with_columns(
        ids.sample(fraction=1.0, shuffle=not ascending, seed=1).alias("post_id")
    )
    again = many.head(1)
    path = written(pl.concat([many, again]), row_group_size=50_000)
    index = index_posts(opened(path), tmp_path / "index" / "index.parquet", MONTHS)
    told = pl.read_parquet(index.path)
    assert told["post_id"].equals(ids.alias("post_id"))
    at = many.with_row_index("at").with_columns(pl.col("at") // 50_000, (pl.col("at") % 50_000).alias("row"))
    expected = told.select("post_id").join(at, on="post_id", how="left", maintain_order="left")
    assert told["row_group"].equals(expected["at"].alias("row_group"))
    assert told["row"].equals(expected["row"])
    last = {"row_group": rows // 50_000, "row": rows % 50_000, "source_id": again["post_id"][0]}
    assert index.quarantined.select(*last).rows(named=True) == [last]
    with pq.ParquetFile(index.path) as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert max(groups) < 2 * INDEX_BLOCK_ROWS
    assert list(index.path.parent.iterdir()) == [index.path]


@pytest.mark.parametrize("rows", [3 * INDEX_BLOCK_ROWS, HELD_ROWS + INDEX_BLOCK_ROWS])
def test_an_index_of_posts_that_come_sorted_is_as_they_come(
    written: Callable[..., Path], tmp_path: Path, rows: int
) -> None:
    ids = pl.select(pl.format("p{}", pl.int_range(rows).cast(pl.String).str.zfill(9))).to_series()
    many = posts().head(1).drop("post_id").select(pl.all().repeat_by(rows).explode()).with_columns(ids.alias("post_id"))
    index = index_posts(opened(written(many, row_group_size=50_000)), tmp_path / "index" / "index.parquet", MONTHS)
    assert pl.read_parquet(index.path)["post_id"].equals(ids.alias("post_id"))
    assert index.quarantined.is_empty()
    assert list(index.path.parent.iterdir()) == [index.path]


def test_profiles_that_share_an_id_all_go(written: Callable[..., Path]) -> None:
    files = opened(written(pl.DataFrame({"user_id": ["m1", "m2", "m1"]})), TableName.profiles)
    read = read_table(TABLES[TableName.profiles], files)
    assert read.rows["user_id"].to_list() == ["m2"]
    assert read.quarantined["reason"].to_list() == [QuarantineReason.duplicate_id.value] * 2


def test_structs_may_lack_fields_and_have_others(written: Callable[..., Path]) -> None:
    frame = pl.DataFrame({"user_id": ["m1"], "experience": [[{"company": "Example Ltd", "badge": 7}]]})
    read = read_table(TABLES[TableName.profiles], opened(written(frame), TableName.profiles))
    [job] = read.rows["experience"].to_list()[0]
    assert job["company"] == "Example Ltd"
    assert job["title"] is None
    assert "badge" not in job


def test_the_digest_follows_content_not_names(written: Callable[..., Path]) -> None:
    one, two = written(posts(), "a.parquet"), written(posts(), "b.parquet")
    other = written(posts(text=["one", "two", "four"]), "c.parquet")
    assert digest_files([one]) == digest_files([two]) != digest_files([other])


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.sampled_from(Grain))
def test_every_time_has_the_partition_that_holds_it(moment: datetime, grain: Grain) -> None:
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
