"""Looks for known vulnerabilities of the locked packages with pip-audit; where its data is out of reach, says so."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.network import ROOT

_OPTIONS = ("--require-hashes", "--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off")


def judge(report: Mapping[str, Any] | None) -> tuple[int, list[str]]:
    """Read a report of pip-audit.

    Args:
        report: What it printed; None where that is no report.

    Returns:
        The exit code, and what to print.
    """
    packages = (report or {}).get("dependencies", [])
    known = [each for each in packages if "skip_reason" not in each]
    if not known:
        return 0, ["audit: skipped, the data on vulnerabilities cannot be reached"]
    found = [f"{each['name']} {each['version']}: {vuln['id']}" for each in known for vuln in each["vulns"]]
    unknown = len(packages) - len(known)
    return min(1, len(found)), [
        *found,
        f"audit: {len(known)} packages, {unknown} unknown, {len(found)} vulnerabilities",
    ]


def main() -> int:
    """Run pip-audit; return the exit code."""
    program = Path(sys.executable).with_name("pip-audit")
    if not program.exists():
        sys.stdout.write("audit: skipped, pip-audit is not installed; run make lock setup\n")
        return 0
    command = [str(program), *_OPTIONS, "--requirement", str(ROOT / "requirements.lock")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = None
    code, lines = judge(report)
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
