"""Releases whose retention is over are retired: a notice reports them to all holders of copies, and their rows go."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from redaction.release.identity.signing import Signer
from redaction.release.registry import Registry, Release
from redaction.release.staging import block_publishing
from redaction.release.takedown.descendants import known_descendants
from redaction.release.takedown.notice import (
    AffectedRelease,
    TakedownNotice,
    TouchedShard,
    append_notice,
    read_chain,
    retired_versions,
)
from redaction.release.takedown.statuses import Cause
from redaction.release.takedown.tombstones import Tombstones
from redaction.storage import StoragePath

_DEADLINE = timedelta(days=30)
_NO_RECORD = pl.DataFrame(schema={"source": pl.String, "source_id": pl.String})


def expired_releases(registry: Registry, now: datetime) -> tuple[str, ...]:
    """Return the releases whose retention is over, and whose rows can still be read."""
    return tuple(str(each.version) for each in _expired(registry, now))


def retire_expired(output: StoragePath, corpus: str, tombstones: Path, master: bytes, now: datetime) -> tuple[str, ...]:
    """Write a notice about the releases whose retention is over; `mark_superseded` then removes their rows.

    Args:
        output: The folder of all corpora.
        corpus: The corpus.
        tombstones: The private file of tombstones, which counts the notices.
        master: The master key.
        now: The instant by which they have expired.

    Returns:
        Their versions.

    Raises:
        ReleaseError: A release or a notice was changed.
    """
    registry, signer = Registry(output, corpus), Signer(master, corpus)
    chain = read_chain(registry.folder, signer.public_key)
    expired = [each for each in _expired(registry, now) if str(each.version) not in retired_versions(chain)]
    if not expired:
        return ()
    gone = {str(each.version) for each in expired}
    usable = [r for r in registry.releases() if r.superseded is None and str(r.version) not in gone]
    with block_publishing(output, corpus, tombstones.parent):
        stones = Tombstones.load(tombstones, master, corpus)
        stones.with_records(_NO_RECORD, f"{len(chain) + 1:06}").save(tombstones)
    notice = TakedownNotice(
        corpus=corpus,
        effective_at=now,
        deadline=now + _DEADLINE,
        scope="releases",
        causes={Cause.EXPIRY: None},
        releases=tuple(map(_affected, expired)),
        replacement=str(usable[-1].version) if usable else None,
        descendants=known_descendants(registry.folder, gone),
        seconds_to_removal={},
        public_key=signer.public_key,
    )
    append_notice(registry.folder, chain, notice, signer)
    return tuple(sorted(gone))


def _expired(registry: Registry, now: datetime) -> list[Release]:
    return [r for r in registry.releases() if not r.withdrawn and (end := r.manifest.expires_at) and end <= now]


def _affected(release: Release) -> AffectedRelease:
    manifest = release.manifest
    return AffectedRelease(
        version=manifest.version,
        manifest_sha256=manifest.digest,
        records=(),
        shards=tuple(TouchedShard(path=each.path, before=each.sha256, after=None) for each in manifest.shards),
    )
