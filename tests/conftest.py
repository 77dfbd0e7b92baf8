from collections.abc import Iterator

import pytest

from tests.store import Store, running


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with running() as started:
        yield started
