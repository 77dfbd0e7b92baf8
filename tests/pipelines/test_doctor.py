"""The doctor finds what would stop the next build, and says what to do."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from redaction.state import corpus_lock
from tests.network import ROOT, Network, paths_of
from tests.pipelines.running import command


@pytest.fixture
def config(built: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(built[0].parent, tmp_path / "run") / "config.yaml"


def doctor(config: Path) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    done = command("doctor", str(config), "--json")
    found: dict[str, list[dict[str, Any]]] = {}
    for condition in json.loads(done.stdout)["conditions"]:
        found.setdefault(condition["name"], []).append(condition)
    return done.returncode, found


def test_a_healthy_corpus_has_no_problem(config: Path) -> None:
    code, found = doctor(config)
    assert code == 0
    software, folders = (
        {"versions", "config", "models", "key", "policy", "ledger"},
        {"output", "state", "privacy", "disk"},
    )
    assert set(found) == software | folders | {"clock", "leftovers", "log"}
    assert {c["state"] for conditions in found.values() for c in conditions} == {"ok"}
    text = command("doctor", str(config)).stdout
    assert "spacy 3." in text
    assert text.splitlines()[-1] == "Nothing must be corrected."


def test_without_a_config_the_installation_is_checked() -> None:
    done = command("doctor")
    assert done.returncode == 0
    assert [line.split()[1] for line in done.stdout.splitlines()[:-1]] == ["versions", "models"]


def _unknown_model(folder: Path) -> None:
    profile = yaml.safe_load((ROOT / "configs/redaction/social.yaml").read_text("utf-8"))
    profile["languages"]["en"]["ner"] = "en_no_such_model"
    (folder / "profile.yaml").write_text(yaml.safe_dump(profile), "utf-8")
    Network().write(folder, detection=str(folder / "profile.yaml"))


@pytest.mark.parametrize(
    ("name", "spoil", "correction"),
    [
        ("key", lambda folder: (folder / "key").chmod(0o644), "chmod 600"),
        ("key", lambda folder: (folder / "key").write_bytes(bytes(range(200, 232))), "put the old one back"),
        ("key", lambda folder: (folder / "key").unlink(), "put it back from a backup"),
        ("privacy", lambda folder: (folder / "state/tiny").chmod(0o755), "chmod 700"),
        ("ledger", lambda folder: Network().write(folder, as_of=None), "newer ledger"),
        ("models", _unknown_model, ""),
        ("log", lambda folder: (folder / "state/tiny/actions.jsonl").write_bytes(b""), "backup of the private state"),
        ("config", lambda folder: (folder / "posts.parquet").unlink(), ""),
    ],
)
def test_what_must_be_corrected_is_named_with_its_correction(
    config: Path, name: str, spoil: Any, correction: str
) -> None:
    spoil(config.parent)
    code, found = doctor(config)
    assert code == 1
    [condition] = [each for each in found[name] if each["state"] == "problem"]
    assert correction in condition["correction"]
    assert "\n" not in condition["found"]
    problems = command("-q", "doctor", str(config)).stderr.splitlines()
    assert [line.split()[:2] for line in problems] == [["problem", name]]


def test_a_build_that_was_stopped_does_not_say_what_one_takes(config: Path) -> None:
    (paths_of(config).state / "9.0.0").mkdir()
    assert all("the build of 1.0.0 took" in each["found"] for each in doctor(config)[1]["disk"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_cannot_be_written_is_a_problem(config: Path) -> None:
    (config.parent / "out/tiny").chmod(0o500)
    code, found = doctor(config)
    assert code == 1
    assert found["output"][0]["state"] == "problem"


def test_a_clock_behind_the_inputs_and_leftovers_of_a_killed_build_are_warnings(config: Path) -> None:
    later = time.time() + 86_400
    os.utime(config.parent / "posts.parquet", (later, later))
    (paths_of(config).state / ".question-abc").mkdir()
    (Path(str(paths_of(config).releases)) / ".staging-1").mkdir()
    code, found = doctor(config)
    assert code == 0
    assert found["clock"][0]["state"] == found["leftovers"][0]["state"] == "warning"
    assert "posts.parquet" in found["clock"][0]["found"]
    assert ".staging-1" in found["leftovers"][0]["found"]
    with corpus_lock(paths_of(config)):
        pass
    assert ".question-abc" not in doctor(config)[1]["leftovers"][0]["found"]
