import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.releases import release
from tests.state.erased_network import network, without_member

RELEASE = {"canaries": 3}
"""Also the optional tables are made."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    config = network().write(tmp_path_factory.mktemp("net"), release=RELEASE)
    release(config)
    without_member(network()).write(config.parent, release=RELEASE)
    yield config


@pytest.fixture
def config(built: Path, tmp_path: Path) -> Path:
    """A copy of the network and its build, with an event that erases the member."""
    folder = shutil.copytree(built.parent, tmp_path / "net")
    return folder / built.name
