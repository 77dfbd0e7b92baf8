"""Build, run commands and read what they wrote."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines.build import build
from pipelines.cli import app
from redaction.storage import StoragePath, list_names, scan
from tests.network import paths_of

CANARY = "zanzibarcanary"


KEPT = {"p-ada", "p-ben", "p-old", "p-may"}


def run(config: Path, as_of: str | None = None, version: str | None = None) -> Path:
    return Path(str(build(config, as_of, version)))


def rows_of(release: StoragePath) -> pl.DataFrame:
    return scan([release / "data" / name for name in list_names(release / "data")]).collect()


def decisions_of(config: Path, version: str = "1.0.0") -> dict[str, tuple[str, str]]:
    frame = pl.read_parquet(paths_of(config).state / version / "decisions.parquet")
    return {row["source_id"]: (row["decision"], row["reason"]) for row in frame.iter_rows(named=True)}


def findings_of(config: Path) -> pl.DataFrame:
    return pl.read_parquet(list((paths_of(config).state / "findings").rglob("*.parquet")))


def command(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `discreet` in this process, which has loaded its libraries; the environment is restored afterwards."""
    out, err, environment = io.StringIO(), io.StringIO(), dict(os.environ)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["discreet", *args])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape"))))
        try:
            app()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(environment)
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Shown:
    """What the installed command showed on a terminal."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def in_terminal(arguments: list[str], answer: str = "", width: int = 80) -> Shown:
    """Run the installed `discreet` in a terminal of some width, and type an answer; styles are off."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "LINES"}}
    program = str(Path(sys.executable).with_name("discreet"))
    process = subprocess.Popen(
        [program, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment | {"TERM": "xterm", "NO_COLOR": "1"},
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    shown = b""
    try:
        while read := os.read(ours, 65_536):
            shown += read
    except OSError:  # the terminal closes with its last process
        pass
    os.close(ours)
    return Shown(process.wait(), re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n"))
