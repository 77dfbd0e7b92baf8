"""The settings of a release. Every default of a gate is the strictest one: who allows more configures it."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import Field, field_validator

from redaction.base_model import FrozenModel
from redaction.release.papers.settings import PaperSettings


class CardSettings(FrozenModel):
    """What the dataset card says beside the measured figures."""

    title: str | None = Field(default=None, max_length=120, description="The title of the corpus.")
    description: str = Field(default="", max_length=2000, description="What the corpus is for, in a few lines.")
    license: str = Field(
        default="unknown",
        pattern=r"^[a-z0-9.-]+$",
        description="A license id that Hugging Face knows, such as `cc-by-4.0`.",
    )
    contact: str | None = Field(default=None, max_length=200, description="Where to send objections and questions.")
    citation: str | None = Field(
        default=None,
        max_length=2000,
        description="How to cite the corpus, as text or BibTeX. By default its title, version, and date of rights.",
    )
    smallest_count: int = Field(
        default=10, ge=1, description="Smaller counts are withheld, since a small group may identify its members."
    )


_Limit = Field(default=0, ge=0)


class KnownValueLimits(FrozenModel):
    """How many values of the profile table may be found in the output, by kind."""

    emails: int = _Limit
    """How many e-mail addresses."""
    phones: int = _Limit
    """How many phone numbers."""
    handles: int = _Limit
    """How many handles."""
    urls: int = _Limit
    """How many profile links."""
    full_names: int = _Limit
    """How many full names."""


class ShapeLimits(FrozenModel):
    """How many strings of each shape the texts may contain."""

    emails: int = _Limit
    """How many strings like an e-mail address."""
    phones: int = _Limit
    """How many strings like a phone number."""
    identifiers: int = _Limit
    """How many strings like an identifier with a check digit."""


class LinkageSettings(FrozenModel):
    """How often the linkage attack may find the author of a record. See docs/linkage.md."""

    enabled: bool = True
    """Whether the attack is run."""
    times_chance: float = Field(
        default=3,
        gt=0,
        description="How many times as often as by chance the author of a post may be found; or as often as by a guess "
        "among the members whose profile is in its language, if that is more.",
    )
    resumes: float = Field(default=0.02, gt=0, le=1, description="The share of résumés whose author may be found.")
    profiles: float = Field(
        default=0.05, gt=0, le=1, description="The share of profile records whose member may be found."
    )
    claims: float = Field(
        default=0.005,
        gt=0,
        le=1,
        description="The share of records that may be claimed rightly where 90 % of the claims are right.",
    )
    members: float = Field(
        default=0.02,
        gt=0,
        le=1,
        description="The share of members who may be claimed so, over all their records.",
    )
    least_members: int = Field(default=100, ge=2, description="Of fewer members nothing is measured.")
    least_records: int = Field(default=30, ge=1, description="Of fewer records of a kind no share is measured.")
    max_records: int = Field(default=3_000, ge=100, description="How many records are compared with every member.")
    max_members: int = Field(default=20_000, ge=100, description="How many members a record is compared with.")
    required: bool = Field(default=False, description="Whether a release fails whose linkage cannot be measured.")


class GateSettings(FrozenModel):
    """The thresholds of the gates that a staged release must pass."""

    known_values: KnownValueLimits = KnownValueLimits()
    """How many values of the profile table may be found in the published bytes, by kind."""
    shapes: ShapeLimits = ShapeLimits()
    """How many strings of each shape the texts may contain."""
    k: int = Field(default=10, ge=1, description="The least number of members who must share an employment.")
    rare_employments: int = Field(
        default=0, ge=0, description="How many employments of fewer than `k` members may be published."
    )
    linkage: LinkageSettings = LinkageSettings()
    """How often the linkage attack may find the author of a record."""
    min_recall: float | None = Field(
        default=None, ge=0, le=1, description="The least recall on a labeled set; null disables the gate."
    )
    max_set_aside: float = Field(
        default=0.02, ge=0, le=1, description="The share of records that the scan before staging may drop."
    )
    labelled: tuple[Path, ...] = Field(
        default=(), description="Labeled texts (JSONL) on which recall is measured before every release."
    )
    canaries: tuple[str, ...] = Field(
        default=(), description="Values planted in the inputs that must not appear in any published byte."
    )
    dictionary: tuple[str, ...] = Field(
        default=(), description="More everyday words: a name made of such words only is not searched for."
    )


class QualitySettings(FrozenModel):
    """On which labeled texts a release is measured, beside those of `gates.labelled`."""

    shipped_set: bool = Field(
        default=True, description="Measure on the shipped set of made-up English posts too, if the profile has English."
    )
    reviewed: bool = Field(
        default=False, description="Measure on the texts that were reviewed with `discreet review` too."
    )


class LineageSettings(FrozenModel):
    """What the lineage documents say beside what a build knows. What is not configured is `unknown`."""

    issuer: str = Field(
        default="unknown", min_length=1, max_length=200, description="The legal entity that issues the corpus."
    )
    url: str = Field(default="urn:discreet:corpus", min_length=1, description="Where the corpus is described.")
    license_url: str | None = Field(default=None, description="The URL of the license.")
    origin_countries: tuple[str, ...] = Field(default=(), description="Countries of collection, ISO 3166-1.")
    processing_excluded: tuple[str, ...] = Field(
        default=(), description="Countries where it must not be processed, ISO 3166-1."
    )
    consents: tuple[str, ...] = Field(default=(), description="The URLs of notices and terms.")
    services: tuple[str, ...] = Field(default=(), description="The services whose users wrote the texts.")
    papers: PaperSettings = PaperSettings()
    """What the papers for regulators say beside what a build knows. What is not configured is "not known"."""


class OpenLineageSettings(FrozenModel):
    """Where OpenLineage events are sent: to a file, an HTTP address, both, or nowhere."""

    namespace: str = Field(default="discreet", min_length=1)
    """The namespace of the jobs in the events."""
    file: Path | None = Field(default=None, description="A file to which events are appended, one per line.")
    url: str | None = Field(default=None, description="The address of an OpenLineage API.")
    timeout_seconds: float = Field(default=10, gt=0, le=600)
    """How long to wait for the API."""

    @property
    def is_enabled(self) -> bool:
        """Whether events are sent anywhere."""
        return self.file is not None or self.url is not None


class MirrorFormat(StrEnum):
    """The format of the table."""

    DELTA = "delta"
    ICEBERG = "iceberg"


class MirrorSettings(FrozenModel):
    """A table that has the rows of the newest release, and of no other."""

    format: MirrorFormat = Field(description="`delta`, or `iceberg` with a SQLite catalog in the folder.")
    path: Path = Field(description="The folder of the table, on a local disk. Nothing else may be in it.")


class CareerRelease(StrEnum):
    """What is released of records that tell a career."""

    GENERALIZED = "generalized"
    """The career alone, generalized until enough members share it as a whole."""
    TEXTS = "texts"
    """The members' own words, redacted. Most such records lead back to their member: they are pseudonymous."""

    @property
    def keeps_texts(self) -> bool:
        """Whether the members' own words are released."""
        return self is CareerRelease.TEXTS


_ROLE: Final = re.compile(r"[a-z][a-z0-9_]*")


class GovernanceSettings(FrozenModel):
    """How long a release may be used, and who must agree before it is published."""

    retention_days: int | None = Field(
        default=None, ge=1, description="After how many days, counted from `as_of`, a release expires; never, if null."
    )
    sign_off: dict[str, str] = Field(
        default_factory=dict,
        description="Two roles, each with the public key of its holder; both must sign the manifest before a release "
        "is published. None by default.",
    )

    @field_validator("sign_off", mode="after")
    @classmethod
    def _two_roles(cls, roles: dict[str, str]) -> dict[str, str]:
        if roles and (len(roles) != 2 or len(set(roles.values())) != 2):
            raise ValueError("name two roles, each with a key of its own, or none")
        for role, key in roles.items():
            if not _ROLE.fullmatch(role) or not re.fullmatch(r"[0-9a-f]{64}", key):
                raise ValueError("write each as role: the 64 hex digits that discreet sign-off --show-key prints")
        return dict(sorted(roles.items()))


class ReleaseSettings(FrozenModel):
    """The settings of a release."""

    skip_unchanged: bool = Field(
        default=False, description="Whether `discreet build` makes no new version where nothing has changed."
    )
    rows_per_shard: int = Field(default=100_000, ge=1, description="Rows per Parquet file of the corpus.")
    profiles: CareerRelease = Field(
        default=CareerRelease.GENERALIZED,
        description="`generalized`: of a profile only its career, as groups of titles and spans of years that enough "
        "members share. `texts`: headline, summary, employments and education, redacted; most lead back to the member.",
    )
    resumes: CareerRelease = Field(
        default=CareerRelease.GENERALIZED,
        description="`generalized`: titles, years and studies of résumés are generalized as in profiles. `texts`: "
        "redacted as other posts are; most lead back to the member.",
    )
    canaries: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="How many canaries a release has: made-up sentences by which one can show that a model was trained "
        "on it (docs/howto/canaries.md). Not the planted values of `gates.canaries`.",
    )
    titles: CareerRelease = Field(
        default=CareerRelease.GENERALIZED,
        description="`generalized`: titles of the author that fewer than 1.5 / `gates.linkage.resumes` members have "
        "are hidden in posts. `texts`: they are left, and records that show one are set aside (`rare_career`).",
    )
    card: CardSettings = Field(default_factory=CardSettings)
    """What the dataset card says beside the measured figures."""
    gates: GateSettings = Field(default_factory=GateSettings)
    """The thresholds that a staged release must pass."""
    quality: QualitySettings = Field(default_factory=QualitySettings)
    """On which labeled texts a release is measured for its report."""
    lineage: LineageSettings = Field(default_factory=LineageSettings)
    """What the lineage documents say beside what a build knows."""
    table: MirrorSettings | None = None
    """A Delta or Iceberg table that has the rows of the newest release, and of no other."""
    governance: GovernanceSettings = Field(default_factory=GovernanceSettings)
    """How long a release may be used, and who must agree before it is published."""
    openlineage: OpenLineageSettings = Field(default_factory=OpenLineageSettings)
    """Where OpenLineage events are sent."""
