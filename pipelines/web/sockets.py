"""The port on this machine."""

import socket
from typing import Final

from redaction.errors import DiscreetError

HOST: Final = "127.0.0.1"


class PortError(DiscreetError):
    """A port that cannot be used."""


def listen(port: int) -> socket.socket:
    """Open a port of this machine alone, before anything else is started.

    Args:
        port: Its number; 0 for any free one.

    Returns:
        The listening socket: a browser that connects early waits for the answer.

    Raises:
        PortError: The port is taken or needs more rights.
    """
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
        opened.listen(128)
    except OSError as error:
        opened.close()
        reason = "may not be opened" if isinstance(error, PermissionError) else "is taken"
        raise PortError(f"port {port} of {HOST} {reason}; choose another one, such as --port {_free_port()}") from None
    return opened


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind((HOST, 0))
        return int(any_port.getsockname()[1])
