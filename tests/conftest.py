import sys
from collections.abc import Iterator

import absl.logging
import hypothesis
import pytest

from tests.store import Store, running

# mlcroissant loads absl, whose handler closes its stream, pytest's own, when Dagster configures logging.
absl.logging.get_absl_handler().python_handler.setStream(sys.__stderr__)

# On a busy machine a first example takes longer than the default deadline. `make test-all` loads the long profile; a
# test sets a number of its own only where an example costs much more or less than usual.
hypothesis.settings.register_profile("short", deadline=None, max_examples=25)
hypothesis.settings.register_profile("long", deadline=None, max_examples=200)
hypothesis.settings.load_profile("short")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the cache files of tests, and of the programs that they start, out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def _store() -> Iterator[Store]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def store(_store: Store) -> Iterator[Store]:
    with _store.in_environment():
        yield _store
