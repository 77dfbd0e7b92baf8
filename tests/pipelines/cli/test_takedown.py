"""Test that released records can be removed, and are not released again; and what the command says and asks."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from redaction.release import Manifest, create_key_file, verify
from tests.network import MAY, Network, paths_of
from tests.pipelines.running import command, decisions_of, findings_of, in_terminal, rows_of
from tests.releases import release

LATER = "2025-06-30T00:00:00Z"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a first build, whose ledger then gets an opt-out; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("built")
    network = Network()
    network.posts.append(network.posts[0] | {"post_id": "p-re-ada", "author_id": "ben", "in_reply_to": "p-ada"})
    network.posts[-1]["text"] = "I would like to see those slides about timetables too, please."
    release(network.write(folder))
    network.rights_events.append(
        {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    )
    network.write(folder)
    return folder


@pytest.fixture
def config(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "run") / "config.yaml"


def record_ids(config: Path, version: str, *source_ids: str) -> set[str]:
    frame = pl.read_parquet(paths_of(config).state / version / "decisions.parquet")
    return set(frame.filter(pl.col("source_id").is_in(source_ids))["record_id"].drop_nulls())


def test_a_takedown_removes_the_subject_and_replies_to_them(config: Path) -> None:
    releases = paths_of(config).releases
    gone = record_ids(config, "1.0.0", "ada", "p-ada", "p-may", "p-re-ada")
    before = rows_of(releases / "1.0.0")
    assert len(gone) == 4
    done = command("takedown", str(config), "--yes", "--as-of", LATER)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(releases / "2.0.0")
    after = rows_of(releases / "2.0.0")
    assert set(before["record_id"]) - set(after["record_id"]) == gone
    assert after.equals(before.filter(~pl.col("record_id").is_in(sorted(gone))))
    assert verify(releases / "2.0.0").ok
    assert Manifest.read(releases / "2.0.0").sources["posts"].dropped["taken_down"] == 3
    assert command("takedown", str(config), "--yes", "--as-of", LATER).stdout.splitlines()[-1] == "nothing to take down"


def test_private_state_erases_removed_records(config: Path) -> None:
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    assert not record_ids(config, "1.0.0", "ada", "p-ada", "p-may", "p-re-ada")
    assert not {"ada", "p-ada", "p-may", "p-re-ada"} & set(findings_of(config)["source_id"])
    assert not list(paths_of(config).state.glob("*/redacted"))


def test_removed_records_are_dropped_from_a_build_of_the_old_inputs(config: Path) -> None:
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    network = Network()
    config = network.write(config.parent)
    release(config)
    decisions = decisions_of(config, "2.1.0")
    assert decisions["p-ada"] == decisions["ada"] == ("drop", "tombstoned")
    assert decisions["p-ben"] == ("keep", "eligible")


def test_descendants_are_listed_and_acknowledge(config: Path) -> None:
    first = paths_of(config).releases / "1.0.0"
    registered = command("register", str(first), "--as", "tokenized", "--at", "s3://bucket.example/tokens")
    descendant = registered.stdout.strip()
    done = command("takedown", str(config), "--yes", "--as-of", LATER)
    assert f"to acknowledge: {descendant} tokenized" in done.stdout
    answered = command("acknowledge", str(first), "000001", descendant, "--response", "rebuilt")
    assert answered.returncode == 0, answered.stderr
    refused = command("acknowledge", str(first), "000007", descendant, "--response", "rebuilt")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1


def test_trace_reports_where_a_subject_is_before_and_after(config: Path) -> None:
    report = json.loads(command("trace", str(config), "ada", "--json", "--as-of", LATER).stdout)
    assert {r["source_id"] for r in report["records"] if r["appearances"]} == {"ada", "p-ada", "p-may"}
    assert {r["decision"] for r in report["records"]} == {"drop"}
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    after = command("trace", str(config), "ada", "--as-of", LATER)
    assert "superseded by 2.0.0" in after.stdout
    assert "release 2.0.0: no record of theirs" in after.stdout
    out = command("trace", str(config), "out", "--as-of", LATER).stdout
    assert out.startswith("Never released: no release of tiny has held a record of out.\n")


def test_an_id_that_is_known_nowhere_is_said_to_be_unknown(config: Path) -> None:
    done = command("trace", str(config), "p-ada", "--as-of", LATER)
    assert done.returncode == 1
    assert done.stdout == "Unknown: p-ada is in no profile, post, event, signal, release or takedown of tiny.\n"
    assert done.stderr.startswith("discreet: unknown: nothing has this id")
    assert command("trace", str(config), "p-ada", "--json", "--as-of", LATER).returncode == 1


def test_diff_reports_what_a_takedown_changed(config: Path) -> None:
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    releases = paths_of(config).releases
    report = json.loads(command("diff", str(releases / "1.0.0"), str(releases / "2.0.0"), "--json").stdout)
    assert report["removed"] == {"posts": 3, "profiles": 1}
    assert not report["added"]
    assert not report["changed"]


def test_diff_of_two_builds_needs_the_key(config: Path) -> None:
    release(config)
    releases = [str(paths_of(config).releases / version) for version in ("1.0.0", "2.0.0")]
    refused = command("diff", *releases)
    assert refused.returncode == 1
    gone = record_ids(config, "1.0.0", "ada", "p-ada", "p-may", "p-re-ada")
    report = json.loads(command("diff", *releases, "--config", str(config), "--json", "--records").stdout)
    assert report["removed"] == {"posts": 3, "profiles": 1}
    assert report["reasons_from"] == "decisions"
    assert report["removed_for"] == {"posts": {"opted_out": 2, "parent_protected": 1}, "profiles": {"opted_out": 1}}
    assert {r["before"] for r in report["records"] if r["state"] == "removed"} == gone
    (paths_of(config).state / "2.0.0" / "decisions.parquet").unlink()
    report = json.loads(command("diff", *releases, "--config", str(config), "--json").stdout)
    assert report["reasons_from"] == "counts"
    assert report["removed_for"] == {"posts": {"not_known": 3}, "profiles": {"not_known": 1}}
    assert report["reasons"]["posts"]["opted_out"] == [1, 4]


def test_records_that_are_no_longer_in_the_inputs_are_removed_too(config: Path) -> None:
    network = Network()
    network.posts = [post for post in network.posts if post["post_id"] != "p-may"]
    network.write(config.parent)
    gone = record_ids(config, "1.0.0", "p-may", "p-re-ada")
    refused = command("takedown", str(config), "--yes", "--as-of", LATER)
    assert refused.returncode == 1
    assert "2 of 7 released records are no longer in the inputs" in refused.stderr
    done = command("takedown", str(config), "--yes", "--as-of", LATER, "--most-absent", "0.5")
    assert done.returncode == 0, done.stderr
    left = set(rows_of(paths_of(config).releases / "2.0.0")["record_id"])
    assert len(gone) == 2
    assert not gone & left


def test_the_next_takedown_finishes_an_interrupted_one(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {path: path.read_bytes() for path in paths_of(config).state.rglob("*.parquet")}
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    stones = paths_of(config).tombstones
    for path, content in kept.items():
        if path != stones:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    assert record_ids(config, "1.0.0", "p-ada")
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    assert not record_ids(config, "1.0.0", "ada", "p-ada", "p-may", "p-re-ada")
    assert "p-ada" not in set(findings_of(config)["source_id"])


@pytest.mark.parametrize("name", ["key", "tombstones.parquet"])
def test_another_key_or_lost_tombstones_stop_a_build(config: Path, name: str) -> None:
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    if name == "key":
        (config.parent / "key").unlink()
        create_key_file(config.parent / "key")
    else:
        paths_of(config).tombstones.unlink()
    done = command("build", str(config), "--version", "9.0.0")
    assert done.returncode == 1
    assert "restore it" in done.stderr or "put the old one back" in done.stderr
    assert not (paths_of(config).releases / "9.0.0").exists()


def test_superseded_releases_are_marked_and_can_be_withdrawn(config: Path) -> None:
    releases = paths_of(config).releases
    done = command("takedown", str(config), "--yes", "--as-of", LATER)
    assert "superseded: 1.0.0, which still holds" in done.stdout
    done = command("verify", str(releases / "1.0.0"))
    assert done.returncode == 0, done.stdout
    assert "Superseded: takedown 000001" in done.stdout
    assert "use 2.0.0." in done.stdout
    assert command("verify", str(releases / "1.0.0"), "--current").returncode == 1
    assert command("verify", str(releases / "2.0.0"), "--current").returncode == 0
    again = command("takedown", str(config), "--yes", "--as-of", LATER, "--withdraw")
    assert again.stdout.splitlines()[-1] == "nothing to take down"
    assert "withdrawn: 1.0.0" in again.stdout
    assert not list((releases / "1.0.0").rglob("*.parquet"))
    assert "Withdrawn: takedown 000001" in command("verify", str(releases / "1.0.0")).stdout
    traced = command("trace", str(config), "ada", "--all", "--as-of", LATER).stdout
    assert traced.startswith("Gone: no record of ada can be read in any release of tiny.\n")
    assert "was in 1.0.0" in traced
    assert command("diff", str(releases / "1.0.0"), str(releases / "2.0.0")).returncode == 1


def test_anyone_can_check_the_notices(config: Path) -> None:
    releases = paths_of(config).releases
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    key = Manifest.read(releases / "1.0.0").takedown_key
    assert key is not None
    done = command("notices", str(releases), "--public-key", key)
    assert done.returncode == 0, done.stderr
    assert "removed from 1.0.0 (4 records); use 2.0.0" in done.stdout
    assert json.loads(command("notices", str(releases / "2.0.0"), "--json").stdout)["number"] == 1
    assert command("notices", str(releases), "--public-key", "0" * 64).returncode == 1
    assert "ada" not in done.stdout


def test_a_dry_run_counts_by_cause_and_changes_nothing(config: Path) -> None:
    before = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    done = command("takedown", str(config), "--dry-run", "--as-of", LATER)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Would remove 4 records (3 posts and 1 profile) from 1.0.0:",
        "  withdrawal 3 (opted_out 3)",
        "  rule 1 (parent_protected 1)",
        "2.0.0 replaces 1.0.0.",
        "The rows of 1.0.0 stay readable; --withdraw removes them.",
        "dry run: nothing was changed",
    ]
    answer = json.loads(command("takedown", str(config), "--dry-run", "--json", "--as-of", LATER).stdout)
    assert answer["preview"]["causes"] == {"withdrawal": {"opted_out": 3}, "rule": {"parent_protected": 1}}
    assert (answer["changed"], answer["release"], answer["preview"]["successor"]) == (False, None, "2.0.0")
    after = {path: path.read_bytes() for path in config.parent.rglob("*") if path.is_file()}
    assert after == before


def test_nothing_is_removed_unasked_where_nobody_can_be_asked(config: Path) -> None:
    for options in ([], ["--withdraw"], ["--json"]):
        done = command("takedown", str(config), *options, "--as-of", LATER)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "add --yes, or --dry-run" in done.stderr
    assert not (paths_of(config).releases / "2.0.0").exists()


def test_a_takedown_says_what_it_did_and_ends_with_the_release(config: Path) -> None:
    done = command("takedown", str(config), "--yes", "--withdraw", "--as-of", LATER)
    first, time, *_, last = done.stdout.splitlines()
    assert first == "Takedown 000001: removed 4 records (3 posts and 1 profile) from 1.0.0."
    assert re.fullmatch(r"From event to removal: median \d+ days, longest \d+ days\.", time)
    assert last == str(paths_of(config).releases / "2.0.0")
    assert command("takedown", str(config), "--yes", "--as-of", LATER).stdout.splitlines()[-1] == "nothing to take down"
    again = json.loads(command("takedown", str(config), "--yes", "--json", "--as-of", LATER).stdout)
    assert (again["changed"], again["takedown"], again["withdrawn"]) == (False, None, ["1.0.0"])


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_a_terminal_is_asked_once_with_the_counts(config: Path, answer: str, code: int) -> None:
    done = in_terminal(["takedown", str(config), "--as-of", LATER], answer=f"{answer}\n", width=80)
    assert done.code == code, done.text
    assert "Would remove 4 records (3 posts and 1 profile) from 1.0.0:" in done.lines
    assert done.text.count("Remove them? What was removed never returns. [y/N]") == 1
    assert (paths_of(config).releases / "2.0.0").exists() == (answer == "y")
    if answer == "y":
        assert done.lines[-1] == str(paths_of(config).releases / "2.0.0")
    else:
        assert "nothing was changed" in done.text
