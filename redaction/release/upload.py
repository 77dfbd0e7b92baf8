"""Publishing into an object store, which has no rename: all files first, the manifest last.

A folder without a manifest is no release. A file is written only if it does not exist, so a superseded run cannot
change the files of a later one. Files that an earlier run left without a manifest are removed first.
"""

from upath import UPath

from redaction.release.errors import PublishError, StagingError
from redaction.release.files.corpus_schema import MANIFEST, SUMS
from redaction.release.manifest import Manifest
from redaction.release.staging import Staging
from redaction.release.verify import file_problems
from redaction.storage import list_files, remove, upload, write_atomic


def upload_release(staging: Staging, target: UPath, manifest: Manifest) -> bool:
    """Upload a staged release, read it back, and write its manifest; False if another run has written one already."""
    for path in list_files(target):
        staging.check_current()
        if path == MANIFEST:
            return False
        remove(target / path)
    for entry in manifest.files:
        staging.check_current()
        try:
            upload(staging.folder / entry.path, target / entry.path)
        except FileExistsError:
            raise StagingError(f"{target}: another run is writing there; run the build again") from None
    if problem := next(file_problems(target, manifest.files), None):
        raise PublishError(f"{target}: not published; {problem}")
    staging.check_current()
    write_atomic(target / SUMS, manifest.sums)
    try:
        write_atomic(target / MANIFEST, manifest.to_bytes(), new=True)
    except FileExistsError:
        return False
    return True
