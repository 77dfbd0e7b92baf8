"""One build of the small network, for all tests that only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Network
from tests.pipelines.running import run


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    with pytest.MonkeyPatch.context() as patch:  # the history of its run is in its state
        patch.delenv("DAGSTER_HOME", raising=False)
        config = Network().write(tmp_path_factory.mktemp("net"), release={"quality": {"shipped_set": True}})
        yield config, run(config)
