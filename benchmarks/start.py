"""Measure the start: CPU seconds of a new process, the least of several runs.

python benchmarks/start.py
"""

import resource
import subprocess
import sys

RUNS = 5
STARTS = {
    "discreet --help": "import sys; from pipelines.cli import app; sys.argv = ['discreet', '--help']; app()",
    "import redaction": "import redaction",
    "load_policy": "from redaction import load_policy; load_policy('linkedin-2024-09')",
    "Detector": "from redaction import Detector, load_profile; Detector.from_settings(load_profile('social'))",
}


def cpu_seconds(code: str) -> float:
    """Run code in a new process, and return its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for each entry point."""
    for name, code in STARTS.items():
        print(f"{name:20} {min(cpu_seconds(code) for _ in range(RUNS)):.2f} s")


if __name__ == "__main__":
    main()
