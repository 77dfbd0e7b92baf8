"""What is cached_arrays once for a user, and never read where another could have written it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from redaction.storage.cache import Arrays, cached_arrays


class Unpacking:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Arrays:
        self.times += 1
        return {"numbers": np.arange(5, dtype=np.uint32), "words": np.asarray(["a", "bcd"])}

    def made(self, name: str = "table-1") -> Arrays:
        """Through the cache."""

        def unpack() -> Arrays:
            return self()

        return cached_arrays(name, unpack)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "discreet"


def same(arrays: Arrays) -> bool:
    wanted = Unpacking()()
    return sorted(arrays) == sorted(wanted) and all(
        arrays[name].dtype == array.dtype and np.array_equal(arrays[name], array) for name, array in wanted.items()
    )


def test_arrays_are_made_once(cache: Path) -> None:
    work = Unpacking()
    assert same(work.made())
    assert same(work.made())
    assert work.times == 1
    assert same(work.made("table-2"))
    assert work.times == 2
    assert len(list(cache.iterdir())) == 2
    with pytest.raises(ValueError, match="read-only"):
        work.made()["numbers"][0] = 9


def test_other_code_makes_the_arrays_anew(cache: Path, tmp_path: Path) -> None:
    arrays: dict[str, Arrays] = {}
    for text in ("ones", "zeros"):
        source = tmp_path / f"{text}.py"
        source.write_text(f"import numpy\ndef unpack(): return {{'numbers': numpy.{text}(3)}}")
        namespace: dict[str, object] = {}
        exec(compile(source.read_text(), source, "exec"), namespace)
        arrays[text] = cached_arrays("table-1", namespace["unpack"])  # type: ignore[arg-type]
    assert arrays["ones"]["numbers"].tolist() == [1, 1, 1]
    assert arrays["zeros"]["numbers"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"nothing of the sort"])
def test_a_broken_file_is_replaced(cache: Path, content: bytes) -> None:
    work = Unpacking()
    work.made()
    (file,) = cache.glob("table-1-*/numbers.npy")
    file.write_bytes(content)
    assert same(work.made())
    assert same(work.made())
    assert work.times == 2


def test_a_truncated_file_is_replaced(cache: Path) -> None:
    work = Unpacking()
    work.made()
    (file,) = cache.glob("table-1-*/numbers.npy")
    file.write_bytes(file.read_bytes()[:-4])
    assert same(work.made())
    assert work.times == 2


@pytest.mark.parametrize("name", ["numbers.npy", "words.npy", "checksums.json"])
def test_a_missing_file_is_replaced(cache: Path, name: str) -> None:
    work = Unpacking()
    work.made()
    (file,) = cache.glob(f"table-1-*/{name}")
    file.unlink()
    assert same(work.made())
    assert same(work.made())
    assert work.times == 2
    assert len(list(cache.iterdir())) == 1


def test_a_changed_byte_is_noticed(cache: Path) -> None:
    work = Unpacking()
    work.made()
    (file,) = cache.glob("table-1-*/numbers.npy")
    file.write_bytes(file.read_bytes()[:-1] + b"\x07")
    assert same(work.made())
    assert work.times == 2


def test_all_of_a_large_array_is_checked(cache: Path) -> None:
    def unpack() -> Arrays:
        return {"large": np.arange(200_000, dtype=np.uint64)}

    cached_arrays("large-1", unpack)
    [path] = cache.glob("*/large.npy")
    for place in (1_000, 300_000, 900_000, -1):
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.write_bytes(content)
        assert np.array_equal(cached_arrays("large-1", unpack)["large"], unpack()["large"])
        assert path.read_bytes() != content


def test_concurrent_writers_never_expose_a_part(cache: Path) -> None:
    def work(_: int) -> bool:
        return same(Unpacking().made())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert len(list(cache.iterdir())) == 1


def test_a_change_of_another_module_makes_the_arrays_anew(cache: Path, tmp_path: Path) -> None:
    def unpack() -> Arrays:
        return work()

    work, module = Unpacking(), ModuleType("beside")
    module.__file__ = str(tmp_path / "beside.py")
    for text, times in (("a = 1", 1), ("a = 1", 1), ("a = 2", 2)):
        (tmp_path / "beside.py").write_text(text)
        cached_arrays("table-1", unpack, module)
        assert work.times == times


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_in_which_others_may_write_is_neither_read_nor_written(cache: Path, mode: int) -> None:
    work = Unpacking()
    work.made()
    cache.chmod(mode)
    assert same(work.made())
    assert same(work.made("table-2"))
    assert work.times == 3
    assert len(list(cache.iterdir())) == 1


def test_nobody_else_may_write_to_the_arrays_whatever_the_umask(cache: Path) -> None:
    cache.mkdir(mode=0o755)
    before = os.umask(0o002)
    try:
        Unpacking().made()
    finally:
        os.umask(before)
    (folder,) = cache.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_to_a_folder_is_not_followed(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    work = Unpacking()
    assert same(work.made())
    assert not list((tmp_path / "elsewhere").iterdir())


def test_without_a_folder_arrays_are_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    work = Unpacking()
    assert same(work.made())
    assert same(work.made())
    assert work.times == 2


def test_a_relative_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert same(Unpacking().made())
    assert not list(tmp_path.iterdir())


def test_the_folder_is_in_the_home_folder_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    Unpacking().made()
    assert list((tmp_path / ".cache" / "discreet").glob("table-1-*"))
