"""Runs Dagster for one config: code server and daemon in the background, the guarded web interface in this process."""

import signal
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.webserver import DagsterWebserver

from pipelines.web.background import background_processes
from pipelines.web.guard import Guard, dagster_problems
from pipelines.web.reports import with_reports
from redaction.state import CorpusPaths

_POLL_MILLISECONDS: Final = 2000


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
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="discreet-"))
            workspace = Path(folder) / "workspace.yaml"
            stack.enter_context(background_processes(workspace, paths.corpus))
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


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
