"""The one atomic step that makes a release visible."""

import shutil
from collections.abc import Callable
from pathlib import Path

from redaction.release.errors import PublishError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.files.folder import sync_tree
from redaction.release.manifest import Manifest
from redaction.release.staging import Staging, lock_stagings
from redaction.release.upload import upload_release
from redaction.release.verify import verify
from redaction.storage import StoragePath, is_file, read_bytes, sync


def publish(staging: Staging, manifest: Manifest, final_check: Callable[[], None] = lambda: None) -> StoragePath:
    """Make a staged release visible: by one rename, or in an object store by writing the manifest last.

    Publishing a version again with the same bytes succeeds and changes nothing.

    Args:
        staging: the staged files.
        manifest: their manifest, with the results of the gates.
        final_check: raises an error to stop the publishing. Between this check and the visible release, no takedown
            can write tombstones.

    Returns:
        The folder of the release.

    Raises:
        PublishError: a gate failed or none was run, the staged bytes differ from the manifest, or the version is
            published with other bytes.
        StagingError: a later run has superseded this staging.
        StorageError: a store that cannot be reached or written.
    """
    target = staging.corpus_folder / manifest.version
    _check_audit(staging, manifest)
    with lock_stagings(staging.parent):
        staging.check_current()
        final_check()
        staging.save_manifest(manifest)
        report = verify(staging.folder)
        if not report.ok:
            raise PublishError(f"{target}: not published; {report.problems[0]}")
        if target.exists() if isinstance(target, Path) else is_file(target / MANIFEST):
            _check_same_bytes(target, manifest)
        elif isinstance(target, Path):
            sync_tree(staging.folder)
            staging.folder.rename(target)
            sync(target.parent)
        elif not upload_release(staging, target, manifest):
            _check_same_bytes(target, manifest)
    shutil.rmtree(staging.root, ignore_errors=True)
    return target


def _check_audit(staging: Staging, manifest: Manifest) -> None:
    if manifest.corpus != staging.corpus_folder.name:
        raise PublishError(f"{staging.corpus_folder}: the manifest is of another corpus, {manifest.corpus}")
    if not manifest.gates:
        raise PublishError(f"{manifest.corpus} {manifest.version}: not published; no gate was run")
    if failed := manifest.failed_gates:
        raise PublishError(f"{manifest.corpus} {manifest.version}: not published; {failed[0].sentence}")


def _check_same_bytes(target: StoragePath, manifest: Manifest) -> None:
    report = verify(target)
    if report.superseded is not None:
        raise PublishError(f"{target}: was superseded by {report.superseded.use}; choose another version")
    if not report.ok or read_bytes(target / MANIFEST) != manifest.to_bytes():
        raise PublishError(
            f"{target}: is published with other bytes; a release never changes, so choose another version"
        )
