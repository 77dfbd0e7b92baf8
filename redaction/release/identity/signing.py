"""Ed25519 signatures (RFC 8032). The key is derived from the master key, so there is no second secret."""

import hashlib
import re
from typing import Self

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.release.errors import ReleaseError
from redaction.release.identity.record_keys import RecordKey

_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")


class Signer:
    """Signs the takedowns of a corpus."""

    def __init__(self, master: bytes, corpus: str) -> None:
        """Derive the key. Raises ReleaseKeyError if the master key has fewer than 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(RecordKey(master).purpose(f"takedown-signature/{corpus}"))

    @property
    def public_key(self) -> str:
        """The public key, 64 hex digits."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, content: bytes) -> str:
        """Sign bytes; the signature has 128 hex digits."""
        return self._key.sign(content).hex()


def public_key_of(text: str) -> str:
    """Read a public key as a user typed it. Raises ReleaseError if it is not valid."""
    key = text.strip().lower()
    if not _PUBLIC_KEY.fullmatch(key):
        raise ReleaseError(
            f"public key {text[:80]!r}: is not valid; give the 64 hex digits that takedown and notices print"
        )
    return key


class SignedDocument(FrozenModel):
    """A document in canonical JSON (RFC 8785), with the signature of that JSON without the signature."""

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    signature: str = Field(default="", pattern=r"^([0-9a-f]{128})?$")

    def signed(self, signer: Signer) -> Self:
        """Return the document with its signature."""
        unsigned = self.model_copy(update={"public_key": signer.public_key, "signature": ""})
        return unsigned.model_copy(update={"signature": signer.sign(unsigned.to_bytes())})

    def to_bytes(self) -> bytes:
        """Serialize the document as canonical JSON."""
        return rfc8785.dumps(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The SHA-256 of the document."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def is_genuine(self, public_key: str | None = None) -> bool:
        """Whether the signature is valid, under the given key or the one in the document."""
        if public_key not in (None, self.public_key):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), self.model_copy(update={"signature": ""}).to_bytes())
        except (InvalidSignature, ValueError):
            return False
        return True
