"""One process or thread works on a corpus at a time, and removes what killed ones left."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redaction.state import BusyError, CorpusPaths, corpus_lock
from redaction.state.scratch import scratch


def paths_in(folder: Path) -> CorpusPaths:
    return CorpusPaths("tiny", folder / "out", folder / "state" / "tiny")


def test_a_second_thread_is_refused_and_the_same_one_is_not(tmp_path: Path) -> None:
    def lock() -> None:
        with corpus_lock(paths_in(tmp_path)):
            pass

    with ThreadPoolExecutor(1) as elsewhere:
        refused = pytest.raises(BusyError, match="tiny: another build or takedown is running; wait for it")
        with corpus_lock(paths_in(tmp_path)), corpus_lock(paths_in(tmp_path)), refused:
            elsewhere.submit(lock).result()
        elsewhere.submit(lock).result()
    assert paths_in(tmp_path).state.stat().st_mode & 0o077 == 0


def test_what_killed_processes_left_is_removed_and_what_is_in_use_stays(tmp_path: Path) -> None:
    paths = paths_in(tmp_path)
    left = paths.state / ".question-killed"
    draft = paths.state / "1.0.0" / ".index.parquet.0a.draft"
    for file in (left / "sketches.parquet", draft, draft.with_name("index.parquet")):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"text of a member")
    with scratch(paths.state) as used:
        (used / "own.parquet").write_bytes(b"")
        with corpus_lock(paths):
            assert not left.exists()
            assert not draft.exists()
            with corpus_lock(paths):
                assert (used / "own.parquet").exists()
    assert not used.exists()
    assert draft.with_name("index.parquet").exists()
