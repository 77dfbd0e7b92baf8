"""Checks that the private state and the output are of the same time, as they are not after one was restored.

Older tombstones would let withdrawn records return, a state without a release would not find that release's records in
a takedown, and a missing notice would be numbered a second time. So the tombstones name the takedown that they were
written for, and a private file lists what was last seen in the output: the notices, and the manifests of the releases.
"""

import json
from typing import Final

from pydantic import Field, ValidationError

from redaction.base_model import FrozenModel
from redaction.release.takedown import Signer, TakedownError, TakedownNotice, Tombstones, read_chain
from redaction.state.action_log import check_log
from redaction.state.clock import check_clock, note_clock
from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.private_tables import DECISIONS
from redaction.state.stores.prune_log import pruned
from redaction.storage import write_atomic

SEEN: Final = "seen.json"


class Seen(FrozenModel):
    """What the output held when it was last checked: the digest of each notice, and of each release's manifest."""

    notices: tuple[str, ...] = ()
    releases: dict[str, str] = Field(default_factory=dict)


def check_agreement(paths: CorpusPaths, master: bytes) -> None:
    """Check that tombstones, private state, notices and releases are of the same time. Nothing is written.

    An interrupted takedown passes: its tombstones are one number ahead of the notices, and the next takedown ends it.

    Raises:
        TakedownError: The state or the output was restored from an older copy, or a part of it was removed.
        ActionLogError: The end of the log of actions was changed or removed.
        ReleaseError: A notice or a manifest was changed.
        ClockError: The clock was set back since the last command.
    """
    _checked(paths, master)


def note_agreement(paths: CorpusPaths, master: bytes) -> None:
    """Check as `check_agreement`, and note what the output holds now. Hold the corpus's lock."""
    now = _checked(paths, master)
    note_clock(paths)
    if now != _seen(paths):
        private_folder(paths.state)
        write_atomic(paths.state / SEEN, json.dumps(now.model_dump(mode="json"), indent=2).encode(), 0o600)


def _checked(paths: CorpusPaths, master: bytes) -> Seen:
    """Check as `check_agreement`. Returns what the output holds now."""
    check_clock(paths)
    chain, now = _in_output(paths, master)
    _check_tombstones(paths, Tombstones.load(paths.tombstones, master, paths.corpus), chain)
    before = _seen(paths)
    for number, digest in enumerate(before.notices):
        if now.notices[number : number + 1] != (digest,):
            notice = f"{paths.releases / 'takedowns'}: notice {number + 1:06}"
            raise TakedownError(f"{notice} is missing or another one; restore it from a backup of the output")
    removed = {(entry.version, entry.manifest) for entry in pruned(paths)}
    for version, digest in before.releases.items():
        if now.releases.get(version) != digest and (version, digest) not in removed:
            raise TakedownError(
                f"{paths.releases}: release {version} is missing or another one; restore it from a backup of the "
                f"output, or, if it was destroyed on purpose, remove {paths.state / SEEN}"
            )
    check_log(paths, master)
    return now


def _check_tombstones(paths: CorpusPaths, stones: Tombstones, chain: tuple[TakedownNotice, ...]) -> None:
    last, ahead = len(chain), stones.last_takedown
    if ahead < last:
        raise TakedownError(
            f"{paths.tombstones}: is from before takedown {chain[-1].takedown_id}, so what it withdrew would return; "
            "restore the private state from a backup made after it"
        )
    if ahead > last + 1:
        raise TakedownError(
            f"{paths.releases / 'takedowns'}: notice {last + 1:06} is missing, and the tombstones are of {ahead:06}; "
            "restore it from a backup of the output"
        )


def _in_output(paths: CorpusPaths, master: bytes) -> tuple[tuple[TakedownNotice, ...], Seen]:
    chain, releases = read_chain(paths.releases, Signer(master, paths.corpus).public_key), paths.registry.releases()
    for release in releases:
        made_here = release.manifest.takedown is None and not release.withdrawn  # of others no record must be found
        if made_here and not paths.build(release.version).file(DECISIONS).is_file():
            raise TakedownError(
                f"{paths.state}: has no decisions of release {release.version}, so a takedown would not find its "
                "records; restore the private state from a backup made after that release"
            )
    digests = {str(release.version): release.manifest.digest for release in releases}
    return chain, Seen(notices=tuple(notice.digest for notice in chain), releases=digests)


def _seen(paths: CorpusPaths) -> Seen:
    path = paths.state / SEEN
    if not path.is_file():
        return Seen()
    try:
        return Seen.model_validate_json(path.read_bytes())
    except ValidationError:
        raise TakedownError(f"{path}: cannot be read; restore it from a backup of the private state") from None
