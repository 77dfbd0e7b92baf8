import gc
import os
import sys
from collections.abc import Iterator
from importlib.resources import files

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


_HISTORY = "event_log_storage: {module: dagster._core.storage.event_log, class: InMemoryEventLogStorage}"


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the caches and the runs of tests, and of the programs that they start, out of the user's folders.

    Dagster writes the history of a build in memory, which takes a third of the time off it. A test of that history, and
    one that reads every file, unsets DAGSTER_HOME or sets its own.
    """
    folder = tmp_path_factory.getbasetemp()
    cache = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "cache"  # shared by all workers
    home = tmp_path_factory.mktemp("dagster")
    shipped = files("pipelines.instance").joinpath("dagster.yaml").read_text("utf-8")
    (home / "dagster.yaml").write_text(f"{shipped}\n{_HISTORY}\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.setenv("DAGSTER_HOME", str(home))
        yield


def pytest_collection_finish() -> None:
    """Spare the garbage collector the modules and tests that stay until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _store() -> Iterator[Store]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def store(_store: Store) -> Iterator[Store]:
    with _store.in_environment():
        yield _store
