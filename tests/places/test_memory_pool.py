"""Where Arrow takes its memory from."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("wanted", "pool"), [(None, "system"), ("mimalloc", "mimalloc")])
def test_arrow_gives_memory_back_unless_told_otherwise(wanted: str | None, pool: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    told = "import pyarrow, redaction.places; print(pyarrow.default_memory_pool().backend_name)"
    done = subprocess.run(
        [sys.executable, "-c", told],
        env=environment | ({"ARROW_DEFAULT_MEMORY_POOL": wanted} if wanted else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == pool
