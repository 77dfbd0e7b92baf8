"""What a build knows of a release, and the rules it was made by; and the canaries among its rows."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from redaction.base_model import FrozenModel, Instant
from redaction.release.counts import IdCounts, SourceCounts
from redaction.release.errors import ReleaseError
from redaction.release.identity.version import parse_version
from redaction.tables import UnreadFiles


def _check_version(text: str) -> str:
    try:
        return str(parse_version(text))
    except ReleaseError as error:
        raise ValueError(str(error)) from None


def _check_path(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or {"", ".", ".."} & set(parts):
        raise ValueError("must be a plain relative path")
    return path


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
VersionText = Annotated[str, AfterValidator(_check_version)]
FilePath = Annotated[str, AfterValidator(_check_path)]


class Digests(FrozenModel):
    """SHA-256 of everything that determines the contents of a release."""

    policy: Sha256
    """Of the policy."""
    regions: Sha256
    """Of the region sets."""
    ledger: Sha256
    """Of the files of the ledger and of the other tables of rights."""
    config: Sha256
    """Of every setting that may change a byte."""
    model: Sha256
    """Of the language models alone."""
    recognizers: Sha256
    """Of the whole detector: its recognizers, their code, lists and settings, and the models. The column `detector`."""
    operators: Sha256
    """Of the settings of replacement."""
    code: Sha256
    """Of the program and its libraries."""
    inputs: Sha256
    """Of every input file."""


class Predecessor(FrozenModel):
    """The release before this one, with the digest of its manifest."""

    version: VersionText
    """Its version."""
    manifest_sha256: Sha256
    """The digest of its manifest."""


CANARY_SOURCE: Final = "posts"
"""The source of the rows of canaries."""
CANARY_FIELD: Final = "text"
"""The field of the rows of canaries."""


class Canaries(FrozenModel):
    """The canaries of a release: rows of nobody, by which one can show that a model was trained on it."""

    placed: int = Field(ge=1)
    """How many rows are canaries. They are counted among the rows of the files, and nowhere else."""
    list_sha256: Sha256
    """The SHA-256 of the signatures of the private list of canaries, one a line."""


class BuildFacts(FrozenModel):
    """What the build knows of a release. The rest of the manifest is measured on the staged bytes."""

    corpus: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """The corpus's name."""
    version: VersionText
    """The version of the release."""
    as_of: Instant
    """The instant at which rights were decided."""
    policy: str
    """The id of the policy."""
    sources: dict[str, SourceCounts]
    """By source: how many records came in, were kept, dropped and quarantined."""
    digests: Digests
    """SHA-256 of everything that determines the contents."""
    predecessor: Predecessor | None = None
    """The release before this one."""
    keyed_by: tuple[VersionText, ...] = ()
    """The other versions whose keys made record ids; only the successor of a takedown has any."""
    takedown: str | None = None
    """The id of the takedown that made the release, if one did."""
    takedown_key: Sha256 | None = None
    """The public key that signs the takedowns of this corpus."""
    expires_at: Instant | None = None
    """When the release expires, by the retention of the config; absent if it does not."""
    sign_off: dict[str, Sha256] = Field(default_factory=dict)
    """By role: the public key with which its holder had to sign this manifest before it was published."""
    software: dict[str, str] = Field(default_factory=dict)
    """By name: the versions of Python, of this program, and of the libraries that detect, replace and read."""
    snapshots: dict[str, str] = Field(default_factory=dict)
    """By input table: the version of a Delta table, or the snapshot of an Iceberg table."""
    unread_files: dict[str, UnreadFiles] = Field(default_factory=dict)
    """By input table: how many files below its paths were not read."""
    reconciliation: dict[str, IdCounts] = Field(default_factory=dict)
    """By join: how many ids of a table exist in the one that they refer to."""
    canaries: Canaries | None = None
    """The canaries among the rows; absent if there are none."""

    def withhold_small_counts(self, smallest: int) -> Self:
        """Return the facts with every count of records below `smallest` withheld."""
        sources = {source: counts.withhold_small(smallest) for source, counts in self.sources.items()}
        ids = {join: counts.withhold_small(smallest) for join, counts in self.reconciliation.items()}
        return self.model_copy(update={"sources": sources, "reconciliation": ids})

    @model_validator(mode="after")
    def _has_earlier_predecessor(self) -> Self:
        if self.predecessor and parse_version(self.predecessor.version) >= parse_version(self.version):
            raise ValueError("predecessor: must be a lower version")
        return self
