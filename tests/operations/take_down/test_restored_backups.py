"""A state or an output from an older backup is noticed before anything is decided by it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.operations import trace_subject
from tests.network import Network, paths_of
from tests.operations.take_down.requests import AS_OF, interrupt, opted_out, take_down, with_new_post
from tests.releases import release


@pytest.fixture(scope="module")
def taken_down(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two takedowns, of a post and of ada; `older` beside the state holds the tombstones of before the second."""
    config = shutil.copytree(released.parent, tmp_path_factory.mktemp("down") / "net") / released.name
    Network().write(config.parent)
    assert take_down(config) is not None
    shutil.copy(paths_of(config).tombstones, config.parent / "older")
    opted_out(Network()).write(config.parent)
    assert take_down(config) is not None
    return config


@pytest.fixture
def withdrawn(taken_down: Path, tmp_path: Path) -> Path:
    return shutil.copytree(taken_down.parent, tmp_path / "net") / taken_down.name


def older_tombstones(config: Path) -> None:
    shutil.copy(config.parent / "older", paths_of(config).tombstones)


def without_the_last_notice(config: Path) -> None:
    (config.parent / "out/tiny/takedowns/000002.json").unlink()


def without_notices(config: Path) -> None:
    shutil.rmtree(config.parent / "out/tiny/takedowns")


def without_the_newest_release(config: Path) -> None:
    shutil.rmtree(config.parent / "out/tiny/3.0.0")


def without_an_old_release(config: Path) -> None:
    shutil.rmtree(config.parent / "out/tiny/1.0.0")


def without_the_state_of_a_release(config: Path) -> None:
    shutil.rmtree(paths_of(config).state / "1.1.0")


def with_the_clock_set_back(config: Path) -> None:
    """The last command ran tomorrow, by the clock that this machine had then."""
    (paths_of(config).state / "clock").write_text((datetime.now(UTC) + timedelta(days=1)).isoformat())


DISASTERS: dict[Callable[[Path], None], str] = {
    older_tombstones: "is from before takedown 000002.*restore the private state",
    without_the_last_notice: "notice 000002 is missing.*restore it from a backup of the output",
    without_notices: "notice 000001 is missing.*restore it from a backup of the output",
    without_the_newest_release: "release 3.0.0 is missing.*restore it from a backup of the output",
    without_an_old_release: "release 1.0.0 is missing.*restore it from a backup of the output",
    with_the_clock_set_back: "the last command ran at .*correct the clock, or, if it was wrong then, remove .*clock",
    without_the_state_of_a_release: "no decisions of release 1.1.0.*restore the private state",
}


@pytest.mark.parametrize("disaster", DISASTERS)
def test_build_takedown_and_trace_refuse(disaster: Callable[[Path], None], withdrawn: Path) -> None:
    releases, message = withdrawn.parent / "out/tiny", DISASTERS[disaster]
    disaster(withdrawn)
    before = sorted(releases.iterdir())
    with pytest.raises(DiscreetError, match=message):
        release(withdrawn)
    with pytest.raises(DiscreetError, match=message):
        take_down(withdrawn)
    with pytest.raises(DiscreetError, match=message):
        trace_subject(load_config(withdrawn), "ada", AS_OF)
    assert sorted(releases.iterdir()) == before


def test_notices_missing_beyond_what_was_seen_are_noticed_by_the_tombstones(withdrawn: Path) -> None:
    without_notices(withdrawn)
    (paths_of(withdrawn).state / "seen.json").unlink()
    with pytest.raises(DiscreetError, match="notice 000001 is missing, and the tombstones are of 000002"):
        take_down(withdrawn)


@pytest.mark.parametrize("step", ["publish_successor", "append_notice"])
def test_an_interrupted_takedown_is_no_restored_backup(
    step: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_out(with_new_post()).write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr(f"redaction.release.takedown.run_takedown.{step}", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
    assert trace_subject(load_config(config), "ada", AS_OF).must_go
    done = take_down(config)
    assert done is not None
    assert done.notice.number == 1
