"""The memory pool that Arrow allocates from."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("wanted", "pool"), [(None, "system"), ("mimalloc", "mimalloc")])
def test_arrow_uses_the_system_pool_unless_the_environment_names_another(wanted: str | None, pool: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    code = "import pyarrow, redaction.storage; print(pyarrow.default_memory_pool().backend_name)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | ({"ARROW_DEFAULT_MEMORY_POOL": wanted} if wanted else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == pool


def test_freed_memory_returns_to_the_system() -> None:
    code = """
import redaction.storage

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) // 1024

blocks = [(bytearray(60_000), bytearray(60_000)) for _ in range(2_000)]
full = resident()
blocks = [second for _, second in blocks]
held = resident()
redaction.storage.release_free_memory()
print(full - held < 20 and held - resident() > 80)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
