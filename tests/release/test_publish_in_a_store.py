"""Publishing into an object store: all or nothing, files first, the manifest last, never over another release."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from upath import UPath

from redaction.release import Manifest, Registry, Staging, publish, verify
from redaction.release.errors import PublishError, StagingError
from redaction.release.takedown import read_chain
from redaction.storage import is_file, list_files, read_bytes, write_atomic
from tests.release.making import corpus_rows, release, stage
from tests.release.takedown.requests import result_of
from tests.store import Store


@pytest.fixture
def output(store: Store) -> UPath:
    return store.bucket() / "out"


def published_versions(output: UPath) -> list[str]:
    return [str(version) for version in Registry(output, "demo").versions()]


def put(output: UPath, state: Path, posts: int = 30, run: str = "run1", version: str = "1.0.0") -> UPath:
    rows = corpus_rows(posts=posts, version=version)
    folder = publish(*stage(output, rows, run=run, version=version, private=state))
    assert isinstance(folder, UPath)
    return folder


def test_the_bytes_are_those_of_a_local_release(output: UPath, tmp_path: Path) -> None:
    local, remote = release(tmp_path / "out"), put(output, tmp_path / "state")
    assert remote == output / "demo" / "1.0.0"
    assert list_files(remote) == list_files(local)
    assert all(read_bytes(remote / path) == read_bytes(local / path) for path in list_files(local))
    assert verify(remote) == verify(local)
    assert [p.name for p in (tmp_path / "state" / "staging").iterdir()] == [".lock"]
    assert list_files(output) == ["demo/.fence", *(f"demo/1.0.0/{path}" for path in list_files(local))]


def test_a_changed_object_is_reported(output: UPath, tmp_path: Path) -> None:
    folder = put(output, tmp_path)
    content = bytearray(read_bytes(folder / "data/part-00001.parquet"))
    content[len(content) // 2] ^= 1
    write_atomic(folder / "data/part-00001.parquet", bytes(content))
    assert verify(folder).problems == ("data/part-00001.parquet: bytes differ from the manifest",)
    write_atomic(folder / "more.txt", b"x")
    assert "more.txt: not in the manifest" in verify(folder).problems


def test_a_published_release_is_never_overwritten(output: UPath, tmp_path: Path) -> None:
    folder = put(output, tmp_path)
    before = {path: read_bytes(folder / path) for path in list_files(folder)}
    assert put(output, tmp_path, run="again") == folder
    with pytest.raises(PublishError, match="is published with other bytes"):
        put(output, tmp_path, posts=31, run="other")
    assert {path: read_bytes(folder / path) for path in list_files(folder)} == before


def test_a_process_killed_before_the_manifest_publishes_nothing(output: UPath, store: Store, tmp_path: Path) -> None:
    """The process is killed, with everything uploaded, when it is about to put the manifest."""
    script = f"""
        import os, sys
        from pathlib import Path
        from s3fs import S3FileSystem
        from redaction.storage import StorageSettings, parse_path
        from redaction.release import publish
        from tests.release.making import corpus_rows, stage

        write = S3FileSystem._pipe_file
        async def killed(self, path, data, *args, **more):
            if path.endswith("manifest.json"):
                os.kill(os.getpid(), 9)
            return await write(self, path, data, *args, **more)
        S3FileSystem._pipe_file = killed
        output = parse_path({str(output)!r}, Path(), StorageSettings({store.storage!r}))
        publish(*stage(output, corpus_rows(posts=45), private=Path({str(tmp_path)!r})))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    left = list_files(output / "demo" / "1.0.0")
    assert len([path for path in left if path.startswith("data/")]) == 6
    assert "manifest.json" not in left
    assert published_versions(output) == []
    assert Registry(output, "demo").newest() is None
    assert not verify(output / "demo" / "1.0.0").ok
    folder = put(output, tmp_path, run="next")
    assert verify(folder).ok
    assert published_versions(output) == ["1.0.0"]
    assert len([path for path in list_files(folder) if path.startswith("data/")]) == 4


def test_a_failing_store_publishes_nothing(output: UPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged, put_file = stage(output, corpus_rows(), private=tmp_path), output.fs.put_file

    def failing(file: str, path: str, **more: object) -> None:
        if path.endswith("part-00002.parquet"):
            raise OSError("the connection was lost")
        put_file(file, path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(output.fs, "put_file", failing)
        with pytest.raises(Exception, match=r"cannot be used \(OSError\)"):
            publish(*staged)
    assert published_versions(output) == []
    assert verify(put(output, tmp_path, run="next")).ok


def test_bytes_that_the_store_changed_are_not_published(
    output: UPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged, put_file = stage(output, corpus_rows(), private=tmp_path), output.fs.put_file

    def corrupting(file: str, path: str, **more: object) -> None:
        put_file(file, path, **more)
        if path.endswith("part-00002.parquet"):
            output.fs.pipe_file(path, b"x" * Path(file).stat().st_size)

    monkeypatch.setattr(output.fs, "put_file", corrupting)
    with pytest.raises(PublishError, match=r"part-00002\.parquet: bytes differ"):
        publish(*staged)
    assert published_versions(output) == []


@pytest.mark.parametrize("shared", [True, False])
def test_a_superseded_run_cannot_publish(output: UPath, tmp_path: Path, shared: bool) -> None:
    """Also where the two runs are on two machines that share nothing but the store."""
    late = stage(output, corpus_rows(), run="first", private=tmp_path / "one")
    newer = stage(output, corpus_rows(posts=12), run="second", private=tmp_path / ("one" if shared else "two"))
    with pytest.raises(StagingError, match="superseded"):
        publish(*late)
    assert published_versions(output) == []
    folder = publish(*newer)
    with pytest.raises(StagingError, match="superseded"):
        publish(*late)
    assert verify(folder).ok


def test_a_run_that_is_superseded_while_it_uploads_stops(
    output: UPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, put_file = stage(output, corpus_rows(), run="first", private=tmp_path / "one"), output.fs.put_file

    def overtaken(file: str, path: str, **more: object) -> None:
        put_file(file, path, **more)
        if path.endswith("part-00003.parquet"):
            monkeypatch.setattr(output.fs, "put_file", put_file)
            put(output, tmp_path / "two", posts=12, run="second")

    monkeypatch.setattr(output.fs, "put_file", overtaken)
    with pytest.raises(StagingError, match="superseded"):
        publish(*late)
    folder = output / "demo" / "1.0.0"
    assert verify(folder).ok
    assert Manifest.read(folder).sources["posts"].kept == 12


def test_a_folder_without_a_manifest_is_no_release(output: UPath) -> None:
    write_atomic(output / "demo" / "3.0.0" / "data" / "part-00000.parquet", b"x")
    assert published_versions(output) == []
    assert not is_file(output / "demo" / "3.0.0" / "manifest.json")
    assert read_chain(output / "demo") == ()


def test_a_store_needs_a_private_folder_to_stage_in(output: UPath) -> None:
    with pytest.raises(StagingError, match="no private folder to stage in"):
        Staging.create(output, "demo", "run")


def test_a_takedown_in_a_store_gives_the_same_bytes_as_on_disk(output: UPath, tmp_path: Path) -> None:
    release(tmp_path / "out")
    put(output, tmp_path / "state")
    here = result_of(tmp_path, "p3", "u1")
    there = result_of(tmp_path, "p3", "u1", output=output, tombstones=tmp_path / "state" / "stones.parquet")
    for path in ("2.0.0/manifest.json", "2.0.0/data/part-00000.parquet", "takedowns/000001.json"):
        assert read_bytes(output / "demo" / path) == (tmp_path / "out" / "demo" / path).read_bytes()
    assert here.notice == there.notice
    assert verify(output / "demo" / "2.0.0").ok
    assert not list((tmp_path / "state").rglob("part-*"))
