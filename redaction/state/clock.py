"""Refuses to work with a clock that was set back between two commands.

A build would judge the rights as of an instant before requests that it knows, and requests would be due on wrong days.
The private state therefore keeps the latest moment at which a command changed something.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from redaction.errors import DiscreetError
from redaction.state.layout import CorpusPaths, private_folder
from redaction.storage import write_atomic

CLOCK: Final = "clock"
_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of two machines that use one state may differ."""


class ClockError(DiscreetError):
    """The clock of this machine is behind that of an earlier command."""


def check_clock(paths: CorpusPaths) -> None:
    """Compare the clock with the last command. Raises ClockError where it is more than five minutes behind."""
    latest, now = _latest(paths), datetime.now(UTC)
    if latest is not None and now + _SKEW < latest:
        raise ClockError(
            f"the clock of this machine says {now:%Y-%m-%d %H:%M} UTC, and the last command ran at "
            f"{latest:%Y-%m-%d %H:%M}; correct the clock, or, if it was wrong then, remove {paths.state / CLOCK}"
        )


def note_clock(paths: CorpusPaths) -> datetime:
    """Check the clock, and note the moment, which never goes back. Raises ClockError as `check_clock` does.

    Returns:
        The moment: now, or, within the tolerance, that of an earlier command.
    """
    check_clock(paths)
    now, latest = datetime.now(UTC), _latest(paths)
    moment = now if latest is None else max(now, latest)
    if moment != latest:
        private_folder(paths.state)
        write_atomic(paths.state / CLOCK, moment.isoformat().encode(), 0o600)
    return moment


def _latest(paths: CorpusPaths) -> datetime | None:
    path = paths.state / CLOCK
    try:
        return datetime.fromisoformat(path.read_text("ascii")).astimezone(UTC)
    except FileNotFoundError:
        return None
    except ValueError:
        raise ClockError(f"{path}: holds no moment; remove it once the clock of this machine is right") from None
