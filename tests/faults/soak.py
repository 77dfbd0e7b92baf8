"""Builds, nights and takedowns in a loop in one process: memory, open files, threads and disk must stay flat.

    python -m tests.faults.soak [--minutes 120]

Each round changes one post, builds a version, and every third takes a member's new post down; then old versions are
pruned. The first rounds warm up caches and models. Exit code 1 where the last rounds take more than the first ones.
"""

import argparse
import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.build import build
from redaction.storage.sizes import folder_size
from tests.network import MAY, Network
from tests.operations.take_down.requests import take_down
from tests.pipelines.running import command

WARM_UP: Final = 6
_MOST_MEMORY: Final = 1.10
_MOST_DISK: Final = 1.25


@dataclass(frozen=True, slots=True)
class Usage:
    """What the process and its folders take: MB, open files, threads, kB of state and output without Dagster's runs."""

    memory: float
    files: int
    threads: int
    disk: int

    @classmethod
    def of(cls, folder: Path) -> "Usage":
        """Measure."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        disk = folder_size(folder / "state/tiny") + folder_size(folder / "out")
        files = len(list(Path("/proc/self/fd").iterdir()))
        return cls(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files, threading.active_count(), disk // 1000)


def rounds(folder: Path) -> Iterator[Usage]:
    """Run rounds without end; yield what is taken after each."""
    os.environ.pop("DAGSTER_HOME", None)
    number = 0
    while True:
        number += 1
        network = Network()
        network.posts.append(network.posts[1] | {"post_id": f"p-{number}", "text": f"The timetable of week {number}."})
        config = network.write(folder)
        build(config)
        if number % 3 == 0:
            event = {"event_id": f"e-{number}", "subject_id": "ben", "action": "opt_out", "event_time": MAY}
            network.rights_events.append(event | {"received_at": MAY})
            take_down(network.write(folder))
        command("prune", str(config), "--keep", "2", "--yes")
        yield Usage.of(folder)


def growth(before: Usage, after: Usage) -> list[str]:
    """Say what grew."""
    grown = []
    if after.memory > before.memory * _MOST_MEMORY:
        grown.append(f"memory {before.memory:.0f} -> {after.memory:.0f} MB")
    if after.disk > before.disk * _MOST_DISK:
        grown.append(f"disk {before.disk} -> {after.disk} kB")
    if after.files > before.files + 2:
        grown.append(f"open files {before.files} -> {after.files}")
    if after.threads > before.threads:
        grown.append(f"threads {before.threads} -> {after.threads}")
    return grown


def main() -> int:
    """Run for some minutes; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    minutes, started, first = parser.parse_args().minutes, time.monotonic(), None
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        for number, usage in enumerate(rounds(Path(folder)), 1):
            sys.stdout.write(f"{number:>5} {(time.monotonic() - started) / 60:>6.1f} min  {usage}\n")
            sys.stdout.flush()
            first = usage if number == WARM_UP else first
            if first is not None and time.monotonic() - started > minutes * 60:
                grown = growth(first, usage)
                sys.stdout.write("flat\n" if not grown else f"grew: {', '.join(grown)}\n")
                return 1 if grown else 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
