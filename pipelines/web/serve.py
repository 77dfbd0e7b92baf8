"""Runs Dagster for one config: the code server, the daemon, and the guarded web interface in this process."""

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import dagster as dg
import uvicorn
import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget, WorkspaceFileTarget
from dagster_webserver.webserver import DagsterWebserver

from pipelines.web.guard import Guard, dagster_problems
from pipelines.web.reports import with_reports
from redaction.state import CorpusPaths

_DEFINITIONS: Final = "pipelines.definitions"
_POLL_MILLISECONDS: Final = 2000
_STOP_SECONDS: Final = 30


def serve(instance: dg.DagsterInstance, paths: CorpusPaths, listening: socket.socket, *, read_only: bool) -> None:
    """Serve the interface until this process is interrupted or terminated.

    Args:
        instance: The instance to show.
        paths: The corpus whose reports are shown.
        listening: The open port.
        read_only: Whether the interface only shows; schedules and sensors that are on run all the same.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        try:
            target = ModuleTarget(_DEFINITIONS, attribute=None, working_directory=None, location_name=paths.corpus)
            code = stack.enter_context(ProxyServerManager(instance, target, code_server_log_level="WARNING"))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="discreet-"))
            workspace = Path(folder) / "workspace.yaml"
            workspace.write_text(yaml.safe_dump({"load_from": code.get_code_server_specs()}), "utf-8")
            stack.enter_context(_daemon(workspace))
            context = stack.enter_context(
                WorkspaceProcessContext(
                    instance, WorkspaceFileTarget([str(workspace)]), version=dg.__version__, read_only=read_only
                )
            )
            app = DagsterWebserver(context, live_data_poll_rate=_POLL_MILLISECONDS).create_asgi_app()
            guarded = Guard(with_reports(app, paths), listening.getsockname()[1], dagster_problems)
            server = uvicorn.Server(uvicorn.Config(guarded, log_level="warning", server_header=False, lifespan="off"))
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            pass


@contextmanager
def _daemon(workspace: Path) -> Iterator[None]:
    """Run the daemon, which serves schedules, sensors, the queue of runs, backfills and run monitoring."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(workspace), "--log-level", "error"]
    with subprocess.Popen(command, stdout=2) as process:  # noqa: S603 - the command is fixed; its output is no result
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
