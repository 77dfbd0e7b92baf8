"""An interrupted takedown is completed by the next one."""

import shutil
from pathlib import Path

import pytest

from redaction.errors import DiscreetError
from tests.network import paths_of
from tests.operations.take_down.requests import (
    affected_releases,
    interrupt,
    linked_records,
    opted_out,
    take_down,
    with_new_post,
    without,
)
from tests.releases import release, stage


def test_tombstoned_records_without_a_notice_are_still_taken_down(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A takedown is interrupted after its tombstones, and the next one covers no release."""
    opted_out(with_new_post()).write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.publish_successor", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
    assert take_down(config, since="9.0.0") is None
    without(opted_out(with_new_post()), "ada").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3, "1.1.0": 3}
    assert not linked_records(config, "1.0.0") | linked_records(config, "1.1.0")


def test_a_takedown_removes_the_staging_of_a_killed_build_even_if_nothing_was_released_of_it(config: Path) -> None:
    shutil.rmtree(config.parent / "out")
    shutil.rmtree(config.parent / "state")
    staging = stage(config).staging.root
    opted_out(with_new_post()).write(config.parent)
    assert take_down(config) is None
    assert not staging.exists()


def test_an_interrupted_build_leaves_no_staging(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = with_new_post()
    network.posts.append(network.posts[1] | {"post_id": "p-newer", "text": "Another thought about the station."})
    network.write(config.parent)
    monkeypatch.setattr("redaction.builds.assemble.publish", interrupt)
    with pytest.raises(KeyboardInterrupt):
        release(config)
    assert not list((config.parent / "out/tiny").glob(".staging-*"))


def test_a_build_with_tombstoned_records_without_a_notice_requires_a_takedown(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opted_out(with_new_post()).write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.release.takedown.run_takedown.publish_successor", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
    with_new_post().write(config.parent)
    with pytest.raises(DiscreetError, match="run discreet takedown first"):
        release(config)
    assert linked_records(config, "1.1.0") == {"ada", "p-ada", "p-may"}


def test_erasure_closes_a_build_first(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without(opted_out(with_new_post(), action="erase"), "ada").write(config.parent)
    with monkeypatch.context() as patch:
        patch.setattr("redaction.state.erasure.rows.RowErasure.run", interrupt)
        with pytest.raises(KeyboardInterrupt):
            take_down(config)
        for version in ("1.0.0", "1.1.0"):
            patch.setattr("redaction.state.layout.CorpusPaths.builds", lambda paths, v=version: [paths.build(v)])
            with pytest.raises(KeyboardInterrupt):
                take_down(config)
    assert not (paths_of(config).state / "plan.json").exists()
