"""The settings of one run that concern rights; the rules themselves are in the policy."""

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


class Mentions(StrEnum):
    """What happens to a record that mentions a protected member."""

    REDACT = "redact"
    DROP = "drop"


class NearDuplicateSettings(FrozenModel):
    """How similar two texts must be for one to count as a copy of the other.

    `threshold` is the Jaccard similarity of word shingles. Texts of fewer than `min_words` words are not compared:
    "Congratulations, well deserved" is written by many.

    Two titles, headlines or descriptions of fewer than twice `min_words` words are copies if their words are the same
    and at most `label_people` people have them: "Senior Software Engineer at …" is written by many, too.
    """

    enabled: bool = True
    threshold: Annotated[float, Field(gt=0.3, le=1.0)] = 0.7
    shingle_words: Annotated[int, Field(ge=1, le=10)] = 3
    min_words: Annotated[int, Field(ge=1)] = 8
    label_people: Annotated[int, Field(ge=1)] = 5
    permutations: Annotated[int, Field(ge=16, le=512)] = 128
    bands: Annotated[int, Field(ge=1, le=128)] = 32
    seed: int = 42

    @field_validator("bands")
    @classmethod
    def _bands_divide(cls, bands: int, info: ValidationInfo) -> int:
        permutations = info.data.get("permutations", 128)
        if permutations % bands:
            raise ValueError(f"must divide permutations ({permutations}); 32 fits 128")
        return bands


Share = Annotated[float, Field(ge=0, le=1)]


class RightsSettings(FrozenModel):
    """The choices of one run about rights.

    `policy` is a path or the id of a shipped policy; `regions` is a path, or `regions` for the shipped sets. `purpose`
    and `recipient` must be among those of the policy. `collected_at` is when the content was collected (UTC; default:
    the instant of the build).
    `ledger_complete_until` is the instant up to which the ledger is complete; without it, the newest `received_at`
    counts as that. `ledger_events` is the number of events that the source of the ledger reports: fewer stop the run.
    `max_ledger_age_days` can only tighten the limit of the policy. `earliest_content_dates` maps a region set, or
    `default`, to a date; the later of it and the policy's own applies.

    `max_unmatched` is the share of the subjects of the ledger, and of the region signals, that may be no member, now or
    in an earlier release: one number, or one for each table. `max_near_misses` is how many ids of each join may differ
    from a known id only in spelling; none, by default. `max_dangling` is the share of distinct authors, mentions and
    references that may lead nowhere. A build with more stops.
    """

    policy: str = "linkedin-2024-09"
    regions: str = "regions"
    purpose: str = "ai_training"
    recipient: Recipient = Recipient.SELF
    mentions: Mentions = Mentions.REDACT
    legitimate_interest_reference: str | None = None
    earliest_content_dates: dict[str, date] = Field(default_factory=dict)
    collected_at: Instant | None = None
    ledger_complete_until: Instant | None = None
    ledger_events: Annotated[int, Field(ge=0)] | None = None
    max_ledger_age_days: Annotated[int, Field(ge=0)] | None = None
    near_duplicates: NearDuplicateSettings = NearDuplicateSettings()
    max_unmatched: Share | dict[Join, Share] = 0.01
    max_near_misses: dict[Join, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    max_dangling: Share | dict[Join, Share] = 0.5

    def unmatched_limit(self, join: Join) -> float:
        """Return the share of the ids of a protecting join that may match nobody."""
        return _limit(self.max_unmatched, join, 0.01)

    def dangling_limit(self, join: Join) -> float:
        """Return the share of the ids of another join that may lead nowhere."""
        return _limit(self.max_dangling, join, 0.5)


def _limit(setting: float | dict[Join, float], join: Join, default: float) -> float:
    return setting.get(join, default) if isinstance(setting, dict) else setting
