"""Runs `discreet` in a real terminal (a pty) of a given size, and returns what it showed."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path

_ERASED = re.compile(r"[^\n]*\n(?:\x1b\[\?25h)?\r?\x1b\[1A\x1b\[2K")
"""A line that the cursor goes back to and erases, as that of a bar that has ended."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


def in_terminal(arguments: list[str], columns: int, folder: Path, **environment: str) -> tuple[int, str]:
    """Return the exit code, and everything that was written."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-c", "from pipelines.cli import app; app()", *arguments]
    variables = {**os.environ, "TERM": "xterm-256color", **environment}
    process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, cwd=folder, env=variables)
    os.close(inside)
    output = b""
    while True:
        ended = process.poll() is not None
        ready, _, _ = select.select([terminal], [], [], 0.2)
        try:
            chunk = os.read(terminal, 65536) if ready else b""
        except OSError:  # the other end is closed
            chunk = b""
        output += chunk
        if ended and not chunk:
            break
    os.close(terminal)
    return process.returncode, output.decode("utf-8")


def visible(output: str) -> str:
    """Return output without control sequences; of a line that was written several times, the last."""
    lines = _CONTROL.sub("", _ERASED.sub("", output)).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rpartition("\r")[2] for line in lines)
