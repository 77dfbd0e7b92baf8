"""Checks a certificate against its evidence: the signature, every file that it names, and every readable release."""

from collections.abc import Iterator
from pathlib import Path

from redaction.operations.requests.answers.certificate import Certificate, evidence_digest
from redaction.operations.requests.reading import RequestError
from redaction.release.errors import ReleaseError
from redaction.release.identity.signing import public_key_of
from redaction.release.manifest import Manifest
from redaction.release.takedown import read_chain
from redaction.release.verify import verify
from redaction.storage import StoragePath


def read_certificate(file: Path) -> Certificate:
    """Read a certificate. Raises RequestError where it is none, or its bytes are not those that were signed."""
    try:
        certificate = Certificate.from_signed(file.read_bytes())
    except OSError as error:
        raise RequestError(f"{file}: cannot be read ({type(error).__name__}); give a certificate") from None
    if certificate is None:
        raise RequestError(f"{file}: no certificate, or changed after it was signed; get it from its source again")
    return certificate


def certificate_problems(
    certificate: Certificate, corpus_folder: StoragePath, public_key: str | None = None
) -> Iterator[str]:
    """Yield a problem for each piece of evidence that is missing or changed.

    Args:
        certificate: A certificate whose own signature is valid.
        corpus_folder: The folder of the releases of the corpus.
        public_key: The key that must have signed, from a trusted source; without it, the one in the manifests.

    Yields:
        One line each.

    Raises:
        ReleaseError: `public_key` is not a public key.
    """
    key = public_key_of(public_key) if public_key is not None else None
    if key not in (None, certificate.public_key):
        yield f"certificate: is signed by {certificate.public_key}, not by {key}"
    for each in certificate.evidence:
        found = evidence_digest(corpus_folder, each.path)
        if found != each.sha256:
            yield f"{each.path}: {'missing' if found is None else 'was changed since the certificate was issued'}"
    try:
        read_chain(corpus_folder, certificate.public_key)
    except ReleaseError as error:
        yield str(error)
    for release in certificate.releases:
        folder = corpus_folder / release.version
        try:
            manifest = Manifest.read(folder)
        except ReleaseError as error:
            yield str(error)
            continue
        if manifest.digest != release.manifest_sha256:
            yield f"{release.version}/manifest.json: is of another release"
        if manifest.takedown_key not in (None, certificate.public_key):
            yield f"{release.version}/manifest.json: names another key than that of the certificate"
        yield from (f"{release.version}/{problem}" for problem in verify(folder).problems)
