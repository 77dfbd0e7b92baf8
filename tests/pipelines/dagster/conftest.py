"""A small network with partitions, and the instance of its runs."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.build import build
from pipelines.instance import dagster_instance
from redaction.config import load_config
from tests.network import Network


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    return Network().write(tmp_path, partitions={"start": "2025-01-01"})


@pytest.fixture
def instance(config: Path) -> Iterator[dg.DagsterInstance]:
    with dagster_instance(load_config(config)) as opened:
        yield opened


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dg.DagsterInstance]]:
    """A release that the command line's build made, and the instance that recorded it."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        quality = {"quality": {"shipped_set": True}}
        config = Network().write(folder, partitions={"start": "2025-01-01"}, release=quality)
        build(config)
        opened = dagster_instance(load_config(config))
    with opened:
        yield config, opened
