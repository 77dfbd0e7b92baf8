"""`discreet verify` says in words what was checked, and names the file that is not as it was published."""

import json
import shutil
from pathlib import Path

import pytest

from tests.pipelines.running import command


@pytest.fixture
def copy(built: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(built[1], tmp_path / "release")


def test_the_verdict_comes_first_and_counts_what_was_checked(copy: Path) -> None:
    done = command("verify", str(copy))
    assert done.returncode == 0, done.stderr
    verdict, checked = done.stdout.splitlines()
    assert verdict == "Unchanged: tiny 1.0.0 is as it was published."
    files = len([path for path in copy.rglob("*") if path.is_file()])
    assert checked.startswith(f"Checked: {files} files and ")
    answer = json.loads(command("verify", str(copy), "--json").stdout)
    assert (answer["unchanged"], answer["files"], answer["superseded"]) == (True, files, False)


def test_verify_names_the_file(copy: Path) -> None:
    shard = next((copy / "data").iterdir())
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    done = command("verify", str(copy))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "Not as published: tiny 1.0.0 has 1 problem. Do not use it; get it again.",
        f"data/{shard.name}: bytes differ from the manifest",
    ]
    done = command("verify", str(copy), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"] == [f"data/{shard.name}: bytes differ from the manifest"]


def test_a_folder_that_is_no_release_is_not_verified(tmp_path: Path) -> None:
    done = command("verify", str(tmp_path), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["unchanged"] is False
    assert "is not a release" in command("verify", str(tmp_path)).stdout
