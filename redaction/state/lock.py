"""One at a time: builds and takedowns of a corpus keep to this, since each reads what the other writes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from redaction.config import Config
from redaction.errors import DiscreetError
from redaction.state.plan import private_folder
from redaction.state.scratch import remove_leftovers

_LOCK = ".lock"


class BusyError(DiscreetError):
    """Another build or takedown of the corpus is at work."""


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Holds the corpus for one build or takedown, and removes what one that was killed left behind; a process that dies
    lets go of it. Raises BusyError at once where another holds it.
    """
    private_folder(config.root / config.state)
    private_folder(config.private)
    with (config.private / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{config.corpus}: another build or takedown is running; wait for it") from None
        remove_leftovers(config.private)
        yield
