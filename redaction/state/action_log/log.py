"""Who did what with a corpus: an append-only log, each entry signed and chained to the one before.

It names versions, takedowns, requests by their keyed ids, and numbers; never a member. An entry is appended and flushed
to the disk before the head follows it, so that a process that is killed leaves a log that is at most one entry ahead.
A changed, moved or removed entry breaks the chain; entries removed from the end are missed by the heads.
"""

import os
from typing import Final

from filelock import FileLock

from redaction.release.takedown import Signer
from redaction.state.action_log.entries import NO_DIGEST, Action, ActionLogError, Deed, actor
from redaction.state.action_log.heads import HEAD, OUTPUT_HEAD, LogHead, read_head, write_head
from redaction.state.clock import note_clock
from redaction.state.layout import CorpusPaths, private_folder
from redaction.storage import sync

ACTIONS: Final = "actions.jsonl"
_LOCK: Final = ".actions.lock"


def log_action(paths: CorpusPaths, master: bytes, deed: Deed, **details: str | int) -> Action:
    """Append an entry. What it costs does not depend on how many there are.

    Args:
        paths: The corpus.
        master: The master key, from which that of the signature is derived.
        deed: What was done.
        details: Versions, numbers and keyed ids; nothing that names a member.

    Returns:
        The entry.

    Raises:
        ActionLogError: The end of the log was changed or removed.
        ClockError: The clock was set back since the last command.
    """
    private_folder(paths.state)
    with FileLock(paths.state / _LOCK, fallback_to_soft=False):
        signer, head = Signer(master, paths.corpus), _end(paths, master)
        entry = Action(
            number=head.entries + 1,
            previous=head.last,
            at=note_clock(paths),
            actor=actor(),
            deed=deed,
            details=details,
            public_key=signer.public_key,
        ).signed(signer)
        _append(paths, head.size, entry)
        write_head(paths.state / HEAD, head.after(entry), signer, 0o600)
    return entry


def bind_log(paths: CorpusPaths, master: bytes) -> None:
    """Note beside the releases how far the log reaches, and which release is the newest. Hold the corpus's lock.

    Raises:
        ActionLogError: The end of the log was changed or removed.
    """
    newest = paths.registry.newest()
    named = {"version": str(newest.version), "manifest_sha256": newest.manifest.digest} if newest else {}
    head = _end(paths, master).model_copy(update=named)
    write_head(paths.releases / OUTPUT_HEAD, head, Signer(master, paths.corpus), 0o644)


def check_log(paths: CorpusPaths, master: bytes) -> None:
    """Check that no entry was removed from the end: compare the log with its two heads. Nothing is written.

    Raises:
        ActionLogError: The end of the log was changed or removed, or a head was changed.
    """
    bound = read_head(paths.releases / OUTPUT_HEAD, paths, master)
    _end(paths, master)
    _entry_of(bound, paths, master)


def read_actions(paths: CorpusPaths, master: bytes) -> tuple[Action, ...]:
    """Read all entries, and check signatures, chain and heads.

    Returns:
        The entries, oldest first.

    Raises:
        ActionLogError: An entry was changed, moved or removed.
    """
    check_log(paths, master)
    path, key = paths.state / ACTIONS, Signer(master, paths.corpus).public_key
    previous, entries = NO_DIGEST, list[Action]()
    for number, line in enumerate(_lines(_read(paths, 0)), 1):
        entry = Action.from_signed(line, key)
        if entry is None or (entry.number, entry.previous) != (number, previous):
            raise ActionLogError(f"{path}: entry {number} was changed, or one before it removed; restore it")
        previous = entry.digest
        entries.append(entry)
    return tuple(entries)


def unlogged_releases(paths: CorpusPaths, actions: tuple[Action, ...]) -> tuple[str, ...]:
    """Return the releases of builds in the output that no entry names, as where a process ended before it was noted."""
    noted = {each.details.get("manifest") for each in actions if each.deed is Deed.RELEASED}
    releases = (each for each in paths.registry.releases() if each.manifest.takedown is None)
    return tuple(str(each.version) for each in releases if each.manifest.digest not in noted)


def _end(paths: CorpusPaths, master: bytes) -> LogHead:
    """Return how far the log reaches: as its head says, or one entry further where a process was killed."""
    while True:
        head = read_head(paths.state / HEAD, paths, master)
        try:
            _entry_of(head, paths, master)
            return _one_further(head, paths, master)
        except ActionLogError:
            if read_head(paths.state / HEAD, paths, master) == head:
                raise  # else another process appended between the two reads


def _entry_of(head: LogHead, paths: CorpusPaths, master: bytes) -> None:
    """Check that the last entry that a head names is where it says. Raises ActionLogError otherwise."""
    if not head.entries:
        return
    line = _read(paths, head.start, head.size)
    entry = Action.from_signed(line.removesuffix(b"\n"), Signer(master, paths.corpus).public_key)
    if entry is None or (entry.number, entry.digest, len(line)) != (head.entries, head.last, head.size - head.start):
        raise ActionLogError(
            f"{paths.state / ACTIONS}: entry {head.entries} was changed, or entries were removed; restore it from a "
            "backup of the private state"
        )


def _one_further(head: LogHead, paths: CorpusPaths, master: bytes) -> LogHead:
    lines = _lines(_read(paths, head.size))
    if not lines:
        return head
    entry = Action.from_signed(lines[0], Signer(master, paths.corpus).public_key)
    if len(lines) > 1 or entry is None or (entry.number, entry.previous) != (head.entries + 1, head.last):
        raise ActionLogError(f"{paths.state / ACTIONS}: does not go on as {HEAD} says; restore both from a backup")
    return head.after(entry)


def _append(paths: CorpusPaths, size: int, entry: Action) -> None:
    """Append a line and flush it. What follows `size` is the part of a line that a killed process left."""
    path = paths.state / ACTIONS
    new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        if file.tell() > size:
            file.truncate(size)
        file.write(entry.to_bytes() + b"\n")
        file.flush()
        os.fsync(descriptor)
    if new:
        sync(path.parent)


def _read(paths: CorpusPaths, start: int, end: int | None = None) -> bytes:
    path = paths.state / ACTIONS
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(-1 if end is None else end - start)
    except FileNotFoundError:
        return b""
    except OSError:
        raise ActionLogError(f"{path}: cannot be read; restore it from a backup") from None


def _lines(content: bytes) -> list[bytes]:
    """Return the whole lines; a part of one at the end was never acknowledged."""
    return content.split(b"\n")[:-1]
