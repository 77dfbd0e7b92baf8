"""A few rounds of builds and takedowns in one process take no more memory, files, threads or disk at their end."""

from itertools import islice
from pathlib import Path

import pytest

from tests.faults.soak import WARM_UP, growth, rounds


@pytest.mark.slow
def test_rounds_of_builds_and_takedowns_stay_flat(tmp_path: Path) -> None:
    usage = list(islice(rounds(tmp_path), WARM_UP + 6))
    assert growth(usage[WARM_UP:]) == []
