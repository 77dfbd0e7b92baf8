"""A night without change makes no new version; the passing of time is a change where it changes a decision."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.build import build
from tests.network import Network, paths_of
from tests.pipelines.running import command, decisions_of

FIRST, NEXT_NIGHT = "2025-06-29T03:00:00Z", "2025-06-30T03:00:00Z"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nightly")
    build(_network().write(folder), FIRST)
    return folder


def _network() -> Network:
    """The network, without the post that a later instant would let in, and with an opt-out on the second day."""
    network = Network()
    network.posts = [post for post in network.posts if post["post_id"] != "p-late"]
    return network


@pytest.fixture
def config(first_night: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_night, tmp_path / "run") / "config.yaml"


def versions(config: Path) -> list[str]:
    return [str(version) for version in paths_of(config).registry.versions()]


def test_an_unchanged_night_names_the_release_that_there_is(config: Path) -> None:
    done = command("build", str(config), "--if-changed", "--as-of", NEXT_NIGHT)
    assert done.returncode == 0, done.stderr
    release = paths_of(config).releases / "1.0.0"
    assert done.stdout.splitlines() == ["tiny: nothing changed since 1.0.0", str(release)]
    report = json.loads(command("build", str(config), "--if-changed", "--as-of", NEXT_NIGHT, "--json").stdout)
    assert (report["unchanged"], report["release"]) == (True, str(release))
    assert versions(config) == ["1.0.0"]


def test_without_the_option_a_night_is_a_new_version(config: Path) -> None:
    assert command("-q", "build", str(config), "--as-of", NEXT_NIGHT).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0"]


def test_the_config_may_ask_for_it_and_the_command_line_overrides(config: Path) -> None:
    _network().write(config.parent, release={"skip_unchanged": True})
    assert "nothing changed since 1.0.0" in command("build", str(config), "--as-of", NEXT_NIGHT).stdout
    assert command("-q", "build", str(config), "--always", "--as-of", NEXT_NIGHT).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0"]


def test_a_decision_that_time_changes_makes_a_new_version(config: Path) -> None:
    network = _network()
    becomes_effective = datetime(2025, 6, 29, 12, tzinfo=UTC)
    network.region_signals.append(
        {"subject_id": "ben", "signal": "residence", "value": "Germany", "valid_from": becomes_effective}
    )
    network.write(config.parent)
    assert command("-q", "build", str(config), "--if-changed", "--as-of", FIRST).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0"]
    assert decisions_of(config, "1.1.0")["p-ben"][0] == "keep", "the move is in the future"
    before_noon, after_noon = "2025-06-29T11:00:00Z", NEXT_NIGHT
    assert command("-q", "build", str(config), "--if-changed", "--as-of", before_noon).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0"]
    assert command("-q", "build", str(config), "--if-changed", "--as-of", after_noon).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0", "2.0.0"], "records of 1.1.0 are gone"
    assert decisions_of(config, "2.0.0")["p-ben"] == ("drop", "region_exempt")


@pytest.mark.parametrize("change", ["input", "config", "policy", "release"])
def test_any_other_change_makes_a_new_version(config: Path, change: str) -> None:
    network = _network()
    if change == "input":
        network.posts[1]["text"] += " See you."
        network.write(config.parent)
    elif change == "config":
        network.write(config.parent, release={"rows_per_shard": 3})
    elif change == "policy":
        text = Path(network_policy(config)).read_text("utf-8")
        (config.parent / "policy.yaml").write_text(text + "# changed\n", "utf-8")
        network.write(config.parent, rights={"policy": "policy.yaml"})
    else:
        next(config.parent.glob("out/tiny/1.0.0/data/*")).unlink()
    assert command("-q", "build", str(config), "--if-changed", "--as-of", NEXT_NIGHT).returncode == 0
    assert versions(config) == ["1.0.0", "1.1.0"]


def network_policy(config: Path) -> str:
    import yaml

    return str(yaml.safe_load(config.read_text("utf-8"))["rights"]["policy"])


def test_a_version_of_its_own_and_if_changed_exclude_each_other(config: Path) -> None:
    done = command("build", str(config), "--if-changed", "--version", "3.0.0")
    assert done.returncode == 1
    assert done.stderr.startswith("discreet: --if-changed: has no use with --version")


def _opt_out(config: Path, member: str) -> None:
    """Let a member opt out, before the second night."""
    network = _network()
    out = datetime(2025, 6, 29, 1, tzinfo=UTC)
    event = {"event_id": "e9", "subject_id": member, "action": "opt_out", "event_time": out, "received_at": out}
    network.rights_events.append(event)
    network.write(config.parent)


def _takedown(config: Path) -> None:
    assert command("takedown", str(config), "--yes", "--withdraw", "--as-of", NEXT_NIGHT).returncode == 0


def test_a_build_that_removes_records_is_a_major_version_and_one_that_adds_is_not(config: Path) -> None:
    _opt_out(config, "ada")
    assert command("-q", "build", str(config), "--as-of", NEXT_NIGHT).returncode == 0
    assert versions(config) == ["1.0.0", "2.0.0"]
    assert json.loads((paths_of(config).releases / "2.0.0" / "manifest.json").read_text())["version"] == "2.0.0"
    private = paths_of(config).state
    assert [path.name for path in sorted(private.glob("[0-9]*"))] == ["1.0.0", "2.0.0"], "nothing is left of 1.1.0"
    assert command("verify", str(paths_of(config).releases / "2.0.0"), "--current").returncode == 0
    network = _network()
    network.write(config.parent)
    assert command("-q", "build", str(config), "--as-of", NEXT_NIGHT).returncode == 0
    assert versions(config) == ["1.0.0", "2.0.0", "2.1.0"], "ada is back"


def test_a_chosen_version_that_removes_records_must_be_a_major_one(config: Path) -> None:
    _opt_out(config, "ada")
    done = command("-q", "build", str(config), "--as-of", NEXT_NIGHT, "--version", "1.1.0")
    assert done.returncode == 1
    assert "records of 1.0.0 are not in it any more, so it must be a new major version; choose 2.0.0" in done.stderr
    assert versions(config) == ["1.0.0"]
    assert command("-q", "build", str(config), "--as-of", NEXT_NIGHT, "--version", "3.0.0").returncode == 0
    assert versions(config) == ["1.0.0", "3.0.0"]


@pytest.mark.parametrize("first", ["takedown", "build"])
def test_a_night_after_a_takedown_without_any_other_change_makes_no_version(config: Path, first: str) -> None:
    _opt_out(config, "ada")
    if first == "build":
        assert command("-q", "build", str(config), "--if-changed", "--as-of", NEXT_NIGHT).returncode == 0
    _takedown(config)
    assert versions(config)[-1] == "2.0.0"
    later = "2025-06-30T04:00:00Z"
    done = command("build", str(config), "--if-changed", "--as-of", later)
    assert done.stdout.splitlines()[0] == "tiny: nothing changed since 2.0.0", done.stderr
    network = _network()
    network.posts[1]["text"] += " See you."
    network.write(config.parent)
    assert command("-q", "build", str(config), "--if-changed", "--as-of", later).returncode == 0
    assert versions(config)[-1] == "2.1.0", "a post was edited"
