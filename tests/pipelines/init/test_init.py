"""`discreet init`: from a stranger's files to a release, by the commands that each command names next."""

import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from redaction.operations.proposal.propose import propose_table
from redaction.tables import TableName
from tests.pipelines.inputs.test_check import terminal
from tests.pipelines.running import command

START = datetime(2025, 1, 3, 9, tzinfo=UTC)


def members() -> list[dict[str, Any]]:
    return [
        {
            "MemberNo": f"m{i:03}",
            "Display Name": f"Arvo{i} Quarnby",
            "Bio": "I repair harbour cranes.",
            "DOB": "1980-05-05",
            "Status": "active",
            "Country": "DE" if i == 3 else "US",
        }
        for i in range(12)
    ]


def messages() -> list[dict[str, Any]]:
    return [
        {
            "id": f"p{i}",
            "member": f"m{i % 12:03}",
            "created": (START + timedelta(days=i)).isoformat(),
            "body": f"Today we repaired crane number {i} in the harbour, and it took us {i + 7} long minutes.",
        }
        for i in range(24)
    ]


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def opt_outs() -> list[dict[str, Any]]:
    now = datetime.now(UTC) - timedelta(days=1)
    return [{"request_id": "r1", "member_id": "m001", "request": "opt_out", "date": now.isoformat()}]


def kept(folder: Path) -> int:
    return pl.read_parquet(folder / "out" / "mine" / "1.0.0" / "data" / "*.parquet")["record_id"].n_unique()


def release(config: Path) -> None:
    """Follow the next commands, as each command prints them."""
    checked = command("check", str(config))
    assert checked.returncode == 0, checked.stderr
    assert f"Next: discreet build {config}" in checked.stdout
    built = command("build", str(config))
    assert built.returncode == 0, built.stderr


def test_csv_in_one_folder_without_a_ledger(tmp_path: Path) -> None:
    posts = write_csv(tmp_path / "dump/posts.csv", messages())
    profiles = write_csv(tmp_path / "dump/members.csv", members())
    config = tmp_path / "mine.yaml"
    options = ["--posts", str(posts), "--profiles", str(profiles), "--ledger", "none", "--corpus", "mine"]
    done = command("init", str(config), *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"Next: discreet check {config}"
    written = yaml.safe_load(config.read_text("utf-8"))
    assert written["inputs"]["posts"] == {
        "path": "dump/posts.csv",
        "format": "csv",
        "columns": {
            "post_id": "id",
            "author_id": "member",
            "created_at": "created",
            "kind": {"value": "post"},
            "text": "body",
        },
    }
    assert written["inputs"]["region_signals"]["columns"]["value"] == "Country"
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state/mine.key").stat().st_mode) == 0o600
    release(config)
    assert kept(tmp_path) == 22  # profiles of own words alone are left out


def test_json_lines_by_day_with_nested_ids_and_numbers_for_times(tmp_path: Path) -> None:
    for row in messages():
        day = datetime.fromisoformat(row["created"])
        post = {
            "message_id": row["id"],
            "user": {"id": row["member"]},
            "timestamp": int(day.timestamp() * 1000),
            "content": row["body"],
        }
        path = tmp_path / "posts" / f"{day:%Y-%m-%d}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(post) + "\n", "utf-8")
    profiles = tmp_path / "members.jsonl"
    profiles.write_text("".join(json.dumps(row) + "\n" for row in members()), "utf-8")
    ledger = write_csv(tmp_path / "requests.csv", opt_outs())
    config = tmp_path / "mine.yaml"
    options = ["--posts", str(tmp_path / "posts"), "--profiles", str(profiles), "--ledger", str(ledger)]
    done = command("init", str(config), *options, "--corpus", "mine")
    assert done.returncode == 0, done.stderr
    columns = yaml.safe_load(config.read_text("utf-8"))["inputs"]["posts"]["columns"]
    assert columns["author_id"] == "user.id"
    assert columns["created_at"] == {"column": "timestamp", "unit": "ms"}
    release(config)
    assert kept(tmp_path) == 20


def test_delta_tables_are_recognized_by_their_log(tmp_path: Path) -> None:
    pl.DataFrame(messages()).write_delta(str(tmp_path / "posts"))
    pl.DataFrame(members()).write_delta(str(tmp_path / "members"))
    config = tmp_path / "mine.yaml"
    options = ["--posts", str(tmp_path / "posts"), "--profiles", str(tmp_path / "members"), "--ledger", "none"]
    assert command("init", str(config), *options, "--corpus", "mine").returncode == 0
    assert yaml.safe_load(config.read_text("utf-8"))["inputs"]["posts"]["format"] == "delta"
    release(config)
    assert kept(tmp_path) == 22  # profiles of own words alone are left out


def test_a_user_answers_in_a_terminal(tmp_path: Path) -> None:
    rows = [{"kennung" if k == "member" else k: v for k, v in row.items()} for row in messages()]
    posts = write_csv(tmp_path / "posts.csv", rows)
    profiles = write_csv(tmp_path / "members.csv", members())
    ledger = write_csv(tmp_path / "requests.csv", opt_outs())
    config = tmp_path / "mine.yaml"
    posts_are_right = ["y", "unheard-of", "kennung"]  # the author's column is asked for until there is one
    answers = [str(posts), str(profiles), str(ledger), "", *posts_are_right, "y", "y", "y", "mine", ""]
    shown = terminal("init", str(config), answers="".join(f"{answer}\n" for answer in answers))
    assert f"Next: discreet check {config}" in shown.replace("\r\n", "\n"), shown
    assert "no column 'unheard-of'" in shown
    assert yaml.safe_load(config.read_text("utf-8"))["inputs"]["posts"]["columns"]["author_id"] == "kennung"


def test_the_policy_that_is_used_is_named_with_what_it_says(tmp_path: Path) -> None:
    posts = write_csv(tmp_path / "posts.csv", messages())
    profiles = write_csv(tmp_path / "members.csv", members())
    files = ["--posts", str(posts), "--profiles", str(profiles), "--ledger", "none", "--name", "mine"]
    default = command("init", str(tmp_path / "a.yaml"), *files)
    assert "policy linkedin-2024-09: members are used unless they opted out" in default.stdout
    assert "The default; --policy chooses another: " in default.stdout
    assert "opt-in: nobody is used unless they opted in" in default.stdout
    given = command("init", str(tmp_path / "b.yaml"), *files, "--policy", "opt-in")
    assert "policy opt-in: nobody is used unless they opted in" in given.stdout
    assert "default" not in given.stdout
    assert yaml.safe_load((tmp_path / "b.yaml").read_text("utf-8"))["rights"]["policy"] == "opt-in"
    wrong = command("init", str(tmp_path / "c.yaml"), *files, "--policy", "optin")
    assert "did you mean 'opt-in'" in wrong.stderr
    assert not (tmp_path / "c.yaml").exists()


def test_the_corpus_is_named_after_the_config(tmp_path: Path) -> None:
    posts = write_csv(tmp_path / "posts.csv", messages())
    profiles = write_csv(tmp_path / "members.csv", members())
    files = ["--posts", str(posts), "--profiles", str(profiles), "--ledger", "none"]
    for config, corpus in (("mine.yaml", "mine"), ("discreet.yaml", "corpus"), ("my run.yaml", "corpus")):
        assert command("init", str(tmp_path / config), *files).returncode == 0
        written = yaml.safe_load((tmp_path / config).read_text("utf-8"))
        assert (written["corpus"], written["key"]["file"]) == (corpus, f"state/{corpus}.key")


@pytest.mark.parametrize("given", [[], ["--map", "rights_events.event_id=request"]])
def test_the_column_with_words_of_the_vocabulary_is_the_action(tmp_path: Path, given: list[str]) -> None:
    posts = write_csv(tmp_path / "posts.csv", messages())
    profiles = write_csv(tmp_path / "members.csv", members())
    events = [{"request": f"r{i}", "member": f"m{i:03}", "what": word} for i, word in enumerate(["opt out", "delete"])]
    ledger = write_csv(tmp_path / "ledger.csv", [each | {"when": "2025-06-01T00:00:00Z"} for each in events])
    files = ["--posts", str(posts), "--profiles", str(profiles), "--ledger", str(ledger)]
    done = command("init", str(tmp_path / "mine.yaml"), *files, *given)
    if not given:
        assert "give --map rights_events.event_id=NAME" in done.stderr
        assert "action         │ what " in done.stdout
        return
    columns = yaml.safe_load((tmp_path / "mine.yaml").read_text("utf-8"))["inputs"]["rights_events"]["columns"]
    assert (columns["event_id"], columns["action"]["column"]) == ("request", "what")
    assert columns["received_at"] == columns["event_time"] == "when"


def test_without_a_terminal_what_is_missing_is_named(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "member"} | {"kennung": row["member"]} for row in messages()]
    posts, profiles = write_csv(tmp_path / "p.csv", rows), write_csv(tmp_path / "m.csv", members())
    config = tmp_path / "mine.yaml"
    options = ["--posts", str(posts), "--profiles", str(profiles)]
    done = command("init", str(config), *options)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "--ledger: is missing" in done.stderr
    done = command("init", str(config), *options, "--ledger", "none")
    assert done.returncode == 1
    assert (
        "posts.author_id: no column is like it; give --map posts.author_id=NAME (posts has id, created" in done.stderr
    )
    assert not config.exists()
    assert not (tmp_path / "state").exists()
    mapped = command("init", str(config), *options, "--ledger", "none", "--map", "posts.author_id=kennung")
    assert mapped.returncode == 0, mapped.stderr
    again = command("init", str(config), *options, "--ledger", "none")
    assert again.returncode == 1
    assert "exists" in again.stderr


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ("Author ID", "author_id"),
        ("userId", "author_id"),
        ("MEMBER", "author_id"),
        ("created_utc", "created_at"),
        ("Timestamp", "created_at"),
        ("message", "text"),
        ("parent_id", "in_reply_to"),
    ],
)
def test_a_column_is_found_by_its_name_or_a_common_one(given: str, column: str, tmp_path: Path) -> None:
    values = {"author_id": "m1", "created_at": START, "text": "A text of several words.", "in_reply_to": "p1"}
    pl.DataFrame({given: [values[column]]}).write_parquet(tmp_path / "posts.parquet")
    proposal = propose_table(TableName.posts, ["posts.parquet"], tmp_path)
    assert proposal.columns[column].column == (given,)


@pytest.mark.parametrize(
    ("values", "proposed"), [(["+13035550101"], True), (["13035550101"], True), ([["1"]], True), ([13035550101], False)]
)
def test_a_list_of_addresses_is_found_in_text_and_not_in_numbers(
    values: list[Any], proposed: bool, tmp_path: Path
) -> None:
    pl.DataFrame({"id": ["m1"], "Phone": values}).write_parquet(tmp_path / "members.parquet")
    assert ("phones" in propose_table(TableName.profiles, ["members.parquet"], tmp_path).columns) == proposed


def test_a_column_of_another_type_is_not_proposed(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1.5], "date": ["soon"], "author": [[1]], "post_text": ["Words of a post."]})
    frame.write_parquet(tmp_path / "posts.parquet")
    proposal = propose_table(TableName.posts, ["posts.parquet"], tmp_path)
    assert proposal.missing == ["post_id", "author_id", "created_at"]


def test_the_column_with_the_country_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text(
        "id,name,born,status,wohnt in\n1,Ada Okafor,1985-05-17,active,Germany\n", "utf-8"
    )
    (tmp_path / "posts.csv").write_text("id,author,created_at,text\n10,1,2026-03-02T09:15:00Z,Hello there\n", "utf-8")
    files = ["--posts", str(tmp_path / "posts.csv"), "--profiles", str(tmp_path / "members.csv"), "--ledger", "none"]
    config = tmp_path / "mine.yaml"
    refused = command("init", str(config), *files)
    assert refused.returncode == 1
    assert "--map region_signals.value=" in refused.stderr
    assert command("init", str(config), *files, "--map", "region_signals.value=wohnt in").returncode == 0
    assert "value: wohnt in" in config.read_text("utf-8")
