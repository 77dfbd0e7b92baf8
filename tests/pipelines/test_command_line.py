"""The command line starts fast, lists every command, and reports a user's mistake in one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("dagster", "numpy", "openlineage", "polars", "presidio_analyzer", "pydantic", "spacy")
COMMANDS = (
    *("init", "check", "build", "verify", "explain", "trace", "diff", "takedown", "register", "acknowledge"),
    *("notices", "redact", "evaluate", "new-key", "doctor", "prune", "report", "preview", "ui", "policy"),
    *("request", "answer", "certify", "log", "sign-off"),
)


def discreet(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"""
import sys
from pipelines.cli import app
try:
    app()
finally:
    print("loaded:", *[name for name in {HEAVY!r} if name in sys.modules])
"""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_lists_every_command_and_loads_no_heavy_library() -> None:
    done = discreet("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if f" {name} " not in done.stdout] == []
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


@pytest.mark.parametrize("name", [*COMMANDS, "policy check", "policy diff"])
def test_every_command_has_help(name: str) -> None:
    from click.testing import CliRunner

    from pipelines.cli import _app

    result = CliRunner().invoke(_app, [*name.split(), "--help"])
    assert not re.search(r"^ *(?:Args|Returns|Raises):", result.output, re.MULTILINE), "for readers of the code"
    assert result.exit_code == 0
    assert f"{name} [OPTIONS]" in result.output


def test_every_command_has_json_but_those_that_serve_a_page_or_print_lines() -> None:
    from pipelines.cli import COMMANDS as LISTED
    from pipelines.cli import _app

    without = set()
    for name in LISTED:
        loaded = _app.load(name)
        each = getattr(loaded, "commands", {"": loaded}).items()
        without |= {
            f"{name} {sub}".strip() for sub, command in each if not any("--json" in p.opts for p in command.params)
        }
    pages = {"ui", "preview", "review page"}
    lines = {"redact", "canary list", "review export", "review import", "review terms"}
    assert without == pages | lines


@pytest.mark.parametrize("name", ["review", "preview"])
def test_a_command_loads_by_itself(name: str) -> None:
    done = discreet(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"discreet {name} [OPTIONS]" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_is_the_first_sentence_of_the_help(name: str) -> None:
    from pipelines.cli import COMMANDS as LISTED
    from pipelines.cli import _app

    assert (_app.load(name).help or "").startswith(LISTED[name].line)


def test_an_unknown_command_is_a_usage_error_with_a_suggestion() -> None:
    done = discreet("biuld")
    assert done.returncode == 2
    assert done.stderr.count("Did you mean 'build'?") == 1


def test_a_users_mistake_is_one_line_and_exit_code_1() -> None:
    done = discreet("build", "nowhere.yaml")
    assert done.returncode == 1
    assert done.stderr == ("discreet: nowhere.yaml: no such file; correct the path, or choose a shipped one: sample\n")


def test_a_usage_error_repeats_an_argument_as_text() -> None:
    done = discreet("verify", "--x\x1b[31m[bold]")
    assert done.returncode == 2
    assert "--x\\x1b[31m[bold]" in done.stderr
    assert "\x1b" not in done.stderr
