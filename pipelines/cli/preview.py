"""`discreet preview`: try settings on texts, on a local page."""

import secrets
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from pipelines.cli.terminal import say, say_command
from pipelines.preview import preview_app
from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.operations.preview import PreviewSession, eligible_texts

_HOST = "127.0.0.1"


class PreviewError(DiscreetError):
    """A preview that cannot start."""


def preview(
    config: Annotated[Path, typer.Argument(help="The config to try settings on; the sample's by default.")] = Path(
        "sample"
    ),
    port: Annotated[int, typer.Option(help="The port on this machine; 0 takes a free one.")] = 0,
    texts: Annotated[int, typer.Option(min=1, max=20_000, help="How many posts of the inputs to load.")] = 1000,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Try a profile, caution, threshold, operator or policy on a local page, and save it as a config.

    Shows a text that you paste, or posts of your inputs that the rights allow. The page is served on this machine only,
    at an address with a secret token. Texts stay in memory; nothing is written unless you save.
    """
    settings = load_config(config)
    listening = _listen(port)
    session = PreviewSession(settings, eligible_texts(settings, texts))
    token, port = secrets.token_urlsafe(24), listening.getsockname()[1]
    address = f"http://{_HOST}:{port}/{token}/"
    say_command(address)
    if show and not webbrowser.open(address):
        say("no browser was found; open the address yourself", error=True)
    app = preview_app(session, config, port, token)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, server_header=False))
    server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        raise PreviewError(f"--port {port}: cannot be used ({type(error).__name__}); choose another, or 0") from None
