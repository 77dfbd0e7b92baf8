"""What is shown on the terminal is text: no markup, no link, no escape sequence; ids are whole at every width."""

import json
import sys
from datetime import timedelta

import pytest
from pydantic import BaseModel

from pipelines.cli.terminal import inert, say, say_json, visible
from redaction.wording import counted, counted_sources, listed, spelled


class Document(BaseModel):
    name: str


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p[/b]x", "p[/b]x"),
        ("p[bold]y", "p[bold]y"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("\x1b]8;;http://a.example\x07b", "\\x1b]8;;http://a.example\\x07b"),
        ("a\x9bb\x00\r\n", "a\\x9bb\\x00\\r\\n"),
        ("a\u202eb\u200b", "a\\u202eb\\u200b"),
        ("\ud800", "\\ud800"),
        ("Zoë 東京", "Zoë 東京"),
    ],
)
def test_a_value_is_one_line_without_control_characters(
    text: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inert(text) == str(visible(text)) == shown
    say(text)
    assert capsys.readouterr().out == f"{shown}\n"


def test_a_pipe_gets_long_lines_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    line = "word " * 100 + "end"
    say(line, style="bold")
    assert capsys.readouterr().out == f"{line}\n"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_gets_lines_that_fit_with_ids_whole(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    name, spaced = "urn:li:activity:" + "7" * 60, "an id of five words"
    say(f"  {'some words ' * 9}{name} {'more words ' * 9}{spaced}.", whole=[name, spaced], indent=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if name in line]
    assert [line for line in lines if spaced in line]
    assert all(len(line) <= width for line in lines if name not in line)
    assert all(line.startswith("    ") for line in lines[1:])


def test_json_holds_every_character_and_shows_none(capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[31m\x9b\u202eé"
    say_json(Document(name=name))
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": name}
    assert out.isascii()
    assert "\x1b" not in out


def test_numbers_have_the_right_noun() -> None:
    assert [counted(n, "reply", "replies") for n in (0, 1, 2)] == ["0 replies", "1 reply", "2 replies"]
    assert counted(1234, "file") == "1,234 files"
    assert counted_sources({"posts": 1, "profiles": 2, "other": 0}) == "1 post and 2 profiles"
    assert counted_sources({}) == "none"
    assert [spelled(timedelta(seconds=n)) for n in (0, 1, 285, 5400, 86_400 * 3)] == [
        "0 seconds", "1 second", "5 minutes", "2 hours", "3 days"
    ]  # fmt: skip
    assert [listed(parts) for parts in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b and c"]
