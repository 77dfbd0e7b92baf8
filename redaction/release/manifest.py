"""The manifest: what a release holds, by which rules it was made, and the hash of every byte of it.

It is written in one canonical form, and holds its own digest: SHA-256 over that form with the digest left
empty. So a change of any byte of it shows, without a second file to keep.
"""

import hashlib
import math
from collections.abc import Iterable
from typing import Annotated, Any, Final, Self

import pyarrow as pa
import rfc8785
from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from redaction.base_model import FrozenModel, Instant
from redaction.release.counts import Count, Counts, SourceCounts
from redaction.release.errors import ManifestError, ReleaseError
from redaction.release.files.corpus_schema import CORPUS_SCHEMA, MANIFEST
from redaction.release.identity.version import parse_version
from redaction.storage import StoragePath, read_bytes

FORMAT: Final = "discreet-release/1"


def _version(text: str) -> str:
    try:
        return str(parse_version(text))
    except ReleaseError as error:
        raise ValueError(str(error)) from None


def _inside(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or {"", ".", ".."} & set(parts):
        raise ValueError("must be a plain relative path")
    return path


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
VersionText = Annotated[str, AfterValidator(_version)]
FilePath = Annotated[str, AfterValidator(_inside)]


class FileEntry(FrozenModel):
    """One file of the release. `rows` is null where a file has none."""

    path: FilePath
    sha256: Sha256
    bytes: Count
    rows: Count | None = None


class Column(FrozenModel):
    """One column, its type in Arrow's words."""

    name: str
    type: str
    nullable: bool


class Digests(FrozenModel):
    """SHA-256 of all that decides what a release holds."""

    policy: Sha256
    regions: Sha256
    ledger: Sha256
    config: Sha256
    model: Sha256
    recognizers: Sha256
    operators: Sha256
    code: Sha256
    inputs: Sha256


class GateResult(FrozenModel):
    """One gate: what was measured, and what was allowed. It never holds a value from a record."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    passed: bool
    value: float
    threshold: float
    detail: str = ""

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if not (math.isfinite(self.value) and math.isfinite(self.threshold)):
            raise ValueError("value and threshold must be finite numbers")
        return self


class Predecessor(FrozenModel):
    """The release before this one, and the digest of its manifest."""

    version: VersionText
    manifest_sha256: Sha256


class BuildFacts(FrozenModel):
    """What only the build can tell of a release. The rest is measured on its bytes.

    `keyed_by` names the other versions under whose keys rows of this release have their ids: none, unless
    it is the successor of a takedown, which keeps the ids of what it keeps. `takedown_key` is the public key
    under which takedowns of this corpus are signed, so that whoever has a release can tell who may take it back.
    """

    corpus: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    version: VersionText
    as_of: Instant
    policy: str
    sources: dict[str, SourceCounts]
    digests: Digests
    predecessor: Predecessor | None = None
    keyed_by: tuple[VersionText, ...] = ()
    takedown: str | None = None
    takedown_key: Sha256 | None = None
    software: dict[str, str] = Field(default_factory=dict)

    def withhold_small_counts(self, smallest: int) -> Self:
        """Return the facts with every count of records below `smallest` withheld."""
        sources = {source: counts.withhold_small(smallest) for source, counts in self.sources.items()}
        return self.model_copy(update={"sources": sources})

    @model_validator(mode="after")
    def _follows(self) -> Self:
        if self.predecessor and parse_version(self.predecessor.version) >= parse_version(self.version):
            raise ValueError("predecessor: must be a lower version")
        return self


class Manifest(BuildFacts):
    """The whole evidence of one release. It holds no time but `as_of`: the same build gives the same
    manifest.
    """

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    columns: tuple[Column, ...] = Field(alias="schema")
    fields: Counts
    files: tuple[FileEntry, ...]
    gates: tuple[GateResult, ...] = ()
    manifest_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")

    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="after")
    def _rows_add_up(self) -> Self:
        paths = [file.path for file in self.files]
        if paths != sorted(set(paths)) or MANIFEST in paths:
            raise ValueError("files: paths must be sorted and unique, without the manifest itself")
        if sum(self.fields.values()) != self.rows:
            raise ValueError(f"fields: count {sum(self.fields.values())} rows where the files hold {self.rows}")
        return self

    @property
    def rows(self) -> int:
        """How many rows all files hold."""
        return sum(file.rows or 0 for file in self.files)

    @property
    def failed_gates(self) -> tuple[GateResult, ...]:
        """The gates that did not pass."""
        return tuple(gate for gate in self.gates if not gate.passed)

    def with_gates(self, gates: Iterable[GateResult]) -> "Manifest":
        """The same manifest with a line for each gate, sorted by name."""
        ordered = tuple(sorted(gates, key=lambda gate: gate.name))
        return self.model_copy(update={"gates": ordered, "manifest_sha256": ""})

    @property
    def digest(self) -> str:
        """The digest that stands in the manifest when it is written."""
        return hashlib.sha256(rfc8785.dumps(self._plain(""))).hexdigest()

    def to_bytes(self) -> bytes:
        """The manifest as it is written: canonical, with its own digest."""
        return rfc8785.dumps(self._plain(self.digest))

    @classmethod
    def from_bytes(cls, content: bytes, where: str = MANIFEST) -> Self:
        """Reads a manifest and checks its form and its digest.

        Raises:
            ManifestError: any byte is not as `to_bytes` would write it. `where` names the file in the
                message.
        """
        try:
            manifest = cls.model_validate_json(content)
        except (ValidationError, ValueError) as error:
            raise ManifestError(f"{where}: no manifest of a release ({first_error(error)})") from None
        if manifest.to_bytes() != content:
            raise ManifestError(f"{where}: bytes differ from what the build wrote")
        return manifest

    @classmethod
    def read(cls, folder: StoragePath) -> Self:
        """Reads the manifest of a release folder. Raises ManifestError, also where there is none."""
        path = folder / MANIFEST
        try:
            content = read_bytes(path)
        except OSError as error:
            raise ManifestError(f"{path}: cannot be read ({type(error).__name__}); is this a release?") from None
        return cls.from_bytes(content, str(path))

    def _plain(self, digest: str) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True) | {"manifest_sha256": digest}


def columns_of(schema: pa.Schema = CORPUS_SCHEMA) -> tuple[Column, ...]:
    """A schema as the manifest tells it."""
    return tuple(Column(name=field.name, type=str(field.type), nullable=field.nullable) for field in schema)


def first_error(error: Exception) -> str:
    """The first thing wrong, without the value that is wrong."""
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(str(part) for part in detail['loc']) or 'file'}: {detail['type']}"
    return type(error).__name__
