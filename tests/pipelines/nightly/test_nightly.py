"""The page about nightly runs: its commands and its script work as they are written."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.network import Network, paths_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/howto/nightly.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
DISCREET = Path(sys.executable).with_name("discreet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus whose ledger is complete until now."""
    network = Network()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    network.profiles = [profile | {"updated_at": yesterday} for profile in network.profiles]
    until = datetime.now(UTC).isoformat()
    config = network.write(tmp_path, as_of=None, rights={"ledger_complete_until": until})
    config.rename(tmp_path / "mine.yaml")
    return tmp_path


def shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{DISCREET.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    file = folder / "nightly.sh"
    file.write_text(script, "utf-8")
    return subprocess.run(["sh", str(file)], env=environment, capture_output=True, text=True, check=False)


def versions(folder: Path) -> list[str]:
    return [str(version) for version in paths_of(folder / "mine.yaml").registry.versions()]


@pytest.mark.slow
@pytest.mark.skipif(not DISCREET.exists(), reason="needs the installed command")
def test_the_script_and_the_commands_run_as_they_are_written(folder: Path) -> None:
    script, *others = [block for block in BLOCKS if "discreet " in block]
    assert script.startswith("#!/bin/sh")
    for _ in range(2):
        done = shell(folder, script)
        assert (done.returncode, done.stderr) == (0, "")
        assert versions(folder) == ["1.0.0"], "the second night has no change"
    for block in others:
        done = shell(folder, f'set -eu\ncd "$(dirname "$0")"\n{block}')
        assert (done.returncode, done.stderr) == (0, "")
    assert others, "the page has more commands"


@pytest.mark.skipif(not DISCREET.exists(), reason="needs the installed command")
def test_a_night_that_fails_writes_to_standard_error_and_publishes_nothing(folder: Path) -> None:
    (folder / "key").chmod(0o644)
    done = shell(folder, BLOCKS[0])
    assert done.returncode == 1
    assert "chmod 600" in done.stderr
    assert not (folder / "out").exists()


def test_every_command_of_the_page_exists() -> None:
    from pipelines.cli import COMMANDS

    named = set(re.findall(r"discreet (?:-q )?([a-z-]+)", PAGE))
    assert named <= set(COMMANDS)
    assert {"doctor", "build", "verify", "takedown", "prune", "notices"} <= named
