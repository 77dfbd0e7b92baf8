"""Keyed record ids, which cannot be linked to a member or to another release without the key.

The master key is read from a secret source. The key of each release is derived from it with HKDF-SHA256 (RFC 5869), and
from that one key for ids and one for pseudonyms. Ids are HMAC-SHA256 (RFC 2104), truncated to 160 bits.
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

try:  # Python's own SHA-256: copying a state of OpenSSL's, which hashlib prefers, takes longer than the hash
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:  # before Python 3.12
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:  # a Python built without it
        from hashlib import sha256

MIN_KEY_BYTES: Final = 32
MIN_DISTINCT_BYTES: Final = 16
"""Of 32 random bytes about 30 differ; fewer than 16 do not happen by chance."""
RECORD_ID_BYTES: Final = 20
_NUMBERED_IDS: Final = pl.Schema({"index": pl.get_index_type(), "record_id": pl.String})
_HMAC_BLOCK: Final = 64
_HMAC_PADS: Final = tuple(bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
"""Translations of the key's bytes for the inner and the outer digest."""
_COMMAND_SECONDS: Final = 60
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


class KeySettings(FrozenModel):
    """The source of the master key: exactly one of the three.

    A key has at least 32 bytes, as hex digits or base64; a file or command may also give raw bytes.
    """

    env: str | None = Field(default=None, min_length=1, description="An environment variable.")
    file: Path | None = Field(default=None, description="A file that only its owner can read (mode 0600).")
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
    """The key of one release. It is never printed, and never written into `output`."""

    __slots__ = ("_ids", "_secret")

    def __init__(self, secret: bytes) -> None:
        """Use a secret of at least 32 bytes. Raises ReleaseKeyError if it has fewer."""
        self._secret = _long_enough(secret, "release key")
        self._ids = self.purpose("record-ids")

    def purpose(self, name: str) -> bytes:
        """Derive a 32-byte key for one purpose; no other key can be computed from it."""
        return _derive(self._secret, "purpose", name)

    @property
    def replacement(self) -> bytes:
        """The key of pseudonyms and hashes in the texts of this release."""
        return self.purpose("replacement")

    def record_id(self, source: str, source_id: str) -> str:
        """Compute the id of a record in this release: 40 hex digits."""
        return hmac.digest(self._ids, _joined(source, source_id), hashlib.sha256)[:RECORD_ID_BYTES].hex()

    def record_ids(self, source: str, source_ids: pl.Series) -> pl.Series:
        """Compute the ids of many records of one source; null where the source_id is null."""
        # RFC 2104, since no data frame library has an HMAC; the state after key and source is computed once and copied.
        key = self._ids.ljust(_HMAC_BLOCK, b"\0")
        inner, outer = (sha256(key.translate(pad)) for pad in _HMAC_PADS)
        inner.update(_joined(source, ""))

        def hmac_of(source_id: bytes) -> bytes:
            inner_hash, outer_hash = inner.copy(), outer.copy()
            inner_hash.update(source_id)
            outer_hash.update(inner_hash.digest())
            digest: bytes = outer_hash.digest()
            return digest

        digests = [None if i is None else hmac_of(i) for i in source_ids.cast(pl.Binary).to_list()]
        ids = pl.Series("record_id", digests, dtype=pl.Binary)
        return ids.bin.slice(0, RECORD_ID_BYTES).bin.encode("hex")

    def ids_of(self, records: pl.DataFrame) -> pl.Series:
        """Compute the id of each row of `source` and `source_id`."""
        rows = records.select("source", "source_id").with_row_index()
        parts = [
            part.select("index", self.record_ids(str(source), part["source_id"]))
            for (source,), part in rows.group_by("source")
        ]
        return pl.concat([pl.DataFrame(schema=_NUMBERED_IDS), *parts]).sort("index")["record_id"]


def derive_release_key(master: bytes, corpus: str, version: Version | str) -> RecordKey:
    """Derive the key of one release. Raises ReleaseKeyError if the master key has fewer than 32 bytes."""
    return RecordKey(_derive(_long_enough(master, "master key"), "release", corpus, str(parse_version(version))))


def load_key(settings: KeySettings, root: Path | None = None, never_under: Sequence[Path] = ()) -> bytes:
    """Read the master key from its secret source.

    Args:
        settings: the source.
        root: the folder of a relative file path.
        never_under: folders that must not contain the key file, such as the output.

    Returns:
        The key.

    Raises:
        ReleaseKeyError: it is missing, short, in an unknown format, readable by others, or in a forbidden folder.
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
                raise ReleaseKeyError(f"{path}: a key must not be in {folder}, which others may read; move it")
        return _decoded(_read_private(path), str(path))
    return _decoded(_printed_by(settings.command or ()), "key.command")


def create_key_file(path: Path) -> Path:
    """Write a new random key, as hex, that only its owner can read. Raises ReleaseKeyError if the file exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ReleaseKeyError(f"{path}: exists; a key is never replaced, choose another path") from None
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
    if len(set(key)) < MIN_DISTINCT_BYTES:
        raise ReleaseKeyError(f"{where}: the key repeats a few bytes, so it can be guessed; run discreet new-key")
    return key


def _derive(secret: bytes, *info: str) -> bytes:
    return HKDF(SHA256(), MIN_KEY_BYTES, salt=None, info=b"discreet/1" + _joined(*info)).derive(secret)


def _joined(*parts: str) -> bytes:
    """Join parts unambiguously: the length of each but the last is in front of it."""
    *heads, last = (part.encode() for part in parts)
    return b"".join(len(head).to_bytes(4, "big") + head for head in heads) + last
