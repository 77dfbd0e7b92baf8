"""`discreet build` prints its counts and ends with the folder of the release."""

from pathlib import Path

from redaction.release import Manifest
from tests.network import Network
from tests.pipelines.running import command


def test_the_last_line_of_a_build_is_its_folder(tmp_path: Path) -> None:
    done = command("build", str(Network().write(tmp_path)), "--version", "2.0.0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "out" / "tiny" / "2.0.0")
    assert "where they live" in done.stdout


def test_a_mistake_gives_a_one_line_error_and_a_nonzero_exit_code(tmp_path: Path) -> None:
    config = Network().write(tmp_path, rights={"polisy": "x"})
    done = command("build", str(config))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"discreet: {config}: rights.polisy: unknown key; " + done.stderr.strip().split("key; ")[1]
    ]
    assert "choose from policy" in done.stderr


def test_a_build_shows_its_owner_the_exact_counts_that_the_release_withholds(tmp_path: Path) -> None:
    config = Network().write(tmp_path, release={"card": {"smallest_count": 3}})
    done = command("build", str(config), "--version", "1.0.0", "--full")
    assert Manifest.read(tmp_path / "out/tiny/1.0.0").sources["posts"].withheld, "the release has small numbers"
    [row] = [line.split() for line in done.stdout.splitlines() if "region_exempt" in line and "posts" in line]
    assert row == ["posts", "dropped", "region_exempt", "1"]
