from collections.abc import Iterator

import pytest

from tests.store import Store, running


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests unpack, and what the programs that they start do, lies in no user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with running() as started:
        yield started
