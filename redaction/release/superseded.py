"""The signed mark of a release that a takedown has superseded, beside the manifest, which does not change.

Of a withdrawn release the shards are removed, and the card and the report, which quote rows; the rest remains as
evidence.
"""

from pathlib import Path
from typing import Final, Self

from pydantic import Field, ValidationError

from redaction.base_model import Instant
from redaction.release.build_facts import Sha256, VersionText
from redaction.release.errors import ManifestError
from redaction.release.files.folder import draft_beside, is_plain_file
from redaction.release.identity.signing import SignedDocument, signer_of
from redaction.release.manifest import Manifest, first_error
from redaction.storage import StoragePath, is_file, read_bytes, write_atomic

SUPERSEDED: Final = "SUPERSEDED.json"
FORMAT: Final = "discreet-superseded/1"
_NOTICE: Final = (
    "A takedown removed records of this release. Use the replacement, and drop the records that the notice names."
)


EXPIRED: Final = "This release has expired. Stop using it and what was made of it."


class Supersession(SignedDocument):
    """The takedown that superseded a release, and the version that replaces it, if any does."""

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    notice: str = _NOTICE
    corpus: str
    version: VersionText
    manifest_sha256: Sha256
    takedown: str = Field(pattern=r"^\d{6}$")
    takedown_sha256: Sha256
    effective_at: Instant
    replacement: VersionText | None
    withdrawn: bool

    @property
    def use(self) -> str:
        """What to use now, in words."""
        return self.replacement or "no release"

    def write(self, folder: StoragePath) -> None:
        """Write the mark into the folder of its release, over an earlier one."""
        write_atomic(folder / SUPERSEDED, self.to_bytes(), draft=draft_beside(folder, SUPERSEDED))

    @classmethod
    def read(cls, folder: StoragePath, manifest: Manifest, public_key: str | None = None) -> Self | None:
        """Read the mark; None without one. It is parsed only if the manifest's key, and `public_key`, signed it."""
        path = folder / SUPERSEDED
        if not is_file(path) and not (isinstance(path, Path) and path.is_symlink()):
            return None
        if not is_plain_file(path):
            raise ManifestError(f"{SUPERSEDED}: is not a regular file")
        try:
            content = read_bytes(path)
        except OSError as error:
            raise ManifestError(f"{SUPERSEDED}: cannot be read ({type(error).__name__})") from None
        signer = signer_of(content)
        if signer is None or {public_key, manifest.takedown_key, signer} - {None} != {signer}:
            raise ManifestError(f"{SUPERSEDED}: the signature is not valid; get the mark from its source again")
        try:
            mark = cls.model_validate_json(content)
        except (ValidationError, ValueError) as error:
            raise ManifestError(f"{SUPERSEDED}: is not the mark of a takedown ({first_error(error)})") from None
        if mark.to_bytes() != content:
            raise ManifestError(f"{SUPERSEDED}: bytes differ from what was signed; get the mark from its source again")
        if (mark.corpus, mark.version, mark.manifest_sha256) != (manifest.corpus, manifest.version, manifest.digest):
            raise ManifestError(f"{SUPERSEDED}: is the mark of another release")
        return mark
