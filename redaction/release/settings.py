"""How a release is cut, described and audited.

Every default of the audit is the strictest: an operator who allows more writes it down.
"""

from pathlib import Path

from pydantic import Field

from redaction.base_model import FrozenModel


class CardSettings(FrozenModel):
    """What the dataset card says beyond what is measured."""

    title: str | None = Field(default=None, max_length=120, description="The corpus's name for readers.")
    description: str = Field(default="", max_length=2000, description="What the corpus is for, in a few lines.")
    license: str = Field(default="other", pattern=r"^[a-z0-9.-]+$", description="A licence id that Hugging Face knows.")
    contact: str | None = Field(default=None, max_length=200, description="Where objections and questions go.")
    smallest_count: int = Field(
        default=10,
        ge=1,
        description="Counts below this are shown as smaller than it, since a small group tells.",
    )


_Limit = Field(default=0, ge=0)


class KnownValueLimits(FrozenModel):
    """How many times a value of the profile table may be found in the output, by kind."""

    emails: int = _Limit
    phones: int = _Limit
    handles: int = _Limit
    urls: int = _Limit
    full_names: int = _Limit


class ShapeLimits(FrozenModel):
    """How many strings of each shape may be left in the texts."""

    emails: int = _Limit
    phones: int = _Limit
    identifiers: int = _Limit


class GateSettings(FrozenModel):
    """Thresholds of the gates that a staged release must pass."""

    known_values: KnownValueLimits = KnownValueLimits()
    shapes: ShapeLimits = ShapeLimits()
    k: int = Field(default=10, ge=1, description="The smallest group that profiles may share their traits with.")
    rare_employments: int = Field(
        default=0, ge=0, description="How many employments that fewer than `k` members tell may be left."
    )
    min_recall: float | None = Field(
        default=None, ge=0, le=1, description="The least recall on a labelled set; null leaves the gate out."
    )
    max_set_aside: float = Field(
        default=0.02, ge=0, le=1, description="The share of records that may be set aside after a first audit."
    )
    labelled: tuple[Path, ...] = Field(
        default=(), description="Labelled texts (JSONL) on which the recall is measured, before every release."
    )
    canaries: tuple[str, ...] = Field(
        default=(), description="Values planted in the inputs that must not be found in any byte that leaves."
    )
    dictionary: tuple[str, ...] = Field(
        default=(), description="More everyday words: a name made of nothing but such words is not looked for."
    )


class LineageSettings(FrozenModel):
    """What the lineage documents say that no build can know. What is not told is told as unknown."""

    issuer: str = Field(default="unknown", min_length=1, max_length=200, description="The legal entity that releases.")
    url: str = Field(default="urn:discreet:corpus", min_length=1, description="Where the corpus is described.")
    license_url: str | None = Field(default=None, description="Where the licence can be read.")
    origin_countries: tuple[str, ...] = Field(default=(), description="Where the data was collected, ISO 3166-1.")
    processing_excluded: tuple[str, ...] = Field(default=(), description="Where it must not be processed, ISO 3166-1.")
    consents: tuple[str, ...] = Field(default=(), description="Where the notices and terms can be read.")
    services: tuple[str, ...] = Field(default=(), description="The services whose users wrote the texts.")


class OpenLineageSettings(FrozenModel):
    """Where OpenLineage events go: a file, an HTTP address, both, or nowhere."""

    namespace: str = Field(default="discreet", min_length=1)
    file: Path | None = Field(default=None, description="A file to which events are added, one a line.")
    url: str | None = Field(default=None, description="The address of an OpenLineage API.")
    timeout_seconds: float = Field(default=10, gt=0, le=600)

    @property
    def is_enabled(self) -> bool:
        """Whether events go anywhere."""
        return self.file is not None or self.url is not None


class ReleaseSettings(FrozenModel):
    """The settings of this room."""

    rows_per_shard: int = Field(default=100_000, ge=1, description="Rows in a Parquet file of the corpus.")
    card: CardSettings = Field(default_factory=CardSettings)
    gates: GateSettings = Field(default_factory=GateSettings)
    lineage: LineageSettings = Field(default_factory=LineageSettings)
    openlineage: OpenLineageSettings = Field(default_factory=OpenLineageSettings)
