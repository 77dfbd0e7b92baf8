"""The settings of one run that concern rights; the rules themselves are in the policy."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from redaction.base_model import FrozenModel, Instant
from redaction.rights.reconciliation.joins import Join


class Recipient(StrEnum):
    """Who receives the corpus, seen from the network that holds the content."""

    SELF = "self"
    AFFILIATE = "affiliate"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Use:
    """What one recipient does with a corpus."""

    purpose: str
    recipient: Recipient


class Mentions(StrEnum):
    """What happens to a record that mentions a protected member."""

    REDACT = "redact"
    DROP = "drop"


class NearDuplicateSettings(FrozenModel):
    """How similar two texts must be for one to count as a copy of the other."""

    enabled: bool = True
    """Whether near copies of protected texts are searched for and dropped."""
    threshold: Annotated[float, Field(gt=0.3, le=1.0)] = 0.7
    """The Jaccard similarity of word shingles from which a text counts as a copy."""
    shingle_words: Annotated[int, Field(ge=1, le=10)] = 3
    """Words in a shingle."""
    min_words: Annotated[int, Field(ge=1)] = 8
    """Texts of fewer words are not compared: many people write "Congratulations, well deserved"."""
    contained: Annotated[float, Field(gt=0.5, le=1.0)] = 0.8
    """The share of a protected text's shingles from which a text that has them, beside others, counts as a copy. Of a
    text with fewer than twice `contained_words` shingles, all must be there."""
    contained_words: Annotated[int, Field(ge=4)] = 12
    """Protected texts of fewer words are not searched for within longer ones: such a sentence may be a common one."""
    label_people: Annotated[int, Field(ge=1)] = 5
    """A short title or headline that more people have is no copy of a protected one."""
    permutations: Annotated[int, Field(ge=16, le=512)] = 128
    """Length of a MinHash signature."""
    bands: Annotated[int, Field(ge=1, le=128)] = 32
    """Bands of a signature; two texts are compared where one band is equal. Must divide `permutations`."""
    seed: int = 42
    """Seed of the permutations."""

    @field_validator("bands")
    @classmethod
    def _bands_divide(cls, bands: int, info: ValidationInfo) -> int:
        permutations = info.data.get("permutations", 128)
        if permutations % bands:
            raise ValueError(f"must divide permutations ({permutations}); 32 fits 128")
        return bands


Share = Annotated[float, Field(ge=0, le=1)]


class RightsSettings(FrozenModel):
    """The choices of one run about rights."""

    policy: str = "linkedin-2024-09"
    """A shipped policy's id, or the path of your own."""
    regions: str = "regions"
    """The region sets: `regions` for the shipped ones, or a path."""
    purpose: str | Annotated[tuple[str, ...], Field(min_length=1)] = "ai_training"
    """What the corpus is for: one of the policy's `purposes`, or a list of them. A record is kept only if it may be
    used for all."""
    recipient: Recipient | Annotated[tuple[Recipient, ...], Field(min_length=1)] = Recipient.SELF
    """Who receives the corpus: one of the policy's `recipients`, or a list of them. A record is kept only if all may
    have it."""
    mentions: Mentions = Mentions.REDACT
    """What happens to a record that mentions a protected member: the mention is redacted, or the record is dropped."""
    legitimate_interest_reference: str | None = None
    """A reference to the assessment of legitimate interest, where the policy requires one."""
    earliest_content_dates: dict[str, date] = Field(default_factory=dict)
    """By region set, or `default`: older content is dropped. The later of this date and the policy's own applies."""
    collected_at: Instant | None = None
    """When the content was collected; the instant of the build, if absent."""
    ledger_complete_until: Instant | None = None
    """Until when the ledger is complete; the newest `received_at`, if absent."""
    ledger_events: Annotated[int, Field(ge=0)] | None = None
    """How many events the source of the ledger reports; fewer stop the run."""
    max_ledger_age_days: Annotated[int, Field(ge=0)] | None = None
    """How many days old the ledger may be; can only tighten the policy's limit."""
    near_duplicates: NearDuplicateSettings = NearDuplicateSettings()
    """How near copies of protected texts are found."""
    max_unmatched: Share | dict[Join, Share] = 0.01
    """The share of the subjects of the ledger, and of the signals, that may be no member: one number, or one for each
    join. More stop the run."""
    max_near_misses: dict[Join, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """How many ids of each join may differ from a known id only in spelling; more stop the run."""
    max_dangling: Share | dict[Join, Share] = 0.5
    """The share of the distinct authors, mentions and references that may lead nowhere: one number, or one for each
    join. More stop the run."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """What the corpus is for, sorted."""
        return (self.purpose,) if isinstance(self.purpose, str) else tuple(sorted(set(self.purpose)))

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Who receives the corpus, sorted."""
        return (self.recipient,) if isinstance(self.recipient, Recipient) else tuple(sorted(set(self.recipient)))

    @property
    def uses(self) -> tuple[Use, ...]:
        """Each recipient with each purpose."""
        return tuple(Use(purpose, recipient) for purpose in self.purposes for recipient in self.recipients)

    def unmatched_limit(self, join: Join) -> float:
        """Return the share of the ids of a protecting join that may match nobody."""
        return _limit(self.max_unmatched, join, 0.01)

    def dangling_limit(self, join: Join) -> float:
        """Return the share of the ids of another join that may lead nowhere."""
        return _limit(self.max_dangling, join, 0.5)


def _limit(setting: float | dict[Join, float], join: Join, default: float) -> float:
    return setting.get(join, default) if isinstance(setting, dict) else setting
