"""What was published or withdrawn is still so after a power failure, on a disk that forgets what was not flushed."""

import shutil
from pathlib import Path

import pytest

from pipelines.build import build
from redaction.config import load_config
from redaction.release import verify
from redaction.release.takedown import Tombstones
from redaction.state import master_key
from tests.faults.machine.power import forgetting
from tests.network import Network, paths_of
from tests.operations.take_down.requests import affected_releases, opted_out, take_down


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Network().write(tmp_path_factory.mktemp("net"))


def test_a_release_and_its_takedown_survive_a_power_failure(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with forgetting(config.parent) as disk:
        build(config)
        left = disk.after_power_failure(tmp_path / "built") / config.name
        assert verify(paths_of(left).releases / "1.0.0").ok
        opted_out(Network()).write(left.parent)
        assert affected_releases(take_down(left)) == {"1.0.0": 3}, "the decisions must be there to find the records"

        opted_out(Network()).write(config.parent)
        assert take_down(config) is not None
    again = disk.after_power_failure(tmp_path / "down") / config.name
    for path in (path for path in config.parent.iterdir() if path.is_file()):  # what the operator wrote
        shutil.copy(path, again.parent)
    settings = load_config(again)
    assert verify(paths_of(again).releases / "2.0.0").ok
    assert Tombstones.load(paths_of(again).tombstones, master_key(settings), settings.corpus).last_takedown == 1
    assert [path.name for path in (again.parent / "out/tiny/takedowns").iterdir()] == ["000001.json"]
    assert take_down(again) is None, "nothing is left to withdraw"
