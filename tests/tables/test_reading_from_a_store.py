"""Inputs in a store are read as from a local disk, in ranges, and leave nothing on the disk."""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from s3fs.core import S3File
from upath import UPath

from redaction.storage import StorageError, StorageSettings, write_atomic
from redaction.tables import (
    TABLES,
    RowReader,
    TableFile,
    TableName,
    TablesError,
    TableSettings,
    digest_files,
    open_table,
    read_batches,
)
from tests.network import Network
from tests.store import Store

POSTS = TABLES[TableName.posts]


def opened(path: str, root: Path, store: Store) -> list[TableFile]:
    settings = TableSettings(path=(path,))
    return open_table(POSTS, settings, root, StorageSettings(store.storage)).files


def rows_in(files: list[TableFile]) -> pl.DataFrame:
    return pl.concat([batch.rows for batch in read_batches(POSTS, files)])


@pytest.fixture
def both(store: Store, tmp_path: Path) -> tuple[Path, UPath]:
    """The same three files on disk and in a store, in folders whose order as text differs from that of paths."""
    Network().write(tmp_path / "net")
    posts, bucket = pl.read_parquet(tmp_path / "net" / "posts.parquet"), store.bucket()
    for number, name in enumerate(("a/1.parquet", "a-b/2.parquet", "a/c/3.parquet")):
        path = tmp_path / "posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        posts.slice(number * 5, 5).write_parquet(path, row_group_size=2)
        write_atomic(bucket / "posts" / name, path.read_bytes())
    write_atomic(bucket / "posts" / "_SUCCESS", b"")
    return tmp_path / "posts", bucket


@pytest.mark.parametrize("path", ["", "/", "/**/*.parquet", "/a/1.parquet", "/*/*.parquet"])
def test_files_folders_and_globs_give_the_same_rows_as_on_disk(
    both: tuple[Path, UPath], store: Store, path: str
) -> None:
    local, bucket = both
    here = opened(f"{local}{path}", local, store)
    there = opened(f"s3://{bucket.parts[0].strip('/')}/posts{path}", local, store)
    assert [f.path.name for f in here] == [f.path.name for f in there]
    assert rows_in(here).equals(rows_in(there))
    assert digest_files(here) == digest_files(there)
    locators = rows_in(here).select("file", "row_group", "row").reverse()
    columns = ["post_id", "text"]
    assert RowReader(POSTS, here).rows(locators, columns).equals(RowReader(POSTS, there).rows(locators, columns))


def test_other_and_truncated_files_are_refused(both: tuple[Path, UPath], store: Store) -> None:
    local, bucket = both
    uri = f"s3://{bucket.parts[0].strip('/')}/posts"
    content = (local / "a/1.parquet").read_bytes()
    write_atomic(bucket / "posts" / "a" / "1.parquet", content[: len(content) // 2])
    with pytest.raises(TablesError, match=r"1\.parquet: is cut short"):
        opened(uri, local, store)
    write_atomic(bucket / "posts" / "notes.csv", b"")
    with pytest.raises(TablesError, match=r"notes\.csv: not a \.parquet file"):
        opened(uri, local, store)


def test_a_missing_path_is_reported(store: Store, tmp_path: Path) -> None:
    name = store.bucket().parts[0].strip("/")
    with pytest.raises(TablesError, match=f"s3://{name}/none: no such Parquet file, folder or glob"):
        opened(f"s3://{name}/none", tmp_path, store)
    with pytest.raises(StorageError, match="no such bucket"):
        opened("s3://none-at-all/posts/*.parquet", tmp_path, store)


def test_a_worker_process_can_open_the_files(both: tuple[Path, UPath], store: Store) -> None:
    local, bucket = both
    files = opened(f"s3://{bucket.parts[0].strip('/')}/posts", local, store)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(rows_in, files).result().equals(rows_in(files))


def test_an_object_is_streamed(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch costs the bytes of its row group and no more, and no file is written."""
    noise, groups = np.random.default_rng(0), 24
    frame = pl.DataFrame(
        {
            "post_id": [str(i) for i in range(groups * 4)],
            "author_id": ["a"] * groups * 4,
            "created_at": [datetime(2025, 1, 1, tzinfo=UTC)] * groups * 4,
            "kind": ["post"] * groups * 4,
            "text": [noise.bytes(65_536).hex() for _ in range(groups * 4)],
        }
    )
    path, scratch, bucket = tmp_path / "posts.parquet", tmp_path / "scratch", store.bucket()
    scratch.mkdir()
    frame.write_parquet(path, row_group_size=4, compression="uncompressed")
    size = path.stat().st_size
    write_atomic(bucket / "posts.parquet", path.read_bytes())
    path.unlink()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    here, ranges, fetch = set(tmp_path.rglob("*")), list[int](), S3File._fetch_range

    def noted(file: S3File, start: int, end: int) -> bytes:
        ranges.append(end - start)
        content: bytes = fetch(file, start, end)
        return content

    monkeypatch.setattr(S3File, "_fetch_range", noted)
    files = opened(f"{bucket}posts.parquet", tmp_path, store)
    batches = read_batches(POSTS, files)
    next(batches)
    assert 0 < sum(ranges) < 2 * size // groups + (1 << 17)
    assert sum(batch.rows.height for batch in batches) == frame.height - 4
    assert max(ranges) < 2 * size // groups
    digest_files(files)
    assert max(ranges) <= 8 << 20 < size
    assert set(tmp_path.rglob("*")) == here
