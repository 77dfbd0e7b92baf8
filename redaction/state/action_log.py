"""Who did what with a corpus: an append-only log, each entry signed and chained to the one before.

It names versions, takedowns, requests by their keyed ids, and numbers; never a member. A changed, moved or removed
entry breaks the chain. Entries removed from the end leave an unbroken chain: keep a copy elsewhere to see that.
"""

import getpass
import os
from enum import StrEnum
from typing import Final

from filelock import FileLock
from pydantic import Field

from redaction.base_model import Instant
from redaction.errors import DiscreetError
from redaction.release.identity.signing import SignedDocument
from redaction.release.takedown import Signer
from redaction.state.clock import note_clock
from redaction.state.layout import CorpusPaths, private_folder
from redaction.storage import write_atomic

ACTIONS: Final = "actions.jsonl"
ACTOR_VARIABLE: Final = "DISCREET_ACTOR"
_LOCK: Final = ".actions.lock"
_FIRST: Final = "0" * 64


class ActionLogError(DiscreetError):
    """The log cannot be read, or an entry of it was changed."""


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


def log_action(paths: CorpusPaths, master: bytes, deed: Deed, **details: str | int) -> Action:
    """Append an entry.

    Args:
        paths: The corpus.
        master: The master key, from which that of the signature is derived.
        deed: What was done.
        details: Versions, numbers and keyed ids; nothing that names a member.

    Returns:
        The entry.

    Raises:
        ActionLogError: An earlier entry was changed.
        ClockError: The clock was set back since the last command.
    """
    private_folder(paths.state)
    with FileLock(paths.state / _LOCK, fallback_to_soft=False):
        earlier, signer = read_actions(paths, master), Signer(master, paths.corpus)
        entry = Action(
            number=len(earlier) + 1,
            previous=earlier[-1].digest if earlier else _FIRST,
            at=note_clock(paths),
            actor=actor(),
            deed=deed,
            details=details,
            public_key=signer.public_key,
        ).signed(signer)
        lines = b"".join(each.to_bytes() + b"\n" for each in (*earlier, entry))
        write_atomic(paths.state / ACTIONS, lines, 0o600)
    return entry


def read_actions(paths: CorpusPaths, master: bytes) -> tuple[Action, ...]:
    """Read all entries, oldest first, and check signatures and chain. Raises ActionLogError where one was changed."""
    path, key = paths.state / ACTIONS, Signer(master, paths.corpus).public_key
    try:
        lines = path.read_bytes().splitlines() if path.is_file() else []
    except OSError:
        raise ActionLogError(f"{path}: cannot be read; restore it from a backup") from None
    previous, entries = _FIRST, list[Action]()
    for number, line in enumerate(lines, 1):
        entry = Action.from_signed(line, key)
        if entry is None or (entry.number, entry.previous) != (number, previous):
            raise ActionLogError(f"{path}: entry {number} was changed, or one before it removed; restore it")
        previous = entry.digest
        entries.append(entry)
    return tuple(entries)
