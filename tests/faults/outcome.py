"""What one row of the trials tried and found."""

import subprocess
import sys
from dataclasses import dataclass, field

from tests.network import ROOT


@dataclass
class Outcome:
    """A row: what was tried, how often, and what was found that must not be."""

    name: str
    count: int = 0
    found: list[str] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0


def tests_row(name: str, *files: str) -> Outcome:
    """Run files of tests, each test of which is a trial."""
    command = [sys.executable, "-m", "pytest", "-q", "-rA", *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("PASSED ", "FAILED ", "ERROR "))]
    failed = [line for line in lines if not line.startswith("PASSED")]
    return Outcome(name, len(lines), failed or ([] if done.returncode == 0 else ["pytest ended early"]))
