"""kill -9 of builds, nights, takedowns and withdrawals before changes to the file system and at random moments.

A change is named by what is done to which file: a file that is opened for writing, flushed, renamed, removed. All names
are tried before one is tried twice, so that each kill leaves another state.

After the kills the command runs once more: it must end, with the bytes of an undisturbed run, and leave nothing behind.
"""

import fcntl
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from redaction.execution.failures import WORKER_DIED
from redaction.release import verify
from redaction.storage import sha256_file
from tests.faults.kills.client import Server, server
from tests.faults.kills.server import processes_of
from tests.faults.network import GONE, Planted, copy
from tests.faults.outcome import Outcome
from tests.faults.scan import found_in

_TAKEDOWN: Final = ["takedown", "--yes", "--as-of", "2025-06-30T00:00:00Z"]
MODES: Final = {
    "build": ("new", ["build"], ("1.0.0",)),
    "night": ("built", ["build"], ("1.0.0", "2.0.0")),
    "takedown": ("asked", _TAKEDOWN, ("1.0.0", "2.0.0", "3.0.0")),
    "withdraw": ("asked", [*_TAKEDOWN, "--withdraw"], ("1.0.0", "2.0.0", "3.0.0")),
}
"""The state in which each begins, its command, and the releases that are there when it has ended."""

_MOVING: Final = {"SUPERSEDED.json"}
_UNFINISHED: Final = "though the release was withdrawn; run the takedown again"
"""What `verify` rightly says where a withdrawal was killed while it removed the rows."""
_AGENTS: Final = ("ray::DashboardAgent", "ray::RuntimeEnvAgent")
_WORKERS: Final = {"ray": "ray::_Worker"}
"""How the command lines of an engine's workers begin, where they can be known."""
_MOST_SECONDS: Final = {"build": 5.0, "night": 5.0, "takedown": 2.0, "withdraw": 2.0}
_WITH_WORKERS: Final = {"build", "night"}
_OF_WORKERS = 0.3
"""How often a worker is killed and not the command, in the modes that have workers."""
_BEFORE_CHANGES, _WITH_HISTORY = 0.9, 0.1
"""How often a command is killed before a change, not at a random moment; how often Dagster's history is on the disk."""


@dataclass
class States:
    """The folders in which each mode begins and ends, and the changes that it makes on its way."""

    folder: Path
    words: tuple[str, ...]
    changes: dict[str, list[str]] = field(default_factory=dict)

    def start(self, mode: str) -> Path:
        """Return the folder in which a mode begins."""
        return self.folder / MODES[mode][0]

    def end(self, mode: str) -> Path:
        """Return the folder in which it ends."""
        return self.folder / f"after {mode}"


@dataclass(frozen=True)
class How:
    """With what the commands run, and which."""

    workers: int = 1
    engine: str = "pool"
    modes: tuple[str, ...] = tuple(MODES)
    history: bool = True
    """Whether Dagster's history is on the disk while the changes are listed; in memory, a command is twice as fast."""

    @property
    def name(self) -> str:
        """The engine, in words."""
        return "in one process" if self.workers == 1 and self.engine == "pool" else f"{self.engine} of {self.workers}"


def prepare(folder: Path, asked: Server, how: How) -> States:
    """Run every mode undisturbed, and list its changes."""
    workers, engine = how.workers, how.engine
    network = Planted()
    network.write_for(folder / "new", workers, engine)
    states = States(folder, tuple(network.words))
    for mode in how.modes:
        if mode == "night":
            copy(states.end("build"), folder / "built")
            network.next_night().write_for(folder / "built", workers, engine)
        if mode == "takedown":
            copy(states.end("night"), folder / "asked")
            network.erasures().write_for(folder / "asked", workers, engine)
        copy(states.start(mode), states.end(mode))
        listed = folder / f"{mode}.txt"
        done = asked.run(states.end(mode), MODES[mode][1], list=str(listed), history=how.history)
        if done["end"] != 0:
            raise RuntimeError(f"{mode}: {(states.end(mode) / 'said.txt').read_text('utf-8')[-500:]}")
        states.changes[mode] = listed.read_text("utf-8").splitlines()
    states.words = tuple(network.words)
    return states


def kill_row(folder: Path, kills: int, how: "How | None" = None, seed: int = 1, minutes: float = 1e9) -> Outcome:
    """Kill commands until enough were killed, or the time is over."""
    chosen, started = replace(how or How(), history=False), time.monotonic()
    outcome = Outcome(f"kills, {chosen.name}")
    if chosen.engine == "ray" and find_spec("ray") is None:
        outcome.note = "skipped: Ray is not installed; pip install 'discreet[ray]'"
        return outcome
    with server() as asked:
        trial = _Trial(asked, prepare(folder, asked, chosen), random.Random(seed), outcome, chosen.engine)
        while trial.outcome.count < kills and time.monotonic() - started < minutes * 60:
            mode = chosen.modes[trial.chains % len(chosen.modes)]
            trial.chain(mode, most=min(6, kills - trial.outcome.count))
    where = ", ".join(f"{name} {number}" for name, number in sorted(trial.counted.items()))
    known = sum(len({_name_of(change) for change in changes}) for changes in trial.states.changes.values())
    trial.outcome.note = (
        f"{trial.chains} commands run again; {where}; before {len(trial.hit)} of {known} named changes; "
        f"{len(trial.states.words)} canaries"
    )
    return trial.outcome


@dataclass
class _Trial:
    """Chains of kills, and what was found."""

    asked: Server
    states: States
    rng: random.Random
    outcome: Outcome
    engine: str = "pool"
    counted: Counter[str] = field(default_factory=Counter)
    chains: int = 0
    hit: set[tuple[str, str]] = field(default_factory=set)
    """Mode and name of the changes before which a command was killed."""
    waiting: dict[str, list[str]] = field(default_factory=dict)
    """The names of each mode that are not yet tried in this turn."""

    def chain(self, mode: str, most: int) -> None:
        """Kill one command several times, then let it run to its end."""
        folder = copy(self.states.start(mode), self.states.folder / "running")
        self.chains += 1
        history = self.rng.random() < _WITH_HISTORY
        for _ in range(self.rng.randint(1, most)):
            place = self._kill(folder, mode, history)
            self._report(f"{mode} {place}", [*_unsound(folder), *self._canaries(folder)])
        done = self.asked.run(folder, MODES[mode][1], history=history)
        if done["end"] != 0:
            said = (folder / "said.txt").read_text("utf-8")[-200:]
            self._report(f"{mode}, run again", [f"ended {done['end']}: {said}"])
            return
        left = [f"left {each}" for each in leftovers(folder)]
        named = _still_named(folder) if mode in {"takedown", "withdraw"} else ()
        other = differing(self.states, mode, folder)
        self._report(f"{mode}, run again", [*_unsound(folder), *other, *left, *self._canaries(folder), *named])

    def _kill(self, folder: Path, mode: str, history: bool) -> str:
        """Run the command and kill it; return where."""
        arguments, name = MODES[mode][1], ""
        if mode in _WITH_WORKERS and self.engine in _WORKERS and self.rng.random() < _OF_WORKERS:
            return self._kill_worker(folder, mode, history)
        if self.rng.random() < _BEFORE_CHANGES:
            name, at = self._next_change(mode)
            name = "" if history else name  # with its changes, the numbers are others
            done, place = self.asked.run(folder, arguments, at=at, history=history), f"before {name}"
        else:
            seconds = self.rng.uniform(0.1, _MOST_SECONDS[mode])
            done, place = self.asked.run(folder, arguments, after=seconds, history=history), f"after {seconds:.1f} s"
        if done["end"] == -signal.SIGKILL:
            self.outcome.count += 1
            self.counted[mode] += 1
            self.counted["of them while staged"] += any(folder.glob("out/tiny/.staging-*/release"))
            if name:
                self.hit.add((mode, name))
        elif done["end"] != 0:
            self._report(f"{mode} {place}", [f"ended {done['end']}"])
        if not _workers_are_gone(done["process"]):
            self._report(f"{mode} {place}", ["processes still live after 20 s"])
        return place

    def _kill_worker(self, folder: Path, mode: str, history: bool) -> str:
        """Kill a worker while the command runs: the command has to say so, or to be done with it already."""
        seconds = self.rng.uniform(0.0, 1.5)
        how: dict[str, Any] = {"after": seconds, "victim": _WORKERS[self.engine], "history": history}
        done, place = self.asked.run(folder, MODES[mode][1], **how), f"worker killed {seconds:.1f} s after its start"
        if done["sent"]:
            self.outcome.count += 1
            self.counted[f"workers of a {mode}"] += 1
        said = (folder / "said.txt").read_text("utf-8")
        if done["end"] != 0 and WORKER_DIED not in " ".join(said.split()):
            self._report(f"{mode}, {place}", [f"ended {done['end']}: {said[-300:]}"])
        if not _workers_are_gone(done["process"]):
            self._report(f"{mode}, {place}", ["processes still live after 20 s"])
        return place

    def _next_change(self, mode: str) -> tuple[str, int]:
        """Return the name and the number of a change that was not tried in this turn."""
        names = [_name_of(change) for change in self.states.changes[mode]]
        if not self.waiting.get(mode):
            self.waiting[mode] = sorted(set(names))
            self.rng.shuffle(self.waiting[mode])
        name = self.waiting[mode].pop()
        return name, self.rng.choice([number for number, each in enumerate(names, 1) if each == name])

    def _canaries(self, folder: Path) -> list[str]:
        left = [folder / name for name in ("state", "out", "tmp", "said.txt")]
        return [f"canary {word} in {path}" for path, word in found_in(left, self.states.words)]

    def _report(self, place: str, problems: list[str]) -> None:
        self.outcome.found += [f"{place}: {each}" for each in problems]


def _name_of(change: str) -> str:
    """Return what is done to which file, without random parts."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|tmp\w+|/proc/\S+", "*", change)[:100]


def _unsound(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the releases that can be seen."""
    for release in sorted(folder.glob("out/tiny/[0-9]*")):
        report = verify(release)
        problems = [str(each) for each in report.problems if _UNFINISHED not in str(each)]
        if problems:
            yield f"{release.name} does not verify: {problems[0]}"
    lock = folder / "state/tiny/.lock"
    if lock.exists():
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield "the lock is still held"


@cache
def _digests(release: Path) -> dict[str, str]:
    return {str(p.relative_to(release)): sha256_file(p) for p in sorted(release.rglob("*")) if p.is_file()}


def differing(states: States, mode: str, folder: Path) -> Iterator[str]:
    """Yield the files of releases that differ from an undisturbed run."""
    versions = MODES[mode][2]
    for release in folder.glob("out/tiny/[0-9]*"):
        if release.name not in versions:
            yield f"{release.name} is too much"
    for version in versions:
        expected = _digests(states.end(mode) / "out/tiny" / version)
        release = folder / "out/tiny" / version
        have = {str(p.relative_to(release)): sha256_file(p) for p in sorted(release.rglob("*")) if p.is_file()}
        for name in sorted(expected.keys() | have.keys()):
            if Path(name).name not in _MOVING and expected.get(name) != have.get(name):
                yield f"{version}/{name} differs"


def leftovers(folder: Path) -> list[str]:
    """List what a command must not leave: stagings, scratch folders, drafts, temporary files."""
    left = [p for name in ("out", "state") for p in (folder / name).rglob("*")]
    marks = (".staging-", ".question-", ".copy-")
    named = [p for p in left if p.name.startswith(marks) or ".draft" in p.name or p.suffix in {".raw", ".parts"}]
    return [str(p.relative_to(folder)) for p in [*named, *(folder / "tmp").glob("*")]]


def _still_named(folder: Path) -> Iterator[str]:
    """Yield the private tables that name who was erased."""
    for path in (folder / "state/tiny").rglob("*.parquet"):
        frame = pl.read_parquet(path)
        for column in (name for name, dtype in frame.schema.items() if dtype == pl.String):
            if frame[column].is_in(GONE).any():
                yield f"{path.name}: {column} names who was erased"


def _workers_are_gone(session: int) -> bool:
    """Wait until no process of a session lives.

    Ray's own agents have no text, and take up to a minute to notice that their node is dead.
    """
    for tenths in range(1200):
        living = set(processes_of(session))
        if not living:
            return True
        if tenths >= 200 and living - {number for name in _AGENTS for number in processes_of(session, name)}:
            return False
        time.sleep(0.1)
    return False
