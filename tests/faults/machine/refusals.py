"""Disks that are full or read-only, inputs that change, no memory, signals: one line, nothing published, the same bytes
once the cause is gone."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.faults.kills.client import Server, server
from tests.faults.kills.trial import MODES, How, States, differing, leftovers, prepare
from tests.faults.network import copy
from tests.faults.outcome import Outcome

FULL: Final = (
    ("build", "out/tiny", 16),
    ("build", "out/tiny", 64),
    ("build", "out/tiny", 120),
    ("build", "out/tiny", 200),
    ("build", "state/tiny", 16),
    ("build", "state/tiny", 48),
    ("build", "state/tiny", 96),
    ("build", "state/.dagster", 32),
    ("build", "state/.dagster", 400),
    ("build", "tmp", 8),
)
"""A command, the folder that a small disk holds, and its size in kB."""

READ_ONLY: Final = (("build", "out/tiny"), ("build", "state/tiny"), ("build", "state/.dagster"))
CHANGED: Final = tuple((how, table, part) for how in ("cut", "gone") for table in ("posts", "profiles", "rights_events")
                       for part in (0.3, 0.6))  # fmt: skip
"""What happens to a table of a build, and after which part of its changes to the file system."""

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MOST_LINES: Final = 9
_STAGES: Final = ("read", "decide", "redact", "audit", "publish", "compare", "start")


def can_mount() -> bool:
    """Whether this user may mount a small disk."""
    with _disk(Path("/tmp/faults-disk"), 64) as mounted:
        return mounted


def disk_row(folder: Path, points: tuple[tuple[str, str, int], ...] = FULL) -> Outcome:
    """Fill the disks of output, state, Dagster's storage and temporary files."""
    outcome = Outcome("disks that are full or read-only")
    if not can_mount():
        outcome.note = "skipped: mounting is not possible here"
        return outcome
    with server() as asked:
        states = prepare(folder, asked, How(modes=("build",)))
        for mode, place, size in points:
            _on_disk(asked, states, mode, place, size, outcome)
        for mode, place in READ_ONLY if points == FULL else ():
            _on_disk(asked, states, mode, place, 0, outcome)
    return outcome


def _on_disk(asked: Server, states: States, mode: str, place: str, size: int, outcome: Outcome) -> None:
    """Run with a folder on a small disk, or on a read-only one, and once more with room."""
    root = copy(states.start(mode), states.folder / "running")
    name = f"{mode}, {place} {f'of {size} kB' if size else 'read-only'}"
    with _disk(root / place, size or 65_536) as mounted:
        if not mounted:
            outcome.found.append(f"{name}: cannot be mounted")
            return
        if not size:
            _remount(root / place, "ro")
        (root / "said.txt").unlink(missing_ok=True)
        done = asked.run(root, MODES[mode][1])
        outcome.count += 1
        if done["end"] == 0 and size:
            outcome.note += f"{name} was enough; "
        else:
            expected = ("the disk is full",) if size else ("no permission", "cannot be written", "read-only")
            _check_refusal(root, done, name, outcome, expected, (75,))
        _remount(root / place, "rw,size=64m")
        _check_again(asked, states, mode, root, name, outcome)


def signal_row(folder: Path, each: int = 6) -> Outcome:
    """Interrupt builds and takedowns at several moments, with each signal."""
    outcome = Outcome("signals (SIGINT, SIGTERM, SIGHUP)")
    with server() as asked:
        states = prepare(folder, asked, How())
        for number in SIGNALS:
            for mode in ("build", "takedown"):
                changes = len(states.changes[mode])
                for step in range(each):
                    at = 2 + (changes - 3) * step // each
                    root = copy(states.start(mode), states.folder / "running")
                    (root / "said.txt").unlink(missing_ok=True)
                    done = asked.run(root, MODES[mode][1], at=at, number=number)
                    outcome.count += 1
                    name = f"{mode} {number.name} at {states.changes[mode][at - 1][:60]}"
                    if done["end"] != 0:  # the release was published before
                        _check_refusal(root, done, name, outcome, ("interrupted",), codes=(130,))
                    _check_again(asked, states, mode, root, name, outcome)
    return outcome


def changed_row(folder: Path, cases: tuple[tuple[str, str, float], ...] = CHANGED) -> Outcome:
    """Cut or remove an input while a build runs."""
    outcome = Outcome("inputs cut or removed midway")
    with server() as asked:
        states = prepare(folder, asked, How(modes=("build",)))
        for how, table, part in cases:
            root = copy(states.start("build"), states.folder / "running")
            (root / "said.txt").unlink(missing_ok=True)
            at = max(1, int(len(states.changes["build"]) * part))
            change = {how: str(root / f"{table}.parquet")}
            done = asked.run(root, MODES["build"][1], at=at, number=signal.SIGSTOP, **change)
            outcome.count += 1
            name = f"{table} {how} at {part:.0%}"
            if done["end"] == 0:
                outcome.found.append(f"{name}: published")
            else:
                _check_refusal(root, done, name, outcome, ("",), codes=(1, 75))
    return outcome


def memory_row(folder: Path, sizes: tuple[int, ...] = (900, 1200, 1600, 2000, 2600)) -> Outcome:
    """Limit the memory of a build (MB of address space)."""
    outcome = Outcome("too little memory")
    with server() as asked:
        states = prepare(folder, asked, How(modes=("build",)))
        for size in sizes:
            root = copy(states.start("build"), states.folder / "running")
            (root / "said.txt").unlink(missing_ok=True)
            done = asked.run(root, MODES["build"][1], memory=size << 20)
            outcome.count += 1
            name = f"{size} MB"
            if done["end"] < 0:
                outcome.note += f"{name}: ended by signal {-done['end']}; "
            elif done["end"] != 0:
                _check_refusal(root, done, name, outcome, ("",), codes=(1, 70, 75))
            _check_again(asked, states, "build", root, name, outcome)
    return outcome


def _check_refusal(
    root: Path,
    done: dict[str, Any],
    name: str,
    outcome: Outcome,
    words: tuple[str, ...],
    codes: tuple[int, ...] = (75,),
) -> None:
    """Check the exit code and the one line, and that no release can be seen that was not there."""
    said = (root / "said.txt").read_text("utf-8").splitlines()
    lines = [line for line in said if not line.startswith(_STAGES)]
    if done["end"] not in codes:
        outcome.found.append(f"{name}: ended {done['end']}: {' | '.join(lines)[-300:]}")
    elif len(lines) != 1 or not any(word in lines[0] for word in words) or "defect" in lines[0]:
        outcome.found.append(f"{name}: said {' | '.join(lines)[:400]}")


def _check_again(asked: Server, states: States, mode: str, root: Path, name: str, outcome: Outcome) -> None:
    done = asked.run(root, MODES[mode][1])
    if done["end"] != 0:
        outcome.found.append(f"{name}, run again: ended {done['end']}: {(root / 'said.txt').read_text('utf-8')[-300:]}")
        return
    outcome.found += [f"{name}, run again: {each}" for each in differing(states, mode, root)]
    outcome.found += [f"{name}, run again: left {each}" for each in leftovers(root)]


@contextmanager
def _disk(path: Path, size: int) -> Iterator[bool]:
    """Mount a disk in memory of a size in kB; yield whether that was possible."""
    path.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}k,mode=0700", "tmpfs", str(path)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(path)], check=True)


def _remount(path: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(path)], check=True)
