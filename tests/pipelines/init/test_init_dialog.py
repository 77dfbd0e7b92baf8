"""A user at a terminal gets from a dump to a release by what each command asks and prints, without an editor."""

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import write_deltalake

from tests.pipelines.init.test_init import kept, members, messages, opt_outs, write_csv
from tests.pipelines.running import command

SILENCE = 240
"""Seconds without any output after which a command counts as waiting for an answer that the test does not give."""


def at_terminal(folder: Path, words: list[str], answers: list[tuple[str, str]]) -> str:
    """Run a command in a pseudo terminal; answer each question when it is asked, in order. Return what it shows."""
    code = [sys.executable, "-c", "from pipelines.cli import app; app()", *words]
    root = str(Path(__file__).parents[3])
    settings = {"COLUMNS": "160", "TERM": "dumb", "PYTHONPATH": root}
    environment = os.environ | settings
    parent, child = pty.openpty()
    process = subprocess.Popen(code, stdin=child, stdout=child, stderr=child, env=environment, cwd=folder)
    os.close(child)
    shown, asked, left = "", "", list(answers)
    try:
        while chunk := _read(parent):
            shown, asked = shown + chunk, asked + chunk
            if left and left[0][0] in asked and asked.rstrip(" ").endswith(":"):
                os.write(parent, f"{left.pop(0)[1]}\n".encode())
                asked = ""
    finally:
        process.kill()
        code_of_exit = process.wait()
        os.close(parent)
    assert not left, f"never asked: {left[0][0]}\n{shown}"
    assert code_of_exit in {0, -9}, shown
    return shown


def _read(parent: int) -> str:
    ready, _, _ = select.select([parent], [], [], SILENCE)
    assert ready, "the command waits for an answer"
    try:
        return os.read(parent, 65536).decode("utf-8", "replace")
    except OSError:  # the other end is closed
        time.sleep(0.5)
        return ""


def next_command(shown: str) -> list[str]:
    """Return the command that the last lines name, as a user copies it."""
    found = re.findall(r"Next: (discreet [^\r\n]*)", shown)
    assert found, shown
    return shlex.split(found[-1])[1:]


def people(**more: Callable[[int], Any]) -> list[dict[str, Any]]:
    return [row | {name: value(n) for name, value in more.items()} for n, row in enumerate(members())]


def csv_in_one_folder(folder: Path) -> None:
    mails = people(
        **{"E-Mail": lambda n: f"arvo{n}@mail.example; a{n}@x.example", "Phone": lambda n: f"+130355501{n:02}"}
    )
    write_csv(folder / "dump/posts.csv", messages())
    write_csv(folder / "dump/members.csv", mails)
    write_csv(folder / "dump/requests.csv", opt_outs())


def json_lines_by_day(folder: Path) -> None:
    for row in messages():
        when = datetime.fromisoformat(row["created"])
        post = {"id": row["id"], "user": {"id": row["member"]}, "ts": int(when.timestamp()), "text": row["body"]}
        path = folder / "dump/posts" / f"{when:%Y-%m-%d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{json.dumps(post)}\n", "utf-8")
    lines = people(email=lambda n: f"arvo{n}@mail.example")
    (folder / "dump/members.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in lines), "utf-8")
    (folder / "dump/requests.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in opt_outs()), "utf-8")


def delta_tables(folder: Path) -> None:
    for name, rows in (("posts", messages()), ("members", people()), ("requests", opt_outs())):
        (folder / "dump").mkdir(exist_ok=True)
        write_deltalake(folder / "dump" / name, pl.DataFrame(rows).to_arrow())


DUMPS: dict[str, tuple[Callable[[Path], None], tuple[str, str, str]]] = {
    "csv": (csv_in_one_folder, ("dump/posts.csv", "dump/members.csv", "dump/requests.csv")),
    "jsonl": (json_lines_by_day, ("dump/posts", "dump/members.jsonl", "dump/requests.jsonl")),
    "delta": (delta_tables, ("dump/posts", "dump/members", "dump/requests")),
}


@pytest.mark.parametrize(
    "dump", ["csv", pytest.param("jsonl", marks=pytest.mark.slow), pytest.param("delta", marks=pytest.mark.slow)]
)
def test_a_dump_becomes_a_release_by_answers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dump: str) -> None:
    write, (posts, profiles, ledger) = DUMPS[dump]
    write(tmp_path)
    answers = [
        ("Posts", posts),
        ("Profiles", profiles),
        ("Ledger", ledger),
        ("Objections", ""),
        *[("Is this right?", "")] * 4,
        ("Name of the corpus", "mine"),
        ("Policy", ""),
    ]
    shown = at_terminal(tmp_path, ["init", "mine.yaml"], answers)
    assert "MISSING" not in shown
    monkeypatch.chdir(tmp_path)
    checked = command(*next_command(shown))
    done = command(*next_command(checked.stdout))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/mine/1.0.0/manifest.json").is_file()
    assert kept(tmp_path) == 20  # profiles of own words alone are left out


@pytest.mark.parametrize("dump", ["csv", pytest.param("jsonl", marks=pytest.mark.slow)])
def test_addresses_that_are_text_are_mapped_to_lists(tmp_path: Path, dump: str) -> None:
    DUMPS[dump][0](tmp_path)
    posts, profiles, ledger = DUMPS[dump][1]
    words = ["init", "mine.yaml", "--posts", posts, "--profiles", profiles, "--ledger", ledger, "--corpus", "mine"]
    at_terminal(tmp_path, [*words, "--policy", "linkedin-2024-09"], [("Objections", ""), *[("right?", "")] * 4])
    text = (tmp_path / "mine.yaml").read_text("utf-8")
    assert ("emails: E-Mail" if dump == "csv" else "emails: email") in text
    assert "phones: Phone" in text or dump == "jsonl"
    assert "# not used: Country\n" in text.split("rights_events:")[0]
