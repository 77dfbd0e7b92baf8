"""Publishes into a store, which knows no rename: every file first, and the manifest last.

A folder without a manifest is no release. Every file is written only where there is none, so that a run which was
superseded cannot change what a later one has put there; what an earlier run left without a manifest is cleared first.
"""

from upath import UPath

from redaction.release.errors import PublishError, StagingError
from redaction.release.files.corpus_schema import MANIFEST
from redaction.release.manifest import Manifest
from redaction.release.staging import Staging
from redaction.release.verify import file_problems
from redaction.storage import list_files, remove, upload, write_atomic


def upload_release(staging: Staging, target: UPath, manifest: Manifest) -> bool:
    """Uploads a staged release, reads back every byte, and commits it by putting the manifest.

    Returns:
        Whether it was committed; if not, somebody else has put a manifest there meanwhile.

    Raises:
        StagingError: a later run has superseded this staging, or writes to the same version.
        PublishError: what the store gives back is not what was uploaded.
    """
    for path in list_files(target):
        staging.refuse_if_superseded()
        if path == MANIFEST:
            return False
        remove(target / path)
    for entry in manifest.files:
        staging.refuse_if_superseded()
        try:
            upload(staging.folder / entry.path, target / entry.path)
        except FileExistsError:
            raise StagingError(f"{target}: another run is writing there; run the build again") from None
    if problem := next(file_problems(target, manifest.files), None):
        raise PublishError(f"{target}: not published; {problem}")
    staging.refuse_if_superseded()
    try:
        write_atomic(target / MANIFEST, manifest.to_bytes(), new=True)
    except FileExistsError:
        return False
    return True
