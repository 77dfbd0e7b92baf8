"""Runs the trials and prints a table: what was tried, how often, and what was found that must not be.

    python -m tests.faults [--short] [--minutes N] [--seed N] [ROW ...]

Rows: kills, workers, ray, failing, social, strict, stock, units-social, units-strict, units-stock, disks, signals,
inputs, memory, backups, power, fuzz, store.
Exit code 1 where anything was found. `--minutes` ends each row early; the count says how far it came.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.faults.failing.fail import KINDS
from tests.faults.kills.trial import How, kill_row
from tests.faults.machine.refusals import CHANGED, FULL, changed_row, disk_row, memory_row, signal_row
from tests.faults.machine.stores import store_row
from tests.faults.outcome import Outcome, tests_row
from tests.faults.texts import canary_row, limit_row, text_row, unit_row

_WAYS: Final = tuple((kind, workers) for kind in KINDS for workers in (1, 2)
                     if (kind, workers) not in {("compiled code", 1), ("killed", 1)})  # fmt: skip

Row = Callable[[Path, bool, int, float], Outcome]

ROWS: Final[dict[str, Row]] = {
    "kills": lambda at, short, seed, minutes: kill_row(at, 4 if short else 500, How(), seed, minutes),
    "workers": lambda at, short, seed, minutes: kill_row(at, 2 if short else 40, How(workers=2), seed, minutes),
    "ray": lambda at, short, seed, minutes: kill_row(at, 1 if short else 40, How(2, "ray"), seed, minutes),
    "failing": lambda at, short, _, minutes: canary_row(at, _WAYS[:2] if short else _WAYS, minutes),
    "social": lambda _, short, seed, minutes: text_row("social", 500 if short else 200_000, seed, minutes),
    "strict": lambda _, short, seed, minutes: text_row("strict", 500 if short else 200_000, seed, minutes),
    "stock": lambda _, short, seed, minutes: text_row("stock", 500 if short else 200_000, seed, minutes),
    "units-social": lambda _, short, __, minutes: _units("social", short, minutes),
    "units-strict": lambda _, short, __, minutes: _units("strict", short, minutes),
    "units-stock": lambda _, short, __, minutes: (
        limit_row("stock", (1_000,), 10, minutes) if short else limit_row("stock", minutes=minutes)
    ),
    "disks": lambda at, short, _, __: disk_row(at, FULL[1:2] if short else FULL),
    "signals": lambda at, short, _, __: signal_row(at, 1 if short else 8),
    "inputs": lambda at, short, _, __: changed_row(at, CHANGED[:1] if short else CHANGED),
    "memory": lambda at, short, _, __: memory_row(at, (1600,)) if short else memory_row(at),
    "backups": lambda *_: tests_row("restored backups", "tests/operations/take_down/test_restored_backups.py"),
    "power": lambda *_: tests_row("power failures", "tests/faults/machine/test_power.py"),
    "fuzz": lambda *_: tests_row("fuzzed readers", "tests/faults/test_fuzz.py", "tests/detection/text/test_view.py"),
    "store": lambda at, short, _, minutes: store_row(at, 1 if short else 6, minutes=minutes),
}


def _units(profile: str, short: bool, minutes: float) -> Outcome:
    if short:
        return unit_row(profile, 40, (10_000, 20_000), minutes)
    return unit_row(profile, minutes=minutes)


def main() -> int:
    """Run rows; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a few of each, in some minutes")
    parser.add_argument("--minutes", type=float, default=1e9, help="the most minutes of a row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="ROW")
    arguments = parser.parse_args()
    clean = True
    sys.stdout.write(f"{'row':<34} {'tried':>7} {'found':>6} {'minutes':>8}  notes\n")
    for name in arguments.rows or ROWS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
            outcome = ROWS[name](Path(folder) / "trial", arguments.short, arguments.seed, arguments.minutes)
        minutes = (time.monotonic() - started) / 60
        numbers = f"{outcome.name:<34} {outcome.count:>7,} {len(outcome.found):>6} {minutes:>8.1f}"
        sys.stdout.write(f"{numbers}  {outcome.note}\n")
        for each in outcome.found[:20]:
            sys.stdout.write(f"    found: {each}\n")
        sys.stdout.flush()
        clean = clean and not outcome.found
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
