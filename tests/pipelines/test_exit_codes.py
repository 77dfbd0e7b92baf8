"""Whatever goes wrong in the program ends every command with exit code 70, one line, and a traceback without values."""

import errno
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.cli import COMMANDS
from tests.network import Network
from tests.pipelines.running import command

SECRET = "Xqvara Canaryson"
CONFIG, FOLDER = "{config}", "{folder}"
PLANTED = {
    "init": (
        ["init", FOLDER + "/new.yaml", "--posts", "x", "--profiles", "y", "--ledger", "z"],
        "pipelines.cli.init.command.propose_table",
    ),
    "check": (["check", CONFIG], "pipelines.cli.check.find_problems"),
    "build": (["build", CONFIG], "redaction.builds.open.code_digest"),
    "preview": (["preview", CONFIG], "pipelines.cli.detection.preview.eligible_texts"),
    "verify": (["verify", FOLDER], "pipelines.cli.evidence.verify.verify_beside_notices"),
    "report": (["report", FOLDER], "pipelines.cli.evidence.report.present_report"),
    "explain": (["explain", CONFIG, "ada"], "pipelines.cli.evidence.explain.explain_record"),
    "trace": (["trace", CONFIG, "ada"], "pipelines.cli.evidence.trace.trace_subject"),
    "diff": (["diff", FOLDER, FOLDER], "pipelines.cli.evidence.diff.release_at"),
    "takedown": (["takedown", CONFIG, "--yes"], "pipelines.cli.evidence.takedown.withdraw"),
    "register": (
        ["register", FOLDER, "--as", "tokenized", "--at", "s3://x/y"],
        "pipelines.cli.evidence.notices.release_path",
    ),
    "acknowledge": (
        ["acknowledge", FOLDER, "000001", "x", "--response", "rebuilt"],
        "pipelines.cli.evidence.notices.release_path",
    ),
    "notices": (["notices", FOLDER], "pipelines.cli.evidence.notices.list_names"),
    "redact": (["redact", "-"], "pipelines.cli.detection.redact.load_profile"),
    "evaluate": (["evaluate", CONFIG], "pipelines.cli.detection.evaluate.read_labeled"),
    "new-key": (["new-key", FOLDER + "/key2"], "pipelines.cli.key.create_key_file"),
    "doctor": (["doctor", CONFIG], "pipelines.cli.doctor.examine"),
    "prune": (["prune", CONFIG, "--keep", "1"], "pipelines.cli.prune.find_prunable"),
    "review": (["review", CONFIG], "pipelines.cli.detection.review.load_config"),
    "ui": (["ui", CONFIG], "pipelines.cli.ui.load_config"),
    "policy": (["policy", "check", "linkedin-2024-09"], "pipelines.cli.policy.load_policy"),
    "table": (["table", CONFIG], "pipelines.cli.evidence.table.load_settings"),
    "request": (["request", "list", CONFIG], "pipelines.cli.requests.request.list_requests"),
    "answer": (["answer", CONFIG, "ada", "-o", FOLDER + "/a"], "pipelines.cli.requests.answer.answer_member"),
    "certify": (["certify", CONFIG, "ada", "-o", FOLDER + "/c"], "pipelines.cli.requests.certify.certify_member"),
    "fine-tune": (["fine-tune", CONFIG, "-o", FOLDER + "/p.yaml"], "pipelines.cli.detection.fine_tune.read_labeled"),
    "canary": (["canary", "list", CONFIG], "pipelines.cli.evidence.canary.load_settings"),
    "log": (["log", CONFIG], "pipelines.cli.requests.log.read_actions"),
    "sign-off": (["sign-off", CONFIG, "--key", FOLDER + "/key", "--role", "r"], "pipelines.cli.sign_off.sign"),
}
WITH_CONFIG = {name for name, (arguments, _) in PLANTED.items() if CONFIG in arguments}


class Panic(BaseException):
    """As the panics of compiled extensions: no Exception."""


def raising(kind: type[BaseException]) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise kind(SECRET) from None

    return fail


def test_a_failure_is_planted_in_every_command() -> None:
    assert set(PLANTED) == set(COMMANDS)


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "platform"))
    config = Network().write(tmp_path)
    return lambda name: [a.format(config=config, folder=tmp_path) for a in PLANTED[name][0]]


@pytest.mark.parametrize("kind", [ValueError, Panic, SystemExit])
@pytest.mark.parametrize("name", PLANTED)
def test_a_defect_is_exit_code_70_and_a_traceback_without_values(
    name: str,
    kind: type[BaseException],
    arguments: Callable[[str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name == "build" and kind is SystemExit:
        pytest.skip("one run of Dagster for each family of errors is enough")
    monkeypatch.setattr(PLANTED[name][1], raising(kind))
    done = command(*arguments(name))
    assert done.returncode == 70, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert kind.__name__ in lines[0]
    log = Path(re.findall(r"traceback, without values: (.*)$", lines[0])[0])
    expected = tmp_path / "state" / "tiny" / "logs" if name in WITH_CONFIG else tmp_path / "platform/discreet/logs"
    assert log.parent == expected
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    trace = log.read_text("utf-8")
    assert kind.__name__ in trace
    assert "KeyError" in trace
    assert "in fail" in trace
    assert SECRET not in trace + done.stdout + done.stderr
    home = [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".parquet"]
    assert [p for p in home if SECRET.encode() in p.read_bytes()] == []


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("build", "; nothing was published; run the command again"),
        ("takedown", "; what was begun is not complete; run the command again, which ends it"),
        ("verify", ""),
    ],
)
def test_an_interrupt_is_one_line_and_exit_code_130(
    name: str, rest: str, arguments: Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PLANTED[name][1], raising(KeyboardInterrupt))
    done = command(*arguments(name))
    assert (done.returncode, done.stderr.strip()) == (130, f"discreet: interrupted{rest}")
    assert [p for p in tmp_path.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()] == []


@pytest.mark.parametrize("arguments", [["--help"], ["policy", "check", "linkedin-2024-09"], ["explain", CONFIG, "out"]])
def test_a_reader_that_leaves_is_no_defect(arguments: list[str], built: tuple[Path, Path]) -> None:
    config = built[0]
    given = [each.format(config=config) for each in arguments]
    reads, writes = os.pipe()
    os.close(reads)  # before a byte is written
    code = [sys.executable, "-c", "from pipelines.cli import app; app()", *given]
    done = subprocess.run(code, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (141, "")
    assert not list(config.parent.rglob("logs/*"))


def test_a_broken_pipe_to_another_process_is_a_defect(
    arguments: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PLANTED["explain"][1], raising(BrokenPipeError))
    assert command(*arguments("explain")).returncode == 70


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, SECRET), "the disk is full; make room"),
        (pa.ArrowInvalid(f"{SECRET}: [errno 28] No space left"), "the disk is full; make room"),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full; make room"),
        (PermissionError(errno.EACCES, SECRET, "/a/b"), "no permission for /a/b; correct the owner or the mode"),
        (OSError(errno.EROFS, SECRET, "/a/b"), "no permission for /a/b; correct"),
        (FileNotFoundError(errno.ENOENT, SECRET, "/a/b"), "/a/b: went away while the command ran; put it back"),
        (MemoryError(SECRET), "out of memory; lower execution.workers"),
        (ImportError("x.so: failed to map segment from shared object"), "out of memory; lower execution.workers"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "out of memory; lower execution.workers"),
        (OSError(errno.EMFILE, SECRET), "too many files are open; raise the limit"),
    ],
)
@pytest.mark.parametrize("name", ["verify", "takedown"])
def test_what_the_machine_refuses_is_one_line_and_exit_code_75(
    name: str,
    error: Exception,
    line: str,
    arguments: Callable[[str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise RuntimeError(SECRET) from error

    monkeypatch.setattr(PLANTED[name][1], refuse)
    done = command(*arguments(name))
    assert (done.returncode, len(done.stderr.splitlines())) == (75, 1)
    assert f"discreet: {line}" in done.stderr
    assert ("what was begun is not complete" in done.stderr) == (name == "takedown")
    assert SECRET not in done.stderr
    assert not list(tmp_path.rglob("logs/*.txt")), "no defect: there is no traceback to send"
