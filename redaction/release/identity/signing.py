"""Ed25519 signatures (RFC 8032). The key is derived from the master key, so there is no second secret."""

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.release.errors import ReleaseError
from redaction.release.identity.canonical_json import canonical_json
from redaction.release.identity.record_keys import RecordKey

_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
_FIELD = re.compile(rb'(?<=[{,])"(public_key|signature)":"([0-9a-f]*)"')


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


def is_signed(public_key: str, content: bytes, signature: str) -> bool:
    """Whether a signature over bytes, in hex, is that of the key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def signer_of(content: bytes) -> str | None:
    """Verify the signature over the bytes of a `SignedDocument`, before anything else reads them.

    The two fields are found by a pattern, as canonical JSON writes them; no text in the document can look like them,
    since its quotation marks are escaped.

    Returns:
        The public key that signed; None where no valid signature is there.
    """
    fields = {match[1]: match for match in _FIELD.finditer(content)}
    if set(fields) != {b"public_key", b"signature"} or len(_FIELD.findall(content)) != 2:
        return None
    key, (start, end) = fields[b"public_key"][2].decode(), fields[b"signature"].span(2)
    return key if is_signed(key, content[:start] + content[end:], content[start:end].decode()) else None


class SignedDocument(FrozenModel):
    """A document in canonical JSON (RFC 8785), with the signature of that JSON without the signature."""

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    signature: str = Field(default="", pattern=r"^([0-9a-f]{128})?$")

    def signed(self, signer: Signer) -> Self:
        """Return the document with its signature."""
        unsigned = self.model_copy(update={"public_key": signer.public_key, "signature": ""})
        return unsigned.model_copy(update={"signature": signer.sign(unsigned.to_bytes())})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the document, but not its digest, which `update` changes."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("digest", None)
        return copied

    def to_bytes(self) -> bytes:
        """Serialize the document as canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))

    @classmethod
    def from_signed(cls, content: bytes, public_key: str | None = None) -> Self | None:
        """Verify bytes, and only then parse them.

        Args:
            content: What `to_bytes` wrote.
            public_key: The key that must have signed; by default the one in the document.

        Returns:
            The document; None where the signature is not valid, or it is another kind of document.
        """
        signer = signer_of(content)
        if signer is None or public_key not in {None, signer}:
            return None
        try:
            document = cls.model_validate_json(content)
        except ValueError:
            return None
        return document if document.to_bytes() == content else None

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the document."""
        return hashlib.sha256(self.to_bytes()).hexdigest()
