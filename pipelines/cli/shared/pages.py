"""Serves the page of one command until it is interrupted."""

import secrets
import webbrowser
from collections.abc import Callable

import uvicorn

from pipelines.cli.terminal import say, say_command
from pipelines.web import LocalPage, listen
from pipelines.web.sockets import HOST


def serve_page(make: Callable[[], LocalPage], port: int, *, show: bool) -> None:
    """Serve a page until this process is interrupted, and print its address.

    Args:
        make: Makes the page, once the port is open.
        port: The port; 0 for any free one.
        show: Whether to open the page in a browser.

    Raises:
        PortError: The port cannot be used.
    """
    with listen(port) as listening:
        page, token, number = make(), secrets.token_urlsafe(24), listening.getsockname()[1]
        address = f"http://{HOST}:{number}/{token}/"
        say_command(address)
        if show and not webbrowser.open(address):
            say("no browser was found; open the address yourself", error=True)
        app = page.app(number, token)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, server_header=False))
        server.run(sockets=[listening])
