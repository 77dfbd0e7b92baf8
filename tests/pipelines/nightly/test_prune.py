"""Old releases and build folders go, and takedown, trace, verify and build work afterwards as before."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from redaction.state.stores.prune_log import pruned
from tests.network import MAY, Network, paths_of
from tests.pipelines.running import command, rows_of, run
from tests.releases import release

AS_OF = "2025-06-30T00:00:00Z"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a corpus with the releases 1.0.0, 1.1.0 and 1.2.0, of identical inputs."""
    folder = tmp_path_factory.mktemp("three")
    config = Network().write(folder)
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        release(config, version)
    return folder


@pytest.fixture
def config(three: Path, tmp_path: Path) -> Path:
    return shutil.copytree(three, tmp_path / "run") / "config.yaml"


def prune(config: Path, *options: str, keep: int = 1) -> dict[tuple[str, str], str]:
    """Return what goes (an empty reason) and why the rest stays."""
    done = command("prune", str(config), "--keep", str(keep), "--as-of", AS_OF, "--json", *options)
    assert done.returncode == 0, done.stderr
    items = json.loads(done.stdout)["items"]
    return {(item["what"].split()[0], item["version"]): "" if item["goes"] else item["why"] for item in items}


def folders(config: Path) -> dict[str, set[str]]:
    paths = paths_of(config)
    return {
        "releases": {str(version) for version in paths.registry.versions()},
        "builds": {folder.version for folder in paths.builds()},
    }


def opt_out(config: Path, subject: str = "ada", when: datetime = MAY) -> None:
    network = Network()
    event = {"event_id": "e9", "subject_id": subject, "action": "opt_out", "event_time": when, "received_at": when}
    network.rights_events.append(event)
    network.write(config.parent)


def test_a_dry_run_lists_what_goes_and_removes_nothing(config: Path) -> None:
    before = folders(config)
    done = command("prune", str(config), "--keep", "2", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    goes = [line.split() for line in done.stdout.splitlines() if " goes " in line]
    assert [(words[0], words[1]) for words in goes] == [("1.0.0", "private"), ("1.0.0", "release")]
    assert done.stdout.splitlines()[-1].startswith("Nothing was removed. With --yes, ")
    assert folders(config) == before


def test_what_stays_works_as_before(config: Path) -> None:
    assert prune(config, "--yes")["release", "1.0.0"] == ""
    assert folders(config) == {"releases": {"1.2.0"}, "builds": {"1.2.0"}}
    assert {entry.version for entry in pruned(paths_of(config))} == {"1.0.0", "1.1.0"}
    releases = paths_of(config).releases
    assert command("verify", str(releases / "1.2.0"), "--current").returncode == 0
    report = json.loads(command("trace", str(config), "ada", "--json", "--as-of", AS_OF).stdout)
    assert report["releases"] == ["1.2.0"]
    assert {record["source_id"] for record in report["records"] if record["appearances"]} == {"ada", "p-ada", "p-may"}
    assert command("explain", str(config), "p-ada").returncode == 0
    opt_out(config)
    assert run(config).name == "2.0.0"
    done = command("takedown", str(config), "--yes", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert "Takedown 000001" in done.stdout
    assert "1.2.0" in done.stdout


def test_a_release_with_records_that_are_not_allowed_any_more_stays_until_a_takedown(config: Path) -> None:
    opt_out(config)
    found = prune(config, "--yes")
    assert found["release", "1.0.0"] == "has records that may no longer be used; run discreet takedown first"
    assert found["private", "1.0.0"] == "release 1.0.0 has its records"
    assert folders(config)["releases"] == {"1.0.0", "1.1.0", "1.2.0"}


def test_a_superseded_release_and_the_build_of_its_successor_stay(config: Path) -> None:
    opt_out(config)
    assert command("takedown", str(config), "--yes", "--as-of", AS_OF).returncode == 0
    found = prune(config, "--yes")
    assert found["release", "1.1.0"].startswith("superseded by a takedown")
    assert found["private", "1.1.0"] == "release 1.1.0 has its records"
    assert command("takedown", str(config), "--yes", "--as-of", AS_OF, "--withdraw").returncode == 0
    found = prune(config, "--yes")
    assert found["release", "1.1.0"].startswith("the evidence of a takedown")
    assert found["private", "1.1.0"] == ""
    assert found["private", "1.2.0"] == "release 2.0.0 has its records"
    assert folders(config)["builds"] == {"1.2.0"}
    report = json.loads(command("trace", str(config), "ada", "--json", "--as-of", AS_OF).stdout)
    appeared = {a["version"]: a["withdrawn"] for r in report["records"] for a in r["appearances"]}
    assert appeared == {"1.0.0": True, "1.1.0": True, "1.2.0": True}
    for version in ("1.0.0", "1.1.0", "1.2.0", "2.0.0"):
        assert command("verify", str(paths_of(config).releases / version)).returncode == 0
    opt_out(config, "ben", datetime(2025, 6, 29, 12, tzinfo=UTC))
    done = command("takedown", str(config), "--yes", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert "Takedown 000002" in done.stdout


def test_a_release_with_registered_copies_stays(config: Path) -> None:
    release = paths_of(config).releases / "1.0.0"
    assert command("register", str(release), "--as", "tokenized", "--at", "s3://bucket.example/x").returncode == 0
    found = prune(config, "--yes")
    assert found["release", "1.0.0"].startswith("copies or products of it are registered")
    assert found["release", "1.1.0"] == ""
    assert folders(config) == {"releases": {"1.0.0", "1.2.0"}, "builds": {"1.0.0", "1.2.0"}}


def test_a_pruned_version_is_never_made_again(config: Path) -> None:
    prune(config, "--yes")
    done = command("build", str(config), "--version", "1.0.0")
    assert done.returncode == 1
    assert "was published, and pruned; choose another version" in done.stderr


def test_an_interrupted_pruning_is_finished_by_the_next(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("redaction.operations.prune.remove._remove_folder", interrupt)
        assert command("prune", str(config), "--keep", "1", "--as-of", AS_OF, "--yes").returncode == 130
    assert (paths_of(config).releases / "1.0.0").is_dir()
    assert "1.0.0" not in folders(config)["releases"]
    prune(config, "--yes")
    assert not (paths_of(config).releases / "1.0.0").exists()
    assert folders(config) == {"releases": {"1.2.0"}, "builds": {"1.2.0"}}
    assert rows_of(paths_of(config).releases / "1.2.0").height


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_at_least_one_release_stays(config: Path) -> None:
    done = command("prune", str(config), "--keep", "0", "--yes")
    assert (done.returncode, done.stderr) == (
        1,
        "discreet: --keep: must be at least 1; the newest release is never removed\n",
    )
