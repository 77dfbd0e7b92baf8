"""Every row is read once, and is either typed or quarantined with a reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redaction.tables import (
    TABLES,
    QuarantineReason,
    TableName,
    TablesError,
    TableSettings,
    digest_files,
    find_files,
    read_batches,
    read_table,
)
from tests.tables.frames import POSTS, opened, posts


def test_other_names_extra_columns_and_integer_ids_are_read(write_table: Callable[..., Path]) -> None:
    frame = posts(post_id=[1, 2, 3]).rename({"text": "body", "author_id": "by"}).with_columns(extra=pl.lit(1.5))
    [batch] = read_batches(POSTS, opened(write_table(frame), text="body", author_id="by"))
    assert batch.rows["post_id"].to_list() == ["1", "2", "3"]
    assert batch.rows["text"].to_list() == ["one", "two", "three"]
    assert "extra" not in batch.rows.columns
    assert {c: t for c, t in batch.rows.schema.items() if c in POSTS.schema} == dict(POSTS.schema)


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


def test_each_table_declares_its_columns() -> None:
    for name, table in TABLES.items():
        assert table.name is name
        named = [column for column in (table.record_column, table.subject_column) if column]
        assert {*table.required, *named} <= set(table.schema)
        # A signal of others may be about a post, and then about no member.
        assert name is TableName.signals_of_others or {*named} <= {*table.required}


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
