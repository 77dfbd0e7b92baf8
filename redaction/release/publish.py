"""The one step by which a release can be seen."""

import shutil
from collections.abc import Callable
from pathlib import Path

from redaction.release.errors import PublishError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.files.folder import sync_tree
from redaction.release.manifest import Manifest
from redaction.release.staging import Staging, locked
from redaction.release.upload import upload_release
from redaction.release.verify import verify
from redaction.storage import StoragePath, is_file, read_bytes, sync, write_atomic


def publish(staging: Staging, manifest: Manifest, last_look: Callable[[], None] = lambda: None) -> StoragePath:
    """Makes a staged release visible by one rename, or in a store by one manifest put last, and returns its folder.

    A version that is there with the same bytes is a success that changes nothing. `last_look` raises what speaks
    against it even now; from then on until the release is visible no takedown can write its tombstones.

    Raises:
        PublishError: a gate failed or none was run, the staged bytes are not those of the manifest, or the
            version is there with other bytes.
        StagingError: a later run has superseded this staging.
        StorageError: a store that cannot be reached or written.
    """
    target = staging.corpus_folder / manifest.version
    _refuse_unaudited(staging, manifest)
    with locked(staging.workshop):
        staging.refuse_if_superseded()
        last_look()
        write_atomic(staging.folder / MANIFEST, manifest.to_bytes())
        report = verify(staging.folder)
        if not report.ok:
            raise PublishError(f"{target}: not published; {report.problems[0]}")
        if target.exists() if isinstance(target, Path) else is_file(target / MANIFEST):
            _refuse_other_bytes(target, manifest)
        elif isinstance(target, Path):
            sync_tree(staging.folder)
            staging.folder.rename(target)
            sync(target.parent)
        elif not upload_release(staging, target, manifest):
            _refuse_other_bytes(target, manifest)
    shutil.rmtree(staging.root, ignore_errors=True)
    return target


def _refuse_unaudited(staging: Staging, manifest: Manifest) -> None:
    if manifest.corpus != staging.corpus:
        raise PublishError(f"{staging.corpus_folder}: the manifest is of another corpus, {manifest.corpus}")
    if not manifest.gates:
        raise PublishError(f"{manifest.corpus} {manifest.version}: not published; no gate was run")
    if failed := manifest.failed_gates:
        gate = failed[0]
        raise PublishError(
            f"{manifest.corpus} {manifest.version}: not published; gate {gate.name} measured {gate.value:g}, "
            f"allowed is {gate.threshold:g}{f' ({gate.detail})' if gate.detail else ''}"
        )


def _refuse_other_bytes(target: StoragePath, manifest: Manifest) -> None:
    report = verify(target)
    if report.superseded is not None:
        raise PublishError(f"{target}: was superseded by {report.superseded.replacement}; choose another version")
    if not report.ok or read_bytes(target / MANIFEST) != manifest.to_bytes():
        raise PublishError(f"{target}: is there with other bytes; a release never changes, so choose another version")
