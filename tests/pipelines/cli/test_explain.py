"""`discreet explain` answers in a sentence, then with the evidence that counts, and shows no raw text."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from redaction.release.takedown import read_chain
from redaction.rights import Reason
from tests.network import Network, paths_of
from tests.pipelines.running import CANARY, command, decisions_of, in_terminal
from tests.releases import release

LATER = "2025-06-30T00:00:00Z"
SUMMARY = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."
DUTCH = "De trein naar de kust was weer vol en niemand op het station wist waarom er geen tweede trein reed."
SHOUT = "urn:li:activity:" + "7" * 70


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A build with a record for each reason that rights alone would keep."""
    network = Network()
    ben = network.posts[1]
    network.posts += [
        network.posts[7] | {"post_id": "p-original", "text": SUMMARY},
        ben | {"post_id": "p-copy", "text": SUMMARY},
        ben | {"post_id": "p-dutch", "text": DUTCH, "language": None},
        ben | {"post_id": "p-forum", "context": "A health forum"},
        ben | {"post_id": "p-canary", "text": "The quokka timetable is out, and the other one too."},
        network.posts[7] | {"post_id": SHOUT, "text": "I said no twice."},
    ]
    gates = {"canaries": ["quokka"], "max_set_aside": 0.5}
    config = network.write(tmp_path_factory.mktemp("answers"), release={"gates": gates})
    release(config)
    yield config


def answer(config: Path, *arguments: str) -> str:
    done = command("explain", str(config), *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("record", ["p-re-eva", "p-null", "out", "p-ada"])
def test_explain_shows_the_reason_and_no_text(built: tuple[Path, Path], record: str) -> None:
    shown = answer(built[0], record, "--all")
    assert decisions_of(built[0])[record][1] in shown
    assert CANARY not in shown
    assert "Okafor" not in shown


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            "p-eva",
            "post p-eva is not in 1.0.0: its author's profile has said Germany since 2020-01-01; the policy "
            "linkedin-2024-09 exempts EU27 from 2024-09-18 (source: Privacy policy of 18 September 2024, a secondary "
            "source). It could be kept if no region signal of its author that counts were in an exempt region.",
        ),
        (
            "p-out",
            "post p-out is not in 1.0.0: its author opted out on 2024-12-01 (event e1) and has not opted in since. It "
            "could be kept if its author opted in after that.",
        ),
        ("p-kid", "post p-kid is not in 1.0.0: its author had not reached the minimum age of 18 then. Content of "
                  "its author from 2028-01-01 on could be kept."),
        ("off", "profile off is not in 1.0.0: the account of the member is closed, by the profile. It could be kept if "
                "the account were reopened."),
        ("p-null", "post p-null is not in 1.0.0: its text is null (file 0 row group 0 row 13). It could be kept if it "
                   "had a text."),
        ("p-ada", "post p-ada is in 1.0.0: every rule was tried and none denied it."),
    ],
)  # fmt: skip
def test_the_answer_is_a_sentence(answers: Path, record: str, expected: str) -> None:
    assert answer(answers, record).splitlines()[0] == expected


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("p-copy", "it is a near copy of p-original (similarity 1.00), which may not be used (opted_out)"),
        ("p-dutch", "in a language that the detection profile does not support: Dutch (nl)"),
        ("p-canary", "the audit found personal data that detection had missed: canaries"),
        ("p-forum", "in a context that the policy linkedin-2024-09 excludes (health)"),
    ],
)
def test_what_dropped_a_record_that_rights_would_keep_is_named(answers: Path, record: str, reason: str) -> None:
    first, second, *_ = answer(answers, record).splitlines()
    assert reason in first
    assert (second == "The rights alone would keep it.") == (record != "p-forum")


def test_a_reply_names_the_post_that_may_not_be_used_and_why(answers: Path) -> None:
    shown = answer(answers, "p-re-eva")
    assert "it refers to p-eva, which may not be used (its author's profile has said Germany" in shown
    assert "1 reference up: p-eva by eva: drop, region_exempt" not in shown
    assert "1 reference up: p-eva by eva: drop, region_exempt" in answer(answers, "p-re-eva", "--all")


def test_what_does_not_apply_is_listed_on_request_and_accuses_nobody(answers: Path) -> None:
    assert "under_age" not in answer(answers, "p-ada", "--all")
    assert "min_age covers content before 2003-05-17 only, and not this" in answer(answers, "p-ada", "--all")
    assert "min_age" not in answer(answers, "p-ada")


def test_the_redacted_rows_are_shown_on_request(answers: Path) -> None:
    assert "write to" not in answer(answers, "p-ada")
    shown = answer(answers, "p-ada", "--show")
    assert "[PERSON_1]" in shown
    assert "ada@example.com" not in shown
    document = json.loads(answer(answers, "p-ada", "--show", "--json"))
    assert [row["field"] for row in document["rows"]] == ["text"]


def test_a_record_is_found_by_its_id_in_the_release(answers: Path) -> None:
    document = json.loads(answer(answers, "p-ada", "--json"))
    assert (document["outcome"], document["reason"]) == ("released", "eligible")
    by_record_id = json.loads(answer(answers, document["record_id"], "--json"))
    assert by_record_id == document
    assert "11:" not in answer(answers, "ada"), "dates have no time of day"


def test_an_unknown_id_is_said_to_be_unknown(answers: Path) -> None:
    done = command("explain", str(answers), "nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("discreet: nowhere: unknown: no post, profile or released record")
    assert command("explain", str(answers), "p-ada", "--version", "9.0.0").returncode == 1


def test_inputs_that_changed_since_are_pointed_out(answers: Path, tmp_path: Path) -> None:
    config = shutil.copytree(answers.parent, tmp_path / "run") / "config.yaml"
    events = pl.read_parquet(config.parent / "rights_events.parquet")
    later = events.filter(event_id="e1").with_columns(event_id=pl.lit("e8"), subject_id=pl.lit("ada"))
    pl.concat([events, later]).write_parquet(config.parent / "rights_events.parquet")
    assert "The inputs have changed since: by them it would be left out (opted_out)." in answer(config, "p-ada")


def test_after_a_takedown_the_answer_names_it(answers: Path, tmp_path: Path) -> None:
    config = shutil.copytree(answers.parent, tmp_path / "run") / "config.yaml"
    before = json.loads(answer(config, "p-ada", "--json"))
    events = pl.read_parquet(config.parent / "rights_events.parquet")
    out = events.filter(event_id="e1").with_columns(event_id=pl.lit("e8"), subject_id=pl.lit("ada"))
    pl.concat([events, out]).write_parquet(config.parent / "rights_events.parquet")
    assert command("takedown", str(config), "--yes", "--as-of", LATER).returncode == 0
    (notice,) = read_chain(paths_of(config).releases)
    day = f"{notice.effective_at:%Y-%m-%d}"
    since = "since its author opted out on 2024-12-01 (event e8) and has not opted in since"
    assert answer(config, "p-ada").splitlines()[0] == (
        f"post p-ada is not in 2.0.0: removed by takedown 000001 on {day}, {since}. It never returns."
    )
    assert f"removed by takedown 000001 on {day}" in answer(config, "ada").splitlines()[0]
    assert f"removed by takedown 000001 on {day}" in answer(config, before["record_id"]).splitlines()[0]
    document = json.loads(answer(config, "p-ada", "--json"))
    assert (document["outcome"], document["takedown"], document["version"]) == ("removed", "000001", "2.0.0")
    assert answer(config, "p-ben").startswith("post p-ben is in 2.0.0: ")
    assert answer(config, "p-ben", "--version", "1.0.0").startswith("post p-ben is in 1.0.0: ")
    for path in config.parent.glob("*.parquet"):
        frame = pl.read_parquet(path)
        for column in ("author_id", "user_id", "subject_id"):
            frame = frame.filter(pl.col(column).is_null() | (pl.col(column) != "ada")) if column in frame else frame
        frame.write_parquet(path)
    assert answer(config, "p-ada").startswith(f"post p-ada is not in 2.0.0: removed by takedown 000001 on {day}. It")


@pytest.mark.parametrize("width", [80, pytest.param(120, marks=pytest.mark.slow)])
def test_an_answer_fits_a_terminal_with_ids_whole(answers: Path, width: int) -> None:
    done = in_terminal(["explain", str(answers), SHOUT, "--all"], width=width)
    assert done.code == 0, done.text
    assert [line for line in done.lines if SHOUT in line]
    assert all(len(line) <= width for line in done.lines if SHOUT not in line)
    assert [line for line in done.lines if "signal:" in line]
    assert Reason.OPTED_OUT.value in done.text
