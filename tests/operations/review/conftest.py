import shutil
from pathlib import Path

import pytest

from tests.operations.review.network import build_talkative


@pytest.fixture(scope="session")
def reviewed_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_talkative(tmp_path_factory.mktemp("review") / "net")


@pytest.fixture
def config(reviewed_build: Path, tmp_path: Path) -> Path:
    """A copy of the network and its build."""
    return shutil.copytree(reviewed_build.parent, tmp_path / "net") / reviewed_build.name
