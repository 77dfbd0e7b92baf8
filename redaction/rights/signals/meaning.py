"""What a signal means for training, in one of four ways, and how a text that cannot be read is refused."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Effect(StrEnum):
    """What a signal does. There is no permission: a signal that reserves nothing leaves the other rules to decide."""

    NOTHING = "nothing"
    RESERVED = "reserved"
    """Denies for every recipient."""
    NOT_SHARED = "not_shared"
    """Denies for the recipients for which the policy honors Global Privacy Control."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a signal does, and which part of it says so: a word of the format, never a value of a person."""

    effect: Effect
    part: str


class SignalError(Exception):
    """The signal is damaged, of an unknown version, or uses words that its format does not have."""


NOTHING = Meaning(Effect.NOTHING, "")


def strictest(meanings: list[Meaning]) -> Meaning:
    """Return the first meaning that denies most."""
    for effect in (Effect.RESERVED, Effect.NOT_SHARED):
        for meaning in meanings:
            if meaning.effect is effect:
                return meaning
    return NOTHING


def read_json(text: str) -> Any:
    """Read JSON. Raises SignalError where it is none, or a key is there twice."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise SignalError from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SignalError
    return found


def path_of(url: str | None) -> str:
    """Return path and query of an address, as rules of paths are compared with it.

    Raises:
        SignalError: there is no absolute address of the web.
    """
    try:
        parts = urlsplit((url or "").strip())
        host = parts.hostname
    except ValueError:
        raise SignalError from None
    if parts.scheme not in {"http", "https"} or not host:
        raise SignalError
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def path_matches(pattern: str, url: str | None) -> bool:
    """Test whether a pattern of RFC 9309 (`*`: anything, `$`: the end) covers an address, of its own host if any."""
    path, pattern = path_of(url), pattern.strip()
    if "://" in pattern:
        own, asked = urlsplit(pattern.partition("*")[0].partition("$")[0]), urlsplit((url or "").strip())
        if own.hostname != asked.hostname:
            return False
        pattern = "/" + pattern.partition("://")[2].partition("/")[2]
    ends = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for part in rest:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return not ends or position == len(path) or (bool(rest) and path.endswith(rest[-1]))
