"""The same results from a local disk and from stores, and one line where a store refuses."""

import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
from pydantic import ValidationError

from redaction.storage import (
    StorageError,
    StoragePath,
    StorageSettings,
    download,
    etag,
    expand_glob,
    file_size,
    is_file,
    is_folder,
    list_files,
    list_names,
    parse_path,
    read_bytes,
    remove,
    scan,
    sha256_file,
    write_atomic,
)
from tests.store import Store

FILES = {"b/2.txt": b"two", "b/10.txt": b"ten", "b-c/1.txt": b"one", "b/d/3.txt": b"three", "b/.hidden.txt": b"no"}


@pytest.fixture(params=["local", "memory", "s3"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> StoragePath:
    makers: dict[str, Callable[[], StoragePath]] = {
        "local": lambda: tmp_path / "files",
        "memory": lambda: parse_path(f"memory://{uuid4().hex}", tmp_path),
        "s3": lambda: request.getfixturevalue("store").bucket() / "files",
    }
    path = makers[request.param]()
    for name, content in FILES.items():
        if isinstance(path, Path):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path / name, content)
    return path


def test_a_disk_and_a_store_give_the_same_results(folder: StoragePath, tmp_path: Path) -> None:
    assert list_files(folder) == ["b/.hidden.txt", "b/10.txt", "b/2.txt", "b/d/3.txt", "b-c/1.txt"]
    assert list_names(folder) == ["b", "b-c"]
    assert list_names(folder / "b") == [".hidden.txt", "10.txt", "2.txt", "d"]
    assert list_names(folder / "none") == list_files(folder / "none") == []
    assert expand_glob(folder / "none" / "*") == []
    assert sorted(p.name for p, _ in expand_glob(folder / "b*" / "*.txt")) == [
        ".hidden.txt",
        "1.txt",
        "10.txt",
        "2.txt",
    ]
    assert sorted(p.name for p, _ in expand_glob(folder / "**" / "3.txt")) == ["3.txt"]
    assert [is_folder(folder / name) for name in ("b", "b/2.txt", "none")] == [True, False, False]
    assert [is_file(folder / name) for name in ("b", "b/2.txt", "none")] == [False, True, False]
    assert (read_bytes(folder / "b" / "2.txt"), file_size(folder / "b" / "2.txt")) == (b"two", 3)
    assert sha256_file(folder / "b/10.txt") == sha256_file(pickle.loads(pickle.dumps(folder / "b/10.txt")))
    download(folder / "b/d/3.txt", tmp_path / "copy" / "3.txt")
    assert (tmp_path / "copy" / "3.txt").read_bytes() == b"three"
    remove(folder / "b/d/3.txt")
    remove(folder / "b/d/3.txt")
    assert not is_file(folder / "b/d/3.txt")
    with pytest.raises(FileNotFoundError):
        read_bytes(folder / "b/d/3.txt")


def test_a_new_file_replaces_nothing(folder: StoragePath) -> None:
    write_atomic(folder / "b" / "new", b"first", new=True)
    with pytest.raises(FileExistsError):
        write_atomic(folder / "b" / "new", b"second", new=True)
    assert read_bytes(folder / "b" / "new") == b"first"
    write_atomic(folder / "b" / "new", b"third")
    assert read_bytes(folder / "b" / "new") == b"third"


def test_an_etag_changes_only_with_the_content(folder: StoragePath) -> None:
    file = folder / "b" / "2.txt"
    before = etag(file)
    assert etag(file) == before
    write_atomic(file, b"owt")
    assert etag(file) != before


def test_only_one_of_many_writers_creates_a_new_object(store: Store) -> None:
    path = store.bucket() / "one"

    def write(content: bytes) -> bool:
        try:
            write_atomic(path, content, new=True)
        except FileExistsError:
            return False
        return True

    contents = [bytes([i]) * 100 for i in range(16)]
    with ThreadPoolExecutor(16) as pool:
        won = [content for content, did in zip(contents, pool.map(write, contents), strict=True) if did]
    assert [read_bytes(path)] == won


def test_scan_returns_the_rows_in_order(store: Store, tmp_path: Path) -> None:
    bucket, frames = store.bucket(), [pl.DataFrame({"a": range(i, i + 5), "b": list("vwxyz")}) for i in (0, 10)]
    local = [tmp_path / f"{i}.parquet" for i in range(2)]
    for path, frame in zip(local, frames, strict=True):
        frame.write_parquet(path, row_group_size=2)
        write_atomic(bucket / path.name, path.read_bytes())
    remote = [bucket / path.name for path in local]
    for query in (
        lambda rows: rows,
        lambda rows: rows.select("b"),
        lambda rows: rows.select("a").with_row_index("at").filter(pl.col("a") > 2),
        lambda rows: rows.filter(b="x").select("a"),
        lambda rows: rows.head(7),
        lambda rows: rows.select(pl.len()),
    ):
        assert query(scan(remote)).collect().equals(query(scan(local)).collect())


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("s3://", "names no bucket"),
        ("nosuch://bucket/x", "no file system of that name"),
        ("simplecache::s3://bucket/x", "without :: or a cache"),
        ("s3://user:hunter2@bucket/x", "holds credentials"),
        ("https://example.org/x?X-Amz-Signature=hunter2", "holds credentials"),
    ],
)
def test_an_invalid_uri_is_refused_in_one_line(uri: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=message) as error:
        parse_path(uri, tmp_path)
    assert "\n" not in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_file_uri_is_a_path(tmp_path: Path) -> None:
    assert parse_path(f"file://{tmp_path}/x", Path("elsewhere")) == tmp_path / "x"


@pytest.mark.parametrize(
    "options",
    [
        {"secret": "hunter2"},
        {"key": "hunter2"},
        {"token": "hunter2"},
        {"client_kwargs": {"aws_secret_access_key": "hunter2"}},
        {"client_kwargs": {"aws_access_key_id": "hunter2"}},
        {"endpoint_url": "https://user:hunter2@example.org"},
    ],
)
def test_a_secret_in_the_options_is_refused_and_not_repeated(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="put credentials into the environment") as error:
        StorageSettings.model_validate({"s3": options})
    assert "hunter2" not in error.value.errors()[0]["msg"]


def test_a_store_error_is_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = store.path(f"s3://none-{uuid4().hex}/x")
    for ask in (
        list_names,
        list_files,
        is_file,
        is_folder,
        read_bytes,
        lambda path: write_atomic(path, b"", new=True),
    ):
        with pytest.raises(StorageError, match="no such bucket; create it, or correct the URI"):
            ask(missing)
    bucket = store.bucket()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    path = parse_path(str(bucket), Path(), StorageSettings({"s3": {"skip_instance_cache": True}}))
    with pytest.raises(StorageError, match="no credentials; put them into the environment"):
        list_names(path)


def test_denied_access_is_reported(store: Store) -> None:
    bucket = store.bucket()
    name = bucket.path.strip("/")
    rule = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*"}
    bucket.fs.call_s3("put_bucket_policy", Bucket=name, Policy=json.dumps({"Statement": [rule]}))
    for ask in (read_bytes, lambda path: write_atomic(path, b"")):
        with pytest.raises(StorageError, match="access denied; check the credentials"):
            ask(bucket / "x")
