"""Where Arrow takes its memory from."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("wanted", "pool"), [(None, "system"), ("mimalloc", "mimalloc")])
def test_arrow_gives_memory_back_unless_told_otherwise(wanted: str | None, pool: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    told = "import pyarrow, redaction.storage; print(pyarrow.default_memory_pool().backend_name)"
    done = subprocess.run(
        [sys.executable, "-c", told],
        env=environment | ({"ARROW_DEFAULT_MEMORY_POOL": wanted} if wanted else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == pool


def test_what_is_free_between_what_is_held_goes_back() -> None:
    told = """
import redaction.storage

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) // 1024

kept = [(bytearray(60_000), bytearray(60_000)) for _ in range(2_000)]
full = resident()
kept = [second for _, second in kept]
held = resident()
redaction.storage.release_free_memory()
print(full - held < 20 and held - resident() > 80)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
