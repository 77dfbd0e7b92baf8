"""Builds, nights, takedowns and prunings in a loop in one process: memory, open files, threads and disk stay flat.

    python -m tests.faults.soak [--minutes 120]

Each round is a night as docs/howto/nightly.md has it: one post is edited, a version is built, what may no longer be
used is taken down, and old versions are pruned. Every third night a post appears, and the next night it is gone again.
What stays for good is counted apart, and must be as much for each takedown: the releases that a takedown withdrew or
named as their replacement, the notices, the tombstones and the logs.

Growth is the slope of a line through the rounds after the first ones, which warm up caches and models. Exit code 1
where anything grew.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.build import build
from redaction.release.takedown import read_chain
from redaction.state import CorpusPaths
from redaction.storage.sizes import folder_size
from tests.network import AS_OF, Network, paths_of
from tests.pipelines.running import command

WARM_UP: Final = 6
_CYCLE: Final = 3
_KEPT: Final = 2
_MOST: Final = {"memory": 0.05, "disk": 0.05, "files": 0.02, "threads": 0.0, "evidence": 0.1}
"""The largest part by which each may grow from the first measured round to the last: evidence by takedown."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a round left: MB, open files, threads, kB that are needed, kB of evidence, and takedowns so far."""

    memory: float
    files: int
    threads: int
    disk: float
    evidence: float
    takedowns: int

    @classmethod
    def of(cls, paths: CorpusPaths) -> "Usage":
        """Measure; Dagster's history of runs is not counted."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        notices = read_chain(paths.releases)
        named = {affected.version for notice in notices for affected in notice.releases}
        named |= {notice.replacement for notice in notices if notice.replacement}
        releases, state = Path(str(paths.releases)), paths.state
        staying = [folder / version for folder in (releases, state) for version in named]
        logs = [*releases.glob("takedowns/*"), *state.glob("*.jsonl"), state / "seen.json", paths.tombstones]
        evidence = sum(folder_size(path) for path in (*staying, *logs) if path.exists())
        whole = folder_size(paths.state) + folder_size(paths.releases)
        return cls(
            memory=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
            files=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            disk=(whole - evidence) / 1000,
            evidence=evidence / 1000,
            takedowns=len(notices),
        )


def rounds(folder: Path) -> Iterator[Usage]:
    """Run rounds without end; yield what each left."""
    os.environ.pop("DAGSTER_HOME", None)
    number = 0
    while True:
        number += 1
        network = Network()
        network.posts[0] |= {"text": f"We hired Maria Gonzalez in Chicago, in week {1000 + number}."}
        if number % _CYCLE == 0:
            network.posts.append(network.posts[1] | {"post_id": f"p-{number}", "text": "A note that soon is gone."})
        config = network.write(folder)
        build(config)
        for name, options in (("takedown", ("--withdraw", "--most-absent", "1")), ("prune", ("--keep", str(_KEPT)))):
            done = command(name, str(config), "--yes", "--as-of", AS_OF.isoformat(), *options)
            if done.returncode:
                sys.exit(f"{name}: {done.stderr}")
        yield Usage.of(paths_of(config))


def growth(usage: Sequence[Usage]) -> list[str]:
    """Say what grew over the rounds, by the slope of a line through the means of three rounds each."""
    grown = []
    first = len(usage) % _CYCLE
    cycles = [usage[i : i + _CYCLE] for i in range(first, len(usage), _CYCLE)]
    for name in ("memory", "disk", "files", "threads"):
        means = [statistics.fmean(getattr(each, name) for each in cycle) for cycle in cycles]
        grown += _grown(name, f"{_CYCLE} rounds", list(enumerate(means)))
    by_takedown = {each.takedowns: each.evidence / max(each.takedowns, 1) for each in usage}
    return grown + _grown("evidence", "takedown", list(by_takedown.items()))


def _grown(name: str, step: str, points: Sequence[tuple[int, float]]) -> list[str]:
    """Say how much values grew from the first to the last if it is more than they may."""
    numbers, values = zip(*points, strict=True)
    if len(set(numbers)) == 1:
        return []
    slope = statistics.linear_regression(numbers, values).slope
    by, mean = slope * (numbers[-1] - numbers[0]), statistics.fmean(values)
    is_much = by > _MOST[name] * mean + 1e-6
    return [f"{name} by {by:.1f}, {slope:.3f} each {step}, of {mean:.1f}"] if is_much else []


def main() -> int:
    """Run for some minutes; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    minutes, started = parser.parse_args().minutes, time.monotonic()
    measured = list[Usage]()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        for number, usage in enumerate(rounds(Path(folder)), 1):
            sys.stdout.write(f"{number:>5} {(time.monotonic() - started) / 60:>6.1f} min  {usage}\n")
            sys.stdout.flush()
            if number > WARM_UP:
                measured.append(usage)
            if len(measured) > _CYCLE and time.monotonic() - started > minutes * 60:
                grown = growth(measured)
                sys.stdout.write("flat\n" if not grown else f"grew: {'; '.join(grown)}\n")
                return 1 if grown else 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
