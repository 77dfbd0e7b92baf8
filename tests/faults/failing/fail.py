"""Builds that fail with a text in their hands: no word of it may be in any file that they leave, nor be said."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.faults.failing.plugins import HOW, TRIGGER
from tests.faults.scan import found_in
from tests.network import ROOT, Network

WORD = "zqsecretword"
TEXT = f"We talked about {TRIGGER} trains and {WORD} for an hour, write to zqpiiname@example.com for more."
OPERATORS = {"operator": "tests.faults.failing.plugins.Odd", "operator panic": "tests.faults.failing.plugins.OddPanic"}
KINDS = (*HOW, *OPERATORS)


@dataclass(frozen=True, slots=True)
class Failed:
    """How a run ended, the lines that it printed, and where the words of the text were found."""

    code: int
    lines: tuple[str, ...]
    found: tuple[tuple[str, str], ...]


def failing_config(folder: Path, kind: str, workers: int) -> Path:
    """Write a network, and a config with a plug-in that fails in one of `KINDS`."""
    network = Network()
    network.posts[1]["text"] = TEXT
    profile = yaml.safe_load((ROOT / "configs/redaction/social.yaml").read_text("utf-8"))
    replacement = {}
    if kind in OPERATORS:
        replacement = {"entities": {"EMAIL_ADDRESS": {"operator": OPERATORS[kind]}}}
    else:
        profile["recognizers"] = [{"class": "tests.faults.failing.plugins.Fails", "params": {"how": kind}}]
    (folder / "profile.yaml").write_text(yaml.safe_dump(profile), "utf-8")
    return network.write(
        folder,
        detection=str(folder / "profile.yaml"),
        replacement=replacement,
        execution={"workers": workers, "chunk_rows": 1},
    )


def fail(folder: Path, kind: str, workers: int) -> Failed:
    """Build in a process of its own, with its temporary files below the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tmp").mkdir()
    config = failing_config(folder, kind, workers)
    environment = {key: value for key, value in os.environ.items() if key != "DAGSTER_HOME"}
    environment |= {"TMPDIR": str(folder / "tmp"), "XDG_STATE_HOME": str(folder / "user"), "PYTHONPATH": str(ROOT)}
    code = [sys.executable, "-c", "from pipelines.cli import app; app()", "build", str(config)]
    done = subprocess.run(code, capture_output=True, env=environment, cwd=ROOT, check=False, timeout=600)
    said = done.stdout + done.stderr
    words = [WORD, "zqpiiname", "zanzibarcanary"]
    hits = found_in([folder], words, skip=set(folder.glob("*.parquet")))
    redacted = tuple(f"{folder}/{name}" for name in ("out/", "state/tiny/1.0.0/redacted/"))  # the word may be there
    found = [(path, word) for path, word in hits if not (word == WORD and path.startswith(redacted))]
    found += [("terminal", word) for word in words if word.encode() in said.lower()]
    return Failed(done.returncode, tuple(done.stderr.decode("utf-8", "replace").splitlines()), tuple(found))
