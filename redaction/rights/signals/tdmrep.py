"""The TDM Reservation Protocol (W3C community group): a field, an element of a page, or the file `tdmrep.json`."""

from typing import Any

from redaction.rights.signals.meaning import (
    NOTHING,
    Effect,
    Meaning,
    SignalError,
    path_matches,
    path_of,
    read_json,
    strictest,
)

_RESERVED = Meaning(Effect.RESERVED, "tdm-reservation")


def read_tdmrep(value: str, url: str | None = None) -> Meaning:
    """Read a reservation: `0` or `1` of a field or an element, or the JSON of the file, for the address `url`.

    A `tdm-policy` offers terms that are not in the signal: a reservation that has one denies like any other.

    Returns:
        What it means for training.

    Raises:
        SignalError: it is none of these, or the file comes without an address.
    """
    stated = read_json(value)
    if not isinstance(stated, list):
        return _reservation(stated)
    path_of(url)
    entries = [(entry, _reservation(_property(entry, "tdm-reservation"))) for entry in stated]
    return strictest([meaning for entry, meaning in entries if path_matches(_location(entry), url)])


def _reservation(stated: Any) -> Meaning:
    if isinstance(stated, bool) or stated not in (0, 1):
        raise SignalError
    return _RESERVED if stated == 1 else NOTHING


def _property(entry: Any, name: str) -> Any:
    if not isinstance(entry, dict) or name not in entry:
        raise SignalError
    return entry[name]


def _location(entry: Any) -> str:
    location = _property(entry, "location")
    if not isinstance(location, str) or not location.startswith(("/", "http://", "https://", "*")):
        raise SignalError
    return location
