"""`discreet check`, and every build: all mistakes at once, before any work, and what would be kept."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.network import Network
from tests.pipelines.running import command

SECRET = "zanzibarcanary"


def changed(config: Path, text: str) -> Path:
    """Replace top-level keys of a config by lines of YAML, as a user would write them."""
    keys = {line.split(":")[0] for line in text.splitlines() if line and not line.startswith(" ")}
    values = {key: value for key, value in yaml.safe_load(config.read_text("utf-8")).items() if key not in keys}
    config.write_text(yaml.safe_dump(values) + text, "utf-8")
    return config


def rows_of(output: str) -> dict[str, tuple[str, str]]:
    """What is wrong, and how to correct it, by key."""
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in output.splitlines() if line.startswith("│")]
    return {row[0]: (row[1], row[2]) for row in cells if len(row) == 3}


def cells_of(output: str) -> list[tuple[str, str]]:
    """What is wrong, and how to correct it, in order."""
    cells = [[c.strip() for c in line.split("│")[1:-1]] for line in output.splitlines() if line.startswith("│")]
    return [(row[1], row[2]) for row in cells if len(row) == 3]


BROKEN = """\
as_of: 2025-06-30
corpus: Tiny
rights:
  polcy: x
  ledger_events: 010
  near_duplicates: {enabled: on}
partitions: {grain: moth, start: 2024-01-01}
detection: socal
"""


@pytest.mark.parametrize("name", ["check", "build"])
def test_all_mistakes_are_in_one_table(name: str, tmp_path: Path) -> None:
    config = changed(Network().write(tmp_path), BROKEN)
    (tmp_path / "profiles.parquet").unlink()
    done = command(name, str(config), "--version", "one")
    assert done.returncode == 1
    found = rows_of(done.stderr)
    assert found["as_of"] == ("2025-06-30 is a date, not an instant", "write 2025-06-30T00:00:00Z")
    assert found["rights.polcy"][1].startswith("did you mean 'policy'?")
    assert found["partitions.grain"][1] == "did you mean 'month'? choose from day, week, month"
    assert "did you mean 'social'?" in found["detection"][1]
    assert found["rights.ledger_events"][0] == "YAML reads 010 as another number"
    assert found["rights.near_duplicates.enabled"] == ("'on' is a word, not true or false", "write true")
    assert {"corpus", "inputs.profiles.path"} <= set(found)
    assert any("one" in key for key in found), "the version is checked together with the rest"
    assert "http" not in done.stderr, "no message of a library"
    assert not (tmp_path / "state").exists()
    assert not (tmp_path / "out").exists()


def test_policy_and_key_are_checked_together(tmp_path: Path) -> None:
    policy = tmp_path / "mine.yaml"
    shipped = Path("configs/policies/linkedin-2024-09.yaml").read_text("utf-8")
    policy.write_text(shipped + "minimum_ages: 16\nx: 1\n", "utf-8")
    config = Network().write(tmp_path, rights={"policy": str(policy)})
    (tmp_path / "key").chmod(0o644)
    done = command("check", str(config))
    assert done.returncode == 1
    found = rows_of(done.stderr)
    assert {"mine.yaml: x", "mine.yaml: minimum_ages"} <= set(found)
    assert any("mode 0644" in problem for problem, _ in found.values())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("as_of: 2025-06-30T00:00:00", "no time zone"),
        ("as_of: tomorrow", "not an instant"),
        ("corpus: 20240101", "the number 20240101 is not text"),
        ("corpus: 2024-01-01", "not text"),
        ("partitions: {start: 0x10}", "another number"),
        ("release: {rows_per_shard: many}", "not a whole number"),
        ("release: {rows_per_shard: -1}", "out of range"),
        ("execution: {engine: rya}", "none of the known values"),
        ("key: {env: A, file: b}", "name exactly one"),
        ("rights: [a]", "a list is not a mapping"),
        ("inputs:", "is not a mapping"),
    ],
)
def test_a_mistake_is_said_in_plain_words(line: str, problem: str, tmp_path: Path) -> None:
    done = command("check", str(changed(Network().write(tmp_path), line + "\n")))
    assert done.returncode == 1
    assert problem in done.stderr
    assert not any(word in done.stderr for word in ("pydantic", "Input should", "validation", "Traceback"))


def test_a_clean_run_shows_what_would_be_kept_and_leaves_nothing(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = command("check", str(config))
    assert done.returncode == 0, done.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert f"discreet build {config}" in done.stdout
    assert SECRET not in done.stdout, "no terminal, no raw text"
    for reason in ("opted_out", "region_exempt", "under_age", "missing_text"):
        assert reason in done.stdout
    built = command("build", str(config))
    assert built.returncode == 0, built.stderr


def test_the_state_of_a_corpus_is_as_before(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    assert command("build", str(config)).returncode == 0
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    assert command("check", str(config)).returncode == 0
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == before


def test_first_rows_are_shown_on_a_terminal(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    assert "Gonzalez" in terminal("check", str(config))


def test_first_rows_name_the_number_of_files_and_no_estimate_of_rows(tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    posts = pl.read_parquet(tmp_path / "posts.parquet")
    posts.select(pl.exclude(*[n for n, t in posts.schema.items() if t.is_nested()])).write_csv(tmp_path / "posts.csv")
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    inputs["posts"] |= {"path": "posts.csv", "format": "csv"}
    done = command("check", str(changed(config, yaml.safe_dump({"inputs": inputs}))), "--show-rows")
    assert "posts: 1 file; the first rows as they are read" in done.stdout, done.stderr
    assert "rights_events: 1 file;" in done.stdout
    assert "known in an earlier release" in done.stdout
    assert "known_before" not in done.stdout


def terminal(*arguments: str, answers: str = "") -> str:
    """Run `discreet` in a pseudo terminal, as a user would; return what it shows."""
    code = [sys.executable, "-c", "from pipelines.cli import app; app()", *arguments]
    parent, child = pty.openpty()
    environment = {**os.environ, "COLUMNS": "160", "TERM": "dumb"}
    process = subprocess.Popen(code, stdin=child, stdout=child, stderr=child, env=environment)
    os.close(child)
    os.write(parent, answers.encode())
    shown = b""
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    process.wait()
    os.close(parent)
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["check", "build"])
def test_where_nothing_is_kept_the_reasons_are_listed(name: str, tmp_path: Path) -> None:
    network = Network()
    for post in network.posts:
        post["kind"] = "wholly-unknown"
    for profile in network.profiles:
        profile["account_status"] = "ACTIVE-ISH"
    config = network.write(tmp_path)
    done = command(name, str(config))
    assert done.returncode == 1
    shown = done.stdout + done.stderr
    assert "no record may be used" in shown
    assert "account_status_unknown" in shown
    assert "kind_unknown" in shown
    assert "discreet policy check" in shown
    assert not [row for row in network.posts if f" {row['post_id']} " in shown], "no ids"


def test_too_many_malformed_rows_name_the_reason_and_the_key(tmp_path: Path) -> None:
    config = Network().write(tmp_path, inputs={"max_quarantined": 0.01})
    for name in ("check", "build"):
        done = command(name, str(config))
        assert done.returncode == 1
        assert "missing_text" in done.stdout + done.stderr
        assert "inputs.max_quarantined" in done.stderr


@pytest.mark.parametrize("name", ["check", "build"])
def test_the_mistakes_of_every_file_and_table_are_in_one_table(name: str, tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    posts = pl.read_parquet(tmp_path / "posts.parquet")
    (tmp_path / "in").mkdir()
    posts.rename({"post_id": "POST_ID"}).write_parquet(tmp_path / "in/1.parquet")
    posts.rename({"post_id": "POST_ID"}).write_parquet(tmp_path / "in/2.parquet")
    posts.with_columns(author_id=pl.lit(1.5)).drop("kind").write_parquet(tmp_path / "in/3.parquet")
    (tmp_path / "in/4.parquet").write_bytes(b"PAR1 cut short")
    pl.read_parquet(tmp_path / "profiles.parquet").drop("user_id").write_parquet(tmp_path / "profiles.parquet")
    (tmp_path / "region_signals.parquet").unlink()
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    inputs["posts"]["path"] = "in"
    done = command(name, str(changed(config, yaml.safe_dump({"inputs": inputs}))))
    assert done.returncode == 1
    wrong = [problem for problem, _ in cells_of(done.stderr)]
    assert sum("1.parquet and 1 more files: did you mean 'POST_ID'" in each for each in wrong) == 1
    assert sum("3.parquet: column 'author_id' is double" in each for each in wrong) == 1
    assert sum("3.parquet: column 'kind' is missing" in each for each in wrong) == 1
    assert sum("4.parquet: is cut short" in each for each in wrong) == 1
    assert sum("column 'user_id' is missing" in each for each in wrong) == 1
    assert sum("no such Parquet file" in each for each in wrong) == 1
    assert len(wrong) == 6


@pytest.mark.parametrize("name", ["check", "build"])
def test_the_first_wrong_row_of_every_file_is_in_one_table(name: str, tmp_path: Path) -> None:
    config = Network().write(tmp_path)
    for table, column in (("posts", "created_at"), ("profiles", "birth_date")):
        rows = pl.read_parquet(tmp_path / f"{table}.parquet").with_columns(pl.lit("soon").alias(column))
        rows.write_parquet(tmp_path / f"{table}.parquet")
    done = command(name, str(config))
    assert done.returncode == 1
    wrong = [problem for problem, _ in cells_of(done.stderr)]
    assert [each.split(" is not ")[0] for each in wrong] == [
        "posts.parquet: row 1: column 'created_at'",
        "profiles.parquet: row 1: column 'birth_date'",
    ]


@pytest.mark.parametrize("table", ["posts", "rights_events"])
def test_everything_that_is_not_read_below_a_path_is_named(tmp_path: Path, table: str) -> None:
    config = Network().write(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / f"{table}.parquet").rename(tmp_path / "in/a.parquet")
    for name in ("a.md", "b.docx", "c.parquet.bak"):
        (tmp_path / "in" / name).touch()
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    inputs[table]["path"] = ["in", "nowhere"]
    done = command("check", str(changed(config, yaml.safe_dump({"inputs": inputs}))))
    wrong = "\n".join(problem for problem, _ in cells_of(done.stderr))
    assert all(name in wrong for name in ("a.md", "b.docx", "c.parquet.bak", "nowhere"))


def test_a_labeled_set_that_is_missing_is_found_before_any_work(tmp_path: Path) -> None:
    config = Network().write(tmp_path, release={"gates": {"labelled": ["labeled/none.jsonl"]}})
    for arguments in (["check", str(config)], ["build", str(config)]):
        done = command(*arguments)
        assert done.returncode == 1
        assert "labeled/none.jsonl: no such file" in done.stdout + done.stderr
    assert not (tmp_path / "state").exists()
