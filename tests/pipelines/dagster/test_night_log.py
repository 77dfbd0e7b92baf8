"""What a run of Dagster prints with the shipped settings: a line for each step, and what is wrong."""

import re
from pathlib import Path

import dagster as dg
import pytest

from tests.pipelines.dagster.running import materialize

STEPS = ["source_tables", "decisions", "redacted_posts", "redacted_profiles", "staged_release", "corpus"]


def test_a_run_prints_a_line_for_each_step(
    config: Path, instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    assert materialize(config, instance, *STEPS)
    printed = capfd.readouterr()
    lines = (printed.out + printed.err).splitlines()
    found = [re.search(r" - (\w+) - ended after \d+\.\d s", line) for line in lines]
    assert [match[1] if match else line for match, line in zip(found, lines, strict=True)] == STEPS


def test_a_run_that_fails_prints_the_line_that_says_why(
    config: Path, instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "key").chmod(0o644)
    assert not materialize(config, instance, "source_tables")
    printed = capfd.readouterr()
    assert "chmod 600" in printed.err + printed.out
    assert "ended after" not in printed.err + printed.out
