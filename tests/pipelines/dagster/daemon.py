"""Dagster's daemon as a process with the shipped settings, which a test may kill with all that it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from redaction.config import CONFIG_VARIABLE
from tests.network import ROOT

POLL_SECONDS = 3


def poll_often(config: Path) -> None:
    """Let monitoring look every few seconds; all other settings stay as they are shipped."""
    settings = config.parent / "dagster" / "dagster.yaml"
    shipped = settings.read_text("utf-8")
    assert "poll_interval_seconds: 30" in shipped
    settings.write_text(shipped.replace("poll_interval_seconds: 30", f"poll_interval_seconds: {POLL_SECONDS}"), "utf-8")


def start(config: Path, module: str = "pipelines.definitions", **environment: str) -> "subprocess.Popen[bytes]":
    """Start the daemon, its code server and its runs in a process group of their own."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "-m", module]
    variables = os.environ | {CONFIG_VARIABLE: str(config), "PYTHONWARNINGS": "ignore"} | environment
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=quiet, stderr=quiet, start_new_session=True)


def kill(daemon: "subprocess.Popen[bytes]") -> None:
    """Kill the daemon, its code server and its runs at once, as a power cut would."""
    os.killpg(daemon.pid, signal.SIGKILL)
    daemon.wait()


@contextmanager
def running(config: Path, module: str = "pipelines.definitions", **environment: str) -> Iterator[None]:
    """Run the daemon until the block ends."""
    daemon = start(config, module, **environment)
    try:
        yield
    finally:
        kill(daemon)


def wait_until(condition: Callable[[], bool], seconds: float = 0.5) -> None:
    """Wait until a condition holds."""
    while not condition():
        time.sleep(seconds)


def ended(instance: dg.DagsterInstance) -> bool:
    """Whether there is a run, and every run has ended."""
    runs = instance.get_runs()
    return bool(runs) and all(run.is_finished for run in runs)
