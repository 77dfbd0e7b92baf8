"""The examples of docs/howto/redact-a-stream.md print what the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from redaction.detection import DetectionReason
from redaction.operations.stream import Problem

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "howto" / "redact-a-stream.md").read_text("utf-8")
EXAMPLES = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", PAGE)
DISCREET = shlex.join([sys.executable, "-c", "from pipelines.cli import app; app()", "redact"])


@pytest.mark.parametrize(("command", "printed"), EXAMPLES)
def test_an_example_prints_what_the_page_says(command: str, printed: str) -> None:
    assert "discreet redact" in command
    done = subprocess.run(
        ["bash", "-c", command.replace("discreet redact", DISCREET)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.stdout == printed


def test_every_reason_is_on_the_page() -> None:
    assert [reason for reason in (*Problem, *DetectionReason) if f"`{reason}`" not in PAGE] == []
