"""Keyed ids: nothing in a release can be linked back, or to another release, without the key.

One master key is read from a secret source. Each release has a key of its own, derived from it with
HKDF-SHA256 (RFC 5869), and from that one key for ids and one for surrogates. Ids are HMAC-SHA256 (RFC
2104), cut to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import Field, model_validator

from redaction.base_model import FrozenModel
from redaction.release.errors import ReleaseKeyError
from redaction.release.identity.version import Version, parse_version

try:  # Python's own SHA-256: OpenSSL's, which hashlib prefers, takes longer to copy than to use
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:  # before Python 3.12
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:  # a Python that was built without
        from hashlib import sha256

MIN_KEY_BYTES: Final = 32
RECORD_ID_BYTES: Final = 20
_HMAC_BLOCK: Final = 64
_HMAC_PADS: Final = tuple(bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
"""What the key's bytes become for the inner and the outer digest."""
_COMMAND_SECONDS: Final = 60
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


class KeySettings(FrozenModel):
    """Where the master key comes from: exactly one of the three.

    A key is written as hex digits or base64, or is raw bytes (file and command only); at least 32 bytes.
    """

    env: str | None = Field(default=None, min_length=1, description="An environment variable.")
    file: Path | None = Field(default=None, description="A file that only its owner may read (mode 0600).")
    command: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="A program and its arguments, run without a shell; it prints the key.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(source is not None for source in (self.env, self.file, self.command)) != 1:
            raise ValueError("name exactly one of env, file and command")
        return self


class RecordKey:
    """The key of one release. Never printed, never written into `output`."""

    __slots__ = ("_ids", "_secret")

    def __init__(self, secret: bytes) -> None:
        """`secret`: at least 32 bytes. Raises ReleaseKeyError if there are fewer."""
        self._secret = _long_enough(secret, "release key")
        self._ids = self.purpose("record-ids")

    def __repr__(self) -> str:
        """Without the key."""
        return "RecordKey(…)"

    def purpose(self, name: str) -> bytes:
        """A 32-byte key for one purpose, from which neither this key nor that of another purpose follows."""
        return _derive(self._secret, "purpose", name)

    @property
    def replacement(self) -> bytes:
        """The key of surrogates and hashes in the texts of this release."""
        return self.purpose("replacement")

    def record_id(self, source: str, source_id: str) -> str:
        """The id of a record in this release: 40 hex digits."""
        return hmac.digest(self._ids, _joined(source, source_id), hashlib.sha256)[:RECORD_ID_BYTES].hex()

    def record_ids(self, source: str, source_ids: pl.Series) -> pl.Series:
        """The ids of many records of one source: a String Series, null where the id is null.

        No frame library computes an HMAC, so this is a loop over C calls, with RFC 2104 written out: what all ids have
        in common, the key and the source, is taken in once, and each goes on from there.
        """
        key = self._ids.ljust(_HMAC_BLOCK, b"\0")
        inner, outer = (sha256(key.translate(pad)) for pad in _HMAC_PADS)
        inner.update(_joined(source, ""))

        def made(source_id: bytes) -> bytes:
            within, whole = inner.copy(), outer.copy()
            within.update(source_id)
            whole.update(within.digest())
            digest: bytes = whole.digest()
            return digest

        digests = [None if i is None else made(i) for i in source_ids.cast(pl.Binary).to_list()]
        ids = pl.Series("record_id", digests, dtype=pl.Binary)
        return ids.bin.slice(0, RECORD_ID_BYTES).bin.encode("hex")


def derive_release_key(master: bytes, corpus: str, version: Version | str) -> RecordKey:
    """The key of one release of one corpus.

    Raises:
        ReleaseKeyError: the master key has fewer than 32 bytes.
        ReleaseError: the version is not MAJOR.MINOR.PATCH.
    """
    return RecordKey(_derive(_long_enough(master, "master key"), "release", corpus, str(parse_version(version))))


def load_key(settings: KeySettings, root: Path | None = None, never_under: Sequence[Path] = ()) -> bytes:
    """Reads the master key from its secret source. A relative file starts at `root`.

    Raises:
        ReleaseKeyError: it is missing, short, in an unknown form, readable by others, or lies in a folder of
            `never_under` (such as the output).
    """
    if settings.env is not None:
        value = os.environ.get(settings.env)
        if not value:
            raise ReleaseKeyError(f"key.env: {settings.env} is not set; put 64 hex digits into it")
        return _decoded(value.encode(), f"key.env {settings.env}")
    if settings.file is not None:
        path = settings.file if root is None else root / settings.file
        for folder in never_under:
            if path.resolve().is_relative_to(folder.resolve()):
                raise ReleaseKeyError(f"{path}: a key must not lie in {folder}, which others may see; move it")
        return _decoded(_read_private(path), str(path))
    return _decoded(_printed_by(settings.command or ()), "key.command")


def create_key_file(path: Path) -> Path:
    """Writes a new random key of 32 bytes, as hex, that only its owner may read. Never replaces a file.

    Raises:
        ReleaseKeyError: the file exists, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ReleaseKeyError(f"{path}: exists; a key is never replaced, so choose another path") from None
    except OSError as error:
        raise ReleaseKeyError(f"{path}: cannot be written ({type(error).__name__})") from None
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(os.urandom(MIN_KEY_BYTES).hex().encode() + b"\n")
        file.flush()
        os.fsync(descriptor)
    return path


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise ReleaseKeyError(f"{path}: mode {mode:04o} lets others read the key; run chmod 600 on it")
            return file.read(4096)
    except FileNotFoundError:
        raise ReleaseKeyError(f"{path}: no such key file; write one with discreet new-key") from None
    except OSError as error:
        raise ReleaseKeyError(f"{path}: cannot be read ({type(error).__name__})") from None


def _printed_by(command: Sequence[str]) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_COMMAND_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReleaseKeyError(f"key.command: {command[0]} did not run ({type(error).__name__})") from None
    if done.returncode:
        raise ReleaseKeyError(f"key.command: {command[0]} ended with {done.returncode}; it must print the key")
    return done.stdout


def _decoded(raw: bytes, where: str) -> bytes:
    if not raw.isascii():
        return _long_enough(raw, where)
    text = raw.decode("ascii").strip()
    try:
        return _long_enough(bytes.fromhex(text), where)
    except ValueError:
        pass
    if _BASE64.fullmatch(text):
        try:
            return _long_enough(base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True), where)
        except binascii.Error:
            pass
    raise ReleaseKeyError(f"{where}: the key is neither hex nor base64; give 64 hex digits")


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < MIN_KEY_BYTES:
        raise ReleaseKeyError(f"{where}: the key has {len(key)} bytes; give at least {MIN_KEY_BYTES} (64 hex digits)")
    return key


def _derive(secret: bytes, *info: str) -> bytes:
    return HKDF(SHA256(), MIN_KEY_BYTES, salt=None, info=b"discreet/1" + _joined(*info)).derive(secret)


def _joined(*parts: str) -> bytes:
    """Parts that cannot run into each other: the length of each but the last stands before it."""
    *heads, last = (part.encode() for part in parts)
    return b"".join(len(head).to_bytes(4, "big") + head for head in heads) + last
