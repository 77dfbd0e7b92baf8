"""Two releases of the small network, the second with one more post."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Network
from tests.operations.take_down.requests import with_new_post
from tests.releases import release


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    config = Network().write(tmp_path_factory.mktemp("net"))
    release(config)
    with_new_post().write(config.parent)
    release(config)
    yield config


@pytest.fixture
def config(released: Path, tmp_path: Path) -> Path:
    """A copy of releases 1.0.0 and 1.1.0 (one more post), and all their state."""
    return shutil.copytree(released.parent, tmp_path / "net") / released.name
