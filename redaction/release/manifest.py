"""The manifest: the contents of a release, the rules it was made by, and the hash of every file.

It is canonical JSON (RFC 8785) and contains its own digest: the SHA-256 of that JSON with an empty digest.
"""

import hashlib
import math
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, Self

import rfc8785
from pydantic import ConfigDict, Field, ValidationError, model_validator

from redaction.base_model import FrozenModel
from redaction.release.build_facts import BuildFacts, FilePath, Sha256
from redaction.release.counts import Count, Counts
from redaction.release.errors import ManifestError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, MANIFEST, QUOTING
from redaction.storage import StoragePath, read_bytes

FORMAT: Final = "discreet-release/1"
_DIGEST: Final = re.compile(rb'(?<=[{,])"manifest_sha256":"([0-9a-f]{64})"')
_MOST_DIGESTS: Final = 16
"""A manifest has its own digest and that of its predecessor."""


class FileEntry(FrozenModel):
    """One file of the release. `rows` is null for a file that is not Parquet."""

    path: FilePath
    """Its path in the release."""
    sha256: Sha256
    """The SHA-256 of its bytes."""
    bytes: Count
    """Its size."""
    rows: Count | None = None
    """Its number of rows; null for a file that is not Parquet."""


class Column(FrozenModel):
    """One column, with its Arrow type."""

    name: str
    """Its name."""
    type: str
    """Its Arrow type."""
    nullable: bool
    """Whether it may be null."""


NOT_MEASURED: Final = "not measured"
"""How the detail of a gate begins that measured nothing."""


class GateResult(FrozenModel):
    """The result of one gate: the measured and the allowed value. It never contains a value of a record."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """The gate."""
    passed: bool
    """Whether the value is within the limit."""
    value: float
    """What was measured."""
    threshold: float
    """The limit."""
    detail: str = ""
    """What the value was measured on, in a few words."""

    @model_validator(mode="after")
    def _finite(self) -> Self:
        if not (math.isfinite(self.value) and math.isfinite(self.threshold)):
            raise ValueError("value and threshold must be finite numbers")
        return self

    @property
    def is_measured(self) -> bool:
        """Whether the gate measured anything."""
        return not self.detail.startswith(NOT_MEASURED)

    @property
    def result(self) -> str:
        """`passed`, `failed`, or `not measured` where nothing was measured and nothing is required."""
        if not self.passed:
            return "failed"
        return "passed" if self.is_measured else NOT_MEASURED

    @property
    def sentence(self) -> str:
        """What was measured and what is allowed."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"gate {self.name} measured {self.value:g}, allowed is {self.threshold:g}{detail}"


class Manifest(BuildFacts):
    """The evidence of one release. It contains no time but `as_of`, so the same build gives the same manifest."""

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    """The format of the manifest."""
    columns: tuple[Column, ...] = Field(alias="schema")
    """The columns of the rows."""
    fields: Counts
    """By field of a record: how many rows there are, without canaries."""
    files: tuple[FileEntry, ...]
    """Every file but the manifest itself, sorted by path."""
    gates: tuple[GateResult, ...] = ()
    """The result of every gate, sorted by name."""
    manifest_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    """The digest of the manifest: of its canonical JSON with this key empty."""

    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="after")
    def _rows_add_up(self) -> Self:
        paths = [file.path for file in self.files]
        if paths != sorted(set(paths)) or MANIFEST in paths:
            raise ValueError("files: paths must be sorted and unique, without the manifest itself")
        if sum(self.fields.values()) != self.texts:
            raise ValueError(f"fields: count {sum(self.fields.values())} rows where the files hold {self.texts}")
        return self

    @property
    def rows(self) -> int:
        """The number of rows in all files."""
        return sum(file.rows or 0 for file in self.files)

    @property
    def placed_canaries(self) -> int:
        """How many of the rows are canaries."""
        return self.canaries.placed if self.canaries else 0

    @property
    def texts(self) -> int:
        """The number of rows that are texts of records."""
        return self.rows - self.placed_canaries

    @property
    def shards(self) -> tuple[FileEntry, ...]:
        """The files that contain rows."""
        return tuple(file for file in self.files if file.path.endswith(".parquet"))

    @property
    def holding_texts(self) -> tuple[FileEntry, ...]:
        """The files that contain texts of records: the shards, and the documents that quote some as examples."""
        return tuple(file for file in self.files if file.rows is not None or file.path in QUOTING)

    @property
    def failed_gates(self) -> tuple[GateResult, ...]:
        """The gates that failed."""
        return tuple(gate for gate in self.gates if not gate.passed)

    def with_gates(self, gates: Iterable[GateResult]) -> "Manifest":
        """Return the manifest with the results of the gates, sorted by name."""
        ordered = tuple(sorted(gates, key=lambda gate: gate.name))
        return self.model_copy(update={"gates": ordered, "manifest_sha256": ""})

    @property
    def digest(self) -> str:
        """The manifest's own digest, as `to_bytes` writes it."""
        return hashlib.sha256(rfc8785.dumps(self._to_json(""))).hexdigest()

    @property
    def sums(self) -> bytes:
        """The lines of `SHA256SUMS`: the manifest and every file that it lists."""
        return self._sums(self.files)

    @property
    def sums_of_withdrawn(self) -> bytes:
        """The lines of `SHA256SUMS` once the files that contain texts are removed."""
        return self._sums(tuple(file for file in self.files if file not in self.holding_texts))

    def _sums(self, files: tuple[FileEntry, ...]) -> bytes:
        own = hashlib.sha256(self.to_bytes()).hexdigest()
        entries = [(MANIFEST, own), *((file.path, file.sha256) for file in files)]
        return "".join(f"{digest}  {path}\n" for path, digest in sorted(entries)).encode()

    def to_bytes(self) -> bytes:
        """Serialize the manifest as canonical JSON, with its own digest."""
        return rfc8785.dumps(self._to_json(self.digest))

    @classmethod
    def from_bytes(cls, content: bytes, file: str = MANIFEST) -> Self:
        """Read a manifest, after its own digest was compared with its bytes.

        Args:
            content: What `to_bytes` wrote.
            file: Its name, for errors.

        Returns:
            The manifest.

        Raises:
            ManifestError: It is no manifest, or has other bytes than `to_bytes` wrote.
        """
        if not _has_own_digest(content):
            problem = (
                "bytes differ from what the build wrote" if _DIGEST.search(content) else "no manifest of a release"
            )
            raise ManifestError(f"{file}: {problem}")
        try:
            manifest = cls.model_validate_json(content)
        except (ValidationError, ValueError) as error:
            raise ManifestError(f"{file}: no manifest of a release ({first_error(error)})") from None
        if manifest.to_bytes() != content:
            raise ManifestError(f"{file}: bytes differ from what the build wrote")
        return manifest

    @classmethod
    def read(cls, folder: StoragePath) -> Self:
        """Read the manifest of a release folder. Raises ManifestError, also where there is none."""
        path = folder / MANIFEST
        try:
            content = read_bytes(path)
        except OSError as error:
            raise ManifestError(f"{path}: cannot be read ({type(error).__name__}); is this a release?") from None
        return cls.from_bytes(content, str(path))

    def _to_json(self, digest: str) -> dict[str, Any]:
        values = self.model_dump(mode="json", by_alias=True) | {"manifest_sha256": digest}
        for name in (
            "software",
            "snapshots",
            "unread_files",
            "reconciliation",
            "expires_at",
            "sign_off",
            "canaries",
        ):  # Manifests of earlier versions lack them.
            if not getattr(self, name):
                del values[name]
        return values


def _has_own_digest(content: bytes) -> bool:
    """Whether one of the digests in the bytes is that of the bytes without it; nothing is parsed."""
    for match in islice(_DIGEST.finditer(content), _MOST_DIGESTS):
        start, end = match.span(1)
        if hashlib.sha256(content[:start] + content[end:]).hexdigest().encode() == match[1]:
            return True
    return False


def corpus_columns() -> tuple[Column, ...]:
    """List the columns of the corpus schema as the manifest does."""
    return tuple(Column(name=field.name, type=str(field.type), nullable=field.nullable) for field in CORPUS_SCHEMA)


def first_error(error: Exception) -> str:
    """Describe the first error without the invalid value, which may be personal data."""
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in detail['loc']) or 'file'}: {detail['type']}"
    return type(error).__name__
