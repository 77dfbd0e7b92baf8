"""The examples of docs/howto/redact-a-stream.md print what the page says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from redaction.detection import DetectionReason
from redaction.operations.stream import Problem
from tests.pipelines.running import command

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "howto" / "redact-a-stream.md").read_text("utf-8")
EXAMPLES = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", PAGE)
DISCREET = shlex.join([sys.executable, "-c", "from pipelines.cli import app; app()", "redact"])


def shell(script: str) -> str:
    done = subprocess.run(
        ["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout


@pytest.mark.parametrize(("example", "printed"), EXAMPLES)
def test_an_example_prints_what_the_page_says(example: str, printed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ours, *after = example.split(" | ")
    assert ours.startswith("discreet redact")
    if after:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        assert shell(example.replace("discreet redact", DISCREET)) == printed
    else:  # in this process, which has loaded the libraries
        done = command(*shlex.split(ours)[1:], stdin=shell(before))
        assert done.stdout + done.stderr == printed


def test_every_reason_is_on_the_page() -> None:
    assert [reason for reason in (*Problem, *DetectionReason) if f"`{reason}`" not in PAGE] == []
