"""Dagster's code server and daemon, in a session of their own, so that Ctrl-C reaches the interface's process alone.

Run as `python -m pipelines.web.background WORKSPACE LOCATION`: writes the workspace file, prints a line once the code
server listens, and stops both when its standard input ends, which also happens when the interface is killed.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import dagster as dg
import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.load_target import ModuleTarget

from redaction.errors import DiscreetError

_DEFINITIONS: Final = "pipelines.definitions"
_STOP_SECONDS: Final = 30
_READY: Final = "ready\n"


@contextmanager
def background_processes(workspace: Path, location: str) -> Iterator[None]:
    """Run the code server and the daemon of the instance that `DAGSTER_HOME` names, until the block ends.

    Args:
        workspace: The workspace file to write, which tells how the code server is reached.
        location: The name of the code location.

    Raises:
        DiscreetError: The code server could not be started; it has printed why.
    """
    command = [sys.executable, "-m", __name__, str(workspace), location]
    with subprocess.Popen(  # noqa: S603 - the command is fixed
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            if process.stdout is None or process.stdout.readline() != _READY:
                raise DiscreetError("Dagster's code server did not start; the lines above say why")
            yield
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """End the input of the session's first process, which stops the others; kill what does not stop."""
    try:
        if process.stdin is not None:
            process.stdin.close()
            process.wait(2 * _STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _daemon(workspace: Path) -> Iterator[None]:
    """Run the daemon, which serves schedules, sensors, the queue of runs, backfills and run monitoring."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(workspace), "--log-level", "error"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=2) as process:  # noqa: S603 - the command is fixed
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _main(workspace: Path, location: str) -> None:
    target = ModuleTarget(_DEFINITIONS, attribute=None, working_directory=None, location_name=location)
    ready, ended = threading.Event(), threading.Event()
    threading.Thread(target=_watch_input, args=(ready, ended), daemon=True).start()
    with (
        dg.DagsterInstance.get() as instance,
        ProxyServerManager(instance, target, code_server_log_level="WARNING") as code,
    ):
        workspace.write_text(yaml.safe_dump({"load_from": code.get_code_server_specs()}), "utf-8")
        with _daemon(workspace):
            ready.set()
            sys.stdout.write(_READY)
            sys.stdout.flush()
            ended.wait()


def _watch_input(ready: threading.Event, ended: threading.Event) -> None:
    """Wait for the end of standard input. What is still loading then is killed, since it holds nothing yet."""
    sys.stdin.read()
    if not ready.is_set():
        os.killpg(os.getpgid(0), signal.SIGKILL)
    ended.set()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2])
