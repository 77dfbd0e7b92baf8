"""`discreet trace` says first whether a member is gone, and what it does not know; `diff` refuses another corpus."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.network import MAY, Network, paths_of
from tests.pipelines.running import command, in_terminal

LATER = "2025-06-30T00:00:00Z"


@pytest.fixture
def config(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the release, whose ledger then gets an opt-out."""
    copied = shutil.copytree(built[0].parent, tmp_path / "run") / "config.yaml"
    network = Network()
    event = {"event_id": "e9", "subject_id": "ada", "action": "opt_out", "event_time": MAY, "received_at": MAY}
    network.rights_events += [event, event | {"event_id": "e10", "subject_id": "eva"}]
    network.write(copied.parent)
    return copied


def lines(config: Path, *arguments: str) -> list[str]:
    done = command("trace", str(config), *arguments, "--as-of", LATER)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_verdict_and_the_counts_come_first(config: Path) -> None:
    assert lines(config, "ada") == [
        "Not gone: 3 records of ada readable in 1.0.0. None may be used now (opted_out 3).",
        f"Next: discreet takedown {config} --withdraw",
        "now drop, opted_out: 3 posts and 1 profile",
        "now drop, created_after_as_of: 1 post",
        "now drop, kind_denied: 1 post",
        "release 1.0.0, as of 2025-06-30: 3 records readable",
        "known in: 1 profile, 5 posts, 1 rights event, 1 region signal, 3 records in builds",
        "--all lists each record.",
    ]


def test_who_may_stay_needs_no_takedown(config: Path) -> None:
    answer, *rest = lines(config, "ben")
    assert answer == "Not gone: 3 records of ben readable in 1.0.0. All may be used now."
    assert not any(line.startswith("Next:") for line in rest)


def test_an_id_of_the_ledger_alone_is_known(config: Path) -> None:
    answer, *rest = lines(config, "eva")
    assert answer == "Never released: no release of tiny has held a record of eva."
    assert "known in: 1 profile, 1 post, 1 rights event, 1 region signal" in rest


def test_a_stale_ledger_leaves_the_releases_known(config: Path) -> None:
    done = command("trace", str(config), "ada")
    assert done.returncode == 0, done.stderr
    answer, why, *rest = done.stdout.splitlines()
    assert answer == "Not gone: 3 records of ada readable in 1.0.0. Whether they may be used now is unknown."
    assert why.startswith("rights now unknown: rights_events: is complete only until")
    assert "release 1.0.0, as of 2025-06-30: 3 records readable" in rest
    report = json.loads(command("trace", str(config), "ada", "--json").stdout)
    assert {record["decision"] for record in report["records"]} == {"unknown"}
    assert (report["verdict"], report["readable"]) == ("not_gone", {"1.0.0": 3})
    unknown = command("trace", str(config), "nobody")
    assert unknown.returncode == 1
    assert unknown.stdout.startswith("Unknown: nobody is in no profile, post, event, signal, release or takedown")


def test_after_a_withdrawal_the_member_is_gone_and_an_open_answer_is_due(config: Path) -> None:
    release = str(paths_of(config).releases / "1.0.0")
    descendant = command("register", release, "--as", "tokenized", "--at", "s3://bucket.example/t").stdout.strip()
    assert command("takedown", str(config), "--yes", "--as-of", LATER, "--withdraw").returncode == 0
    answer, due, *rest = lines(config, "ada")
    assert answer == "Gone: no record of ada can be read in any release of tiny."
    assert due.startswith("1 descendant has not answered. Due 20")
    assert "not in 1.0.0: eligible" not in "\n".join(lines(config, "ben", "--all"))
    assert "release 1.0.0, as of 2025-06-30, superseded by 2.0.0: 3 records held until withdrawn" in lines(
        config, "ben"
    )
    assert any(line.startswith("takedown 000001 of 20") for line in rest)
    answered = command("acknowledge", release, "000001", descendant, "--response", "rebuilt")
    assert answered.returncode == 0, answered.stderr
    assert not any("has not answered" in line for line in lines(config, "ada"))


@pytest.mark.parametrize("width", [80, pytest.param(120, marks=pytest.mark.slow)])
def test_a_trace_fits_a_terminal(config: Path, width: int) -> None:
    done = in_terminal(["trace", str(config), "ada", "--all", "--as-of", LATER], width=width)
    assert done.code == 0, done.text
    assert all(len(line) <= width for line in done.lines if not line.startswith("Next:"))
    assert done.lines[0].startswith("Not gone: 3 records of ada readable in 1.0.0.")


def test_diff_refuses_the_config_of_another_corpus(config: Path, tmp_path: Path) -> None:
    release = str(paths_of(config).releases / "1.0.0")
    other = Network().write(tmp_path / "other", corpus="other", as_of=datetime(2025, 6, 1, tzinfo=UTC).isoformat())
    done = command("diff", release, release, "--config", str(other))
    assert done.returncode == 1
    assert "is of the corpus other, and" in done.stderr
    assert "is of tiny; give the config of their builds" in done.stderr


@pytest.mark.parametrize(
    ("damage", "known"),
    [
        ("posts", "known in: 1 profile, 1 rights event, 1 region signal, 3 records in builds"),
        ("rights_events", "known in: 1 profile, 5 posts, 1 region signal, 3 records in builds"),
        ("profiles", "known in: 5 posts, 1 rights event, 1 region signal, 3 records in builds"),
    ],
)
@pytest.mark.parametrize("how", ["missing", "cut short"])
def test_an_input_that_cannot_be_read_leaves_the_releases_known(
    config: Path, damage: str, known: str, how: str
) -> None:
    file = config.parent / f"{damage}.parquet"
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-20])
    done = command("trace", str(config), "ada", "--as-of", LATER)
    answer, unread, why, *rest = done.stdout.splitlines()
    assert answer == "Not gone: 3 records of ada readable in 1.0.0. Whether they may be used now is unknown."
    assert unread.startswith("not read: ") and damage in unread
    assert why == f"rights now unknown: {damage} could not be read"
    assert known in rest
    assert "release 1.0.0, as of 2025-06-30: 3 records readable" in rest
    assert not any("absent_from_inputs" in line or line.startswith("Next:") for line in rest)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert f"{damage} could not be read" in done.stderr
    report = json.loads(command("trace", str(config), "ada", "--as-of", LATER, "--json").stdout)
    assert (list(report["unread"]), report["verdict"]) == ([damage], "not_gone")
    unknown = command("trace", str(config), "nobody", "--as-of", LATER)
    assert unknown.returncode == 1
    assert unknown.stdout.startswith(f"Unknown: nobody is in nothing that could be read of tiny; {damage} could not be")
