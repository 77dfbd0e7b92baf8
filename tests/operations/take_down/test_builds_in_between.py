"""No build publishes what a takedown removed, and no takedown misses what a build publishes."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds import (
    publish_release,
)
from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.release.errors import StagingError
from redaction.release.takedown import TakedownError
from redaction.release.takedown.locate import locate
from redaction.state import BusyError, CorpusPaths, PlanError, corpus_lock
from tests.network import Network, paths_of
from tests.operations.take_down.requests import (
    affected_releases,
    opted_out,
    take_down,
    with_new_post,
    without,
)
from tests.releases import release, stage


def state_of(config: Path, version: str) -> dict[Path, bytes]:
    """Return the bytes of each file; for kept.parquet its rows, since its metadata has the times of the input files."""
    folder = paths_of(config).state / version
    return {
        path: str(pl.read_parquet(path).rows()).encode() if path.name == "kept.parquet" else path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_a_published_version_is_not_rebuilt_from_other_inputs(config: Path) -> None:
    before = state_of(config, "1.0.0")
    without(Network(), "ada").write(config.parent)
    with pytest.raises(DiscreetError, match="is published, from other inputs, config, code or as_of"):
        release(config, "1.0.0")
    assert state_of(config, "1.0.0") == before
    opted_out(without(with_new_post(), "ada"), action="erase").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}
    with pytest.raises(DiscreetError, match=r"superseded by 2\.0\.0"):
        release(config, "1.0.0")


def test_building_the_same_version_twice_changes_nothing(config: Path) -> None:
    with_new_post().write(config.parent)
    before = state_of(config, "1.1.0")
    release(config)
    release(config, "1.1.0")
    assert [version for version in ("1.2.0", "2.0.0") if (paths_of(config).releases / version).exists()] == []
    assert state_of(config, "1.1.0") == before


def test_a_build_is_not_published_after_a_takedown_in_the_meantime(config: Path) -> None:
    """Not even if, as here, the takedown made no successor since the newest release does not contain the subject."""
    without(with_new_post(), "ada").write(config.parent)
    release(config)
    with_new_post().write(config.parent)
    staged = stage(config)
    opted_out(with_new_post()).write(config.parent)
    outcome = take_down(config)
    assert outcome is not None
    assert outcome.successor is None
    with pytest.raises(StagingError, match="or removed by a takedown"):
        publish_release(staged)
    with pytest.raises(PlanError, match=r"withdrawn since build 2\.1\.0 was opened"):
        staged.build.check_tombstones()
    assert not (paths_of(config).releases / "2.1.0").exists()


def test_a_takedown_stops_if_a_release_was_published_in_the_meantime(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_out(with_new_post()).write(config.parent)
    releases = config.parent / "out" / "tiny"

    def published_meanwhile(*found: Any) -> Any:
        shutil.copytree(releases / "1.1.0", releases / "1.2.0", dirs_exist_ok=True)
        return locate(*found)

    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.locate", published_meanwhile)
        with pytest.raises(TakedownError, match="run the takedown again"):
            take_down(config)
    assert not paths_of(config).tombstones.exists()


def test_two_takedowns_and_builds_wait_for_each_other(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    with ThreadPoolExecutor(1) as elsewhere, corpus_lock(CorpusPaths.of(load_config(config))):
        for step in (take_down, release):
            with pytest.raises(BusyError, match="another build or takedown is running"):
                elsewhere.submit(step, config).result()
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}
