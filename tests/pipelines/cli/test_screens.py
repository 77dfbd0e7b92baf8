"""What a build, help and errors are like on a terminal of 80 or 120 columns, and where there is none."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS
from pipelines.cli.shared.build_screen import print_screen
from redaction.builds.report import BuildReport
from redaction.release import SourceCounts
from redaction.release.manifest import NOT_MEASURED, GateResult
from tests.network import Network
from tests.pipelines.running import command
from tests.pipelines.window import in_terminal, visible

ROOT = Path(__file__).parents[3]
STAGES = ["read", "decide", "redact", "audit", "publish"]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def config(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """The config of a corpus that was built once: building it again is quick, and gives the same version."""
    return shutil.copytree(built[0].parent, tmp_path / "run") / "config.yaml"


@pytest.mark.parametrize(
    ("columns", "environment"), [(80, {}), pytest.param(120, {"NO_COLOR": "1"}, marks=pytest.mark.slow)]
)
def test_the_last_screen_of_a_build_fits_the_terminal(config: Path, columns: int, environment: dict[str, str]) -> None:
    code, output = in_terminal(["build", "config.yaml"], columns, config.parent, **environment)
    assert code == 0, output
    lines = visible(output).rstrip().split("\n")
    screen = lines[next(n for n, line in enumerate(lines) if line.startswith("tiny 1.0.0 ")) :]
    assert len(screen) <= 23, "a prompt follows, and the screen has 24 lines"
    assert [line for line in screen[:-1] if len(line.rstrip()) > columns] == []
    assert screen[-1] == str(config.parent / "out/tiny/1.0.0")
    text = "\n".join(screen)
    for shown in ("kept", "who said no", "where they live", "28.6%", " passed", "labeled spans", "discreet verify"):
        assert shown in text
    assert "discreet verify out/tiny/1.0.0" in text, "a command is on one line"
    assert "█" in text
    assert ("\x1b[3" in output) == ("NO_COLOR" not in environment), "colors"
    stages = [line.split()[0] for line in lines if line.split()[:1] and line.split()[0] in STAGES and "━" not in line]
    assert stages == STAGES


@pytest.mark.parametrize(("groups", "last"), [(7, "no text"), (9, "3 more (--full)")])
def test_the_screen_names_groups_while_there_is_room(
    groups: int, last: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    reasons = ["opted_out", "region_exempt", "under_age", "account_closed", "kind_denied", "near_duplicate", "no_text"]
    reasons = [*reasons, "tombstoned", "language_unsupported"][:groups]
    dropped = {reason: 100 - number for number, reason in enumerate(reasons)}
    posts = SourceCounts(input=sum(dropped.values()), kept=0, dropped=dropped)
    gates = [
        GateResult(name="schema", passed=True, value=0, threshold=0),
        GateResult(name="linkage_posts", passed=True, value=0, threshold=0, detail=f"{NOT_MEASURED}: too few"),
        GateResult(name="canaries", passed=False, value=1, threshold=0),
    ]
    report = BuildReport(
        release="out/tiny/1.0.0",
        corpus="tiny",
        version="1.0.0",
        as_of=datetime(2025, 1, 1, tzinfo=UTC),
        policy="p",
        sources={"posts": posts},
        texts=0,
        words=None,
        spans={},
        gates=tuple(gates),
    )
    print_screen(report, Path("tiny.yaml"))
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line.split()[:3] for line in shown if line.startswith("kept")] == [["kept", "0", "0.0%"]]
    rows = shown[shown.index(next(line for line in shown if line.startswith("kept"))) + 1 :]
    assert rows[: rows.index("")][-1].startswith(last)
    assert "gates     1 passed, 1 not measured, 1 failed: canaries" in shown


def test_without_a_terminal_each_stage_is_a_plain_line_on_standard_error(config: Path) -> None:
    done = command("build", str(config))
    assert [line.split()[0] for line in done.stderr.splitlines()] == STAGES
    assert all(line.split()[-1] == "s" or line.endswith("/s") for line in done.stderr.splitlines())
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == str(config.parent / "out/tiny/1.0.0")


def test_a_quiet_build_prints_the_folder_alone(config: Path) -> None:
    done = command("build", str(config), "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{config.parent / 'out/tiny/1.0.0'}\n"


def test_a_build_reports_itself_as_one_json_object(config: Path) -> None:
    report = json.loads(command("build", str(config), "--json").stdout)
    assert report["release"] == str(config.parent / "out/tiny/1.0.0")
    assert report["sources"]["posts"]["input"] == len(Network().posts)
    assert report["sources"]["posts"]["dropped"]["region_exempt"] == 1
    assert report["spans"]["EMAIL_ADDRESS"] == 1
    assert sorted(report["seconds"]) == sorted(STAGES)
    assert all(gate["passed"] for gate in report["gates"])


def test_nothing_kept_is_explained_without_the_name_of_a_step(tmp_path: Path) -> None:
    network = Network()
    network.profiles = [profile | {"account_status": "closed"} for profile in network.profiles]
    done = command("-q", "build", str(network.write(tmp_path)))
    assert done.returncode == 1
    assert done.stderr.startswith("discreet: no record may be used, so there is nothing to release:\n")
    assert "account_closed" in done.stderr


def test_an_error_on_a_terminal_has_no_empty_line_before_it(tmp_path: Path) -> None:
    network = Network()
    network.posts = [post | {"author_id": None} for post in network.posts]
    network.write(tmp_path)
    code, output = in_terminal(["build", "config.yaml"], 80, tmp_path)
    lines = visible(output).split("\n")
    assert code == 1
    error = next(n for n, line in enumerate(lines) if line.startswith("discreet: rows_are_well_formed: "))
    assert all(line.strip() for line in lines[:error])


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("name", [*COMMANDS, "policy check", "policy diff"])
def test_help_has_examples_and_fits(name: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = command(*name.split(), "-h")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    for option in ("--quiet", "--debug", "--help"):
        assert option in done.stdout
    if name != "policy":
        assert "Examples:" in done.stdout
        assert f"discreet {name}" in done.stdout


def test_every_example_is_a_command_line_that_is_understood() -> None:
    import shlex

    from pipelines.cli import _app

    for name, listed in COMMANDS.items():
        for example in listed.examples:
            words = shlex.split(example.partition("=$(")[2].rstrip(")") or example)
            words = words[1 : next((n for n, word in enumerate(words) if word in "<>|"), len(words))]
            words = [word for word in words if word != "-q"]
            assert words[0] == name
            _app.load(name).make_context(name, words[1:])


def test_debug_prints_a_traceback_without_values(tmp_path: Path) -> None:
    done = command("--debug", "build", str(tmp_path / "nowhere.yaml"))
    assert done.returncode == 1
    *trace, line = done.stderr.splitlines()
    assert trace[0] == "ConfigError"
    assert any("find_problems" in each for each in trace)
    assert line.startswith("discreet: ")
    assert "nowhere" not in "\n".join(trace)


@pytest.mark.parametrize("arguments", [["biuld"], ["policy", "chek"], ["build", "--as-if"]])
def test_a_suggestion_is_made_once(arguments: list[str]) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("Did you mean") == 1


@pytest.mark.parametrize("columns", [80, pytest.param(120, marks=pytest.mark.slow)])
def test_a_check_folds_no_reason_and_no_number(config: Path, columns: int) -> None:
    code, output = in_terminal(["check", "config.yaml"], columns, config.parent)
    lines = visible(output).splitlines()
    assert code == 0
    assert max(map(len, lines)) <= columns
    for reason in ("account_closed", "region_exempt", "parent_protected", "missing_text"):
        assert [line for line in lines if reason in line], reason


def test_version() -> None:
    from redaction import __version__

    assert command("--version").stdout == f"discreet {__version__}\n"


def test_completion_is_for_the_shell_that_asks() -> None:
    # A shell runs the last command of a line in its own place, so this is not the last.
    asked = f"{Path(sys.executable).with_name('discreet')} --show-completion; true"
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert "_DISCREET_COMPLETE=complete_bash" in done.stdout


def test_options_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"_DISCREET_COMPLETE": "complete_bash", "COMP_WORDS": "discreet build --", "COMP_CWORD": "2"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    assert {"--as-of", "--quiet", "--help"} <= set(command().stdout.split())
