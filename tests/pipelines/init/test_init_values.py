"""`discreet init` proposes the order of dates and the meaning of words, and assumes nothing that permits."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from redaction.operations.proposal.examine import examine_values
from redaction.operations.proposal.propose import propose_table
from redaction.tables import TABLES, TableName, TableSettings, open_table, read_batches
from redaction.tables.settings import DateOrder
from tests.pipelines.init.test_init import kept, members, messages, opt_outs, release, write_csv
from tests.pipelines.inputs.test_check import terminal
from tests.pipelines.running import command


@pytest.fixture(autouse=True)
def _own_dagster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


def german(folder: Path, form: str = "%d.%m.%Y %H:%M", status: str = "aktiv") -> list[str]:
    """Write a dump with dates such as 31.12.2025 and German words, and return the options that name it."""
    posts = [row | {"created": datetime.fromisoformat(row["created"]).strftime(form)} for row in messages()]
    people = [row | {"DOB": "05.05.1980", "Status": status} for row in members()]
    people[2]["Status"] = "Gelöscht"
    ledger = [row | {"request": "Widerspruch", "date": _days_ago(form)} for row in opt_outs()]
    return [
        *("--posts", str(write_csv(folder / "posts.csv", posts))),
        *("--profiles", str(write_csv(folder / "members.csv", people))),
        *("--ledger", str(write_csv(folder / "requests.csv", ledger))),
        *("--corpus", "mine"),
    ]


def _days_ago(form: str) -> str:
    return datetime.fromisoformat(opt_outs()[0]["date"]).strftime(form)


def test_dates_and_words_of_a_german_dump_become_a_release(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    options = [*german(tmp_path), "--dates", "dmy", "--word", "profiles.account_status.AKTIV=active"]
    done = command("init", str(config), *options)
    assert done.returncode == 0, done.stderr
    assert "rights_events.action: 'Widerspruch' (1 row) is read as object" in done.stdout
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    assert inputs["posts"]["columns"]["created_at"] == {"column": "created", "order": "dmy"}
    assert inputs["rights_events"]["columns"]["action"] == {"column": "request", "words": {"Widerspruch": "object"}}
    words = inputs["profiles"]["columns"]["account_status"]["words"]
    assert words == {"AKTIV": "active", "Gelöscht": "closed"}
    release(config)
    assert kept(tmp_path) == 18, "22, without the two posts of the objector and of the closed account each"


def test_a_word_that_permits_is_not_assumed(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    done = command("init", str(config), *german(tmp_path), "--dates", "dmy")
    assert done.returncode == 0, done.stderr
    assert "--word profiles.account_status.aktiv=active" in done.stdout
    text = config.read_text("utf-8")
    assert "# aktiv: active # may be so; it permits" in text
    assert yaml.safe_load(text)["inputs"]["profiles"]["columns"]["account_status"]["words"] == {"Gelöscht": "closed"}
    checked = command("check", str(config))
    assert "account_status_unknown" in checked.stdout
    answer = json.loads(command("init", str(tmp_path / "b.yaml"), *german(tmp_path), "--dates=dmy", "--json").stdout)
    assert answer["words"]["profiles.account_status"] == {"Gelöscht": "closed"}


def test_a_column_of_words_is_found_by_its_words(tmp_path: Path) -> None:
    kinds = ["Beitrag", "Nachricht", "Kommentar"]
    posts = [
        {"Nr": row["id"], "Wer": row["member"], "Wann": row["created"], "Art": kinds[n % 3], "Inhalt": row["body"]}
        for n, row in enumerate(messages())
    ]
    people = [{"Mitglied": row["MemberNo"], "Land": row["Country"], "Zustand": "aktiv"} for row in members()]
    files = [
        *("--posts", str(write_csv(tmp_path / "posts.csv", posts)), "--ledger", "none"),
        *("--profiles", str(write_csv(tmp_path / "members.csv", people))),
    ]
    config = tmp_path / "mine.yaml"
    refused = command("init", str(config), *files)
    assert refused.returncode == 1
    missing = ["posts.post_id=Nr", "posts.author_id=Wer", "posts.created_at=Wann", "profiles.user_id=Mitglied"]
    options = [f"--map {each.partition('=')[0]}=NAME" for each in missing]
    assert f"give {' '.join(options)} (" in refused.stderr, "all that is missing, at once"
    done = command("init", str(config), *files, *(f"--map={each}" for each in missing))
    assert done.returncode == 0, done.stderr
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    assert inputs["posts"]["columns"]["kind"] == {"column": "Art", "words": {"Nachricht": "message"}}
    assert "account_status" not in inputs["profiles"]["columns"], "a status permits more than none"
    assert "profiles: nothing is read as full_name, birth_date, account_status; rights depend on it" in done.stdout
    assert propose_table(TableName.profiles, ["members.csv"], tmp_path).columns == {}
    asked = propose_table(TableName.profiles, ["members.csv"], tmp_path, confirmed=True)
    assert asked.columns["account_status"].column == ("Zustand",)
    assert inputs["region_signals"]["columns"]["value"] == "Land"


def test_words_are_asked_for_in_a_terminal(tmp_path: Path) -> None:
    config = tmp_path / "mine.yaml"
    options = german(tmp_path, status="in Betrieb")
    right, dates, words = ["y"] * 4, ["dmy", "dmy"], ["active", "", ""]
    answers = ["", *right, "", dates[0], words[0], "y", dates[1], "y"]
    shown = terminal("init", str(config), *options, answers="".join(f"{answer}\n" for answer in answers))
    assert "is 03/04/2025 3 April (dmy) or March 4 (mdy)" in shown
    columns = yaml.safe_load(config.read_text("utf-8"))["inputs"]["profiles"]["columns"]
    assert columns["account_status"]["words"] == {"in Betrieb": "active", "Gelöscht": "closed"}


@pytest.mark.parametrize(
    ("dates", "orders"),
    [
        (["31/12/2025", "01/02/2025"], {DateOrder.dmy}),
        (["12/31/2025 2:05 PM", "01/02/2025 11:00 AM"], {DateOrder.mdy}),
        (["Dec 31, 2025", "2025-01-02T00:00:00Z"], {DateOrder.mdy}),
        (["2025/12/31", "2025/01/02"], {DateOrder.ymd}),
        (["03/04/2025", "05/06/2025"], {DateOrder.dmy, DateOrder.mdy}),
        (["31/12/2025", "12/31/2025"], set()),
        (["31/12/2025", None, " "], {DateOrder.dmy}),
        ([20251231, 20250102], {DateOrder.ymd}),
        (["20251231", "20250102"], None),  # as ISO 8601
    ],
)
def test_an_order_is_proposed_where_all_dates_have_it(
    dates: list[Any], orders: set[DateOrder] | None, tmp_path: Path
) -> None:
    pl.DataFrame({"id": ["p1"] * len(dates), "created": dates}).write_parquet(tmp_path / "posts.parquet")
    proposal = propose_table(TableName.posts, ["posts.parquet"], tmp_path)
    found = examine_values(proposal, tmp_path).orders.get("created_at")
    assert found == (None if orders is None else frozenset(orders))


def test_the_order_is_found_after_the_first_rows_and_files(tmp_path: Path) -> None:
    for number, last in enumerate(["03/04/2025", "31/12/2025"]):
        dates = ["03/04/2025"] * 500 + [last]
        pl.DataFrame({"created": dates}).write_parquet(tmp_path / f"{number}.parquet")
    proposal = propose_table(TableName.posts, ["*.parquet"], tmp_path)
    assert examine_values(proposal, tmp_path).orders == {"created_at": frozenset({DateOrder.dmy})}


@pytest.mark.parametrize(("form", "why"), [("%d/%m/%Y", "--dates dmy"), ("%d/%m/%y", "no column is like it")])
def test_dates_with_two_readings_are_refused(form: str, why: str, tmp_path: Path) -> None:
    options = german(tmp_path, form)
    write_csv(tmp_path / "posts.csv", [row | {"created": datetime(2025, 1, 2).strftime(form)} for row in messages()])
    done = command("init", str(tmp_path / "mine.yaml"), *options)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert why in done.stderr
    assert not (tmp_path / "mine.yaml").exists()


@pytest.mark.parametrize("number", [1735689600.5, "1735689600.123", 1735689600000])
def test_times_as_numbers_with_and_without_places(number: float | str, tmp_path: Path) -> None:
    pl.DataFrame({"created": [number]}).write_parquet(tmp_path / "posts.parquet")
    proposal = propose_table(TableName.posts, ["posts.parquet"], tmp_path)
    mapping = {"created_at": proposal.columns["created_at"].model_dump(exclude_defaults=True)}
    row = {"post_id": "p1", "author_id": "m1", "kind": "post", "text": "x"}
    pl.DataFrame({"created": [number]} | {k: [v] for k, v in row.items()}).write_parquet(tmp_path / "posts.parquet")
    settings = TableSettings.model_validate({"path": "posts.parquet", "columns": mapping})
    [batch] = read_batches(TABLES[TableName.posts], open_table(TABLES[TableName.posts], settings, tmp_path).files)
    assert batch.rows["created_at"][0].replace(microsecond=0) == datetime(2025, 1, 1, tzinfo=UTC)
