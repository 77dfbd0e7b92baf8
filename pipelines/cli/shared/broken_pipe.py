"""The reader of the output, such as `head`, has left: that is no defect, and nothing more is printed."""

import os
import select
import sys
from typing import TextIO


def has_lost_its_reader(error: BaseException) -> bool:
    """Return whether a write failed since nobody reads the output."""
    if isinstance(error, BrokenPipeError):
        return any(map(_is_closed, (sys.stdout, sys.stderr)))
    # Rich and Click turn that error into SystemExit, after they have redirected the output.
    return isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)


def discard_output() -> None:
    """Let the streams that nobody reads lead nowhere, so that what is still buffered raises no further error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(_is_closed, (sys.stdout, sys.stderr)):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _is_closed(stream: TextIO) -> bool:
    """Return whether a stream is a pipe that nobody reads: a broken pipe to another process is a defect."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), 0)
        return any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0))
    except (OSError, ValueError):
        return False
