"""A sign-off: the holder of a role signs the digest of a manifest. It is stored beside the releases, and is public."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field

from redaction.base_model import Instant
from redaction.release.build_facts import Sha256, VersionText
from redaction.release.errors import PublishError
from redaction.release.identity.record_keys import RecordKey
from redaction.release.identity.signing import SignedDocument, Signer
from redaction.release.manifest import Manifest
from redaction.storage import StoragePath, is_file, list_names, read_bytes, write_atomic

FOLDER: Final = "sign-offs"
FORMAT: Final = "discreet-sign-off/1"


class SignOffError(PublishError):
    """A release that may not be published or signed."""


class RoleSigner(Signer):
    """Signs for a role, with a key of its own: not the master key, which the builder has."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key. Raises ReleaseKeyError if the secret has fewer than 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(RecordKey(secret).purpose("sign-off"))


class SignOff(SignedDocument):
    """The agreement of a role to one manifest."""

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    corpus: str
    version: VersionText
    manifest_sha256: Sha256
    role: str
    signed_at: Instant

    def write(self, corpus_folder: StoragePath) -> StoragePath:
        """Write it beside the releases, over an earlier one of the same role and version."""
        path = corpus_folder / FOLDER / f"{self.version}-{self.role}.json"
        write_atomic(path, self.to_bytes())
        return path


@dataclass(frozen=True, slots=True)
class SignOffCheck:
    """How many sign-offs of a release are valid, and what is wrong with the others."""

    valid: int
    problems: tuple[str, ...]


def missing_roles(corpus_folder: StoragePath, manifest: Manifest) -> tuple[str, ...]:
    """Return the roles of a manifest that have not signed it."""
    return tuple(role for role in manifest.sign_off if _problem(corpus_folder, manifest, role))


def sign_off_problems(corpus_folder: StoragePath, manifest: Manifest) -> SignOffCheck:
    """Check the sign-offs beside a release. A copy of a release without the folder of sign-offs is not checked."""
    if not manifest.sign_off or not list_names(corpus_folder / FOLDER):
        return SignOffCheck(0, ())
    found = [_problem(corpus_folder, manifest, role) for role in manifest.sign_off]
    problems = tuple(problem for problem in found if problem)
    return SignOffCheck(len(found) - len(problems), problems)


def _problem(corpus_folder: StoragePath, manifest: Manifest, role: str) -> str | None:
    name = f"{FOLDER}/{manifest.version}-{role}.json"
    path = corpus_folder / name
    if not is_file(path):
        return f"{name}: missing"
    try:
        given = SignOff.from_signed(read_bytes(path), manifest.sign_off[role])
    except OSError:
        return f"{name}: cannot be read"
    if given is None:
        return f"{name}: the signature is not valid"
    what = (given.corpus, given.version, given.manifest_sha256, given.role)
    if what != (manifest.corpus, manifest.version, manifest.digest, role):
        return f"{name}: is for another manifest"
    return None
