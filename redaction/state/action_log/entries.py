"""One entry of the log, and who made it."""

import getpass
import os
from enum import StrEnum
from typing import Final

from pydantic import Field

from redaction.base_model import Instant
from redaction.errors import DiscreetError
from redaction.release.identity.signing import SignedDocument

ACTOR_VARIABLE: Final = "DISCREET_ACTOR"
NO_DIGEST: Final = "0" * 64


class ActionLogError(DiscreetError):
    """The log cannot be read, an entry of it was changed, or entries are missing."""


class Deed(StrEnum):
    """What was done."""

    RELEASED = "released"
    SIGNED_OFF = "signed off"
    TAKEN_DOWN = "taken down"
    RETIRED = "retired expired releases"
    ROWS_REMOVED = "removed the rows of releases"
    PRUNED = "pruned"
    REQUESTS_RECORDED = "recorded requests"
    RECEIPTS_READ = "read consent receipts"
    REQUEST_EXTENDED = "extended a request"
    REQUESTS_ANSWERED = "answered requests"
    MEMBER_ANSWERED = "answered a member"
    CERTIFIED = "certified"
    CANARIES_LISTED = "listed canaries"


class Action(SignedDocument):
    """One entry. `number` counts from 1; `previous` is the SHA-256 of the entry before, zeros for the first."""

    number: int = Field(ge=1)
    previous: str = Field(pattern=r"^[0-9a-f]{64}$")
    at: Instant
    actor: str
    deed: Deed
    details: dict[str, str | int] = Field(default_factory=dict)


def actor() -> str:
    """Return who runs this program: `DISCREET_ACTOR`, or the user of the system."""
    named = os.environ.get(ACTOR_VARIABLE, "").strip()
    if named:
        return named[:200]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
