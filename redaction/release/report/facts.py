"""What the run report states beside the manifest: counts by reason and month, the policy, the measured quality.

These facts are published in every release as `report.json`, so each number is already one that may be published.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import Field, ValidationError

from redaction.base_model import FrozenModel
from redaction.release.counts import Count
from redaction.release.errors import ManifestError
from redaction.release.manifest import first_error
from redaction.storage import StoragePath, read_bytes

FACTS: Final = "report.json"
"""The name of the facts in a release."""

Share = Annotated[float, Field(ge=0, le=1)]


class ReasonText(FrozenModel):
    """The group of a reason, as its title, and what the reason means, in a sentence."""

    group: str
    meaning: str


class MonthCount(FrozenModel):
    """How many posts of one month had one outcome: `kept`, or the title of a group of reasons. Rounded."""

    month: str = Field(pattern=r"^\d{4,}-\d{2}$")
    outcome: str
    records: Count


class RegionCount(FrozenModel):
    """How many records one region rule left out. Rounded."""

    region: str
    records: Count


class RegionRuleText(FrozenModel):
    """One region rule of the policy, with its source."""

    region: str
    effect: str
    since: date | None = None
    until: date | None = None
    authority: str
    source: str


class PolicyText(FrozenModel):
    """The policy under which the release was made."""

    policy_id: str
    platform: str
    source_url: str
    published_at: date
    effective_from: date
    effective_to: date | None = None
    replaced: str | None = None
    default_state: str
    legal_basis: str
    purpose: str
    recipient: str
    kinds_allowed: tuple[str, ...]
    kinds_denied: tuple[str, ...]
    min_age: int
    retention: str | None = None
    region_rules: tuple[RegionRuleText, ...] = ()


class TypeQuality(FrozenModel):
    """The measured quality for one entity type, on a labeled set.

    `leak` is the share of labeled characters that nothing replaced; `low` and `high` are its 95 % bootstrap interval.
    """

    entity_type: str
    labeled: Count
    leak: Share
    low: Share
    high: Share


class Quality(FrozenModel):
    """The measured quality of the detector on one labeled set.

    `over` is the share of unlabeled characters that were replaced.
    """

    labeled_set: str
    made_up: bool
    texts: Count
    over: Share
    over_low: Share
    over_high: Share
    types: tuple[TypeQuality, ...]


class ChangeCounts(FrozenModel):
    """How many records of one source differ from the release before. Rounded."""

    source: str
    added: Count
    removed: Count
    same: Count


class Changes(FrozenModel):
    """What differs from the release `before`."""

    before: str
    counts: tuple[ChangeCounts, ...]
    lacks_records: bool = False
    """Whether a record of the release before is missing. In a MINOR version detection or the audit left it out."""


class Rate(FrozenModel):
    """A share, with its 95 % interval, by author: records of one author are not independent."""

    value: Share
    low: Share
    high: Share


class LinkageFigures(FrozenModel):
    """What the attack achieved on some records."""

    name: str
    """Which records: a kind, `posts` for all but résumés and profiles, or `members`."""
    records: Count
    """How many were attacked."""
    independent: Count
    """So many records of different authors would say as much: those of one author are often found together."""
    first: Rate
    """The share whose author comes first."""
    first_ten: Rate
    """The share whose author is among the first ten."""
    claimed: Share
    """The share that is claimed rightly where 90 % of the claims are right (recall at 90 % precision)."""


class JoinedFigures(FrozenModel):
    """How well records of one author are found among some of the posts, by words and habits of writing."""

    records: Count
    nearest: Rate
    """The share of records to which the nearest other one is of the same author."""
    chance: Share
    """The share that a guess finds."""
    auc: Rate
    """The share of pairs of strangers that are less alike than a pair of one author; one half by chance."""


class LinkageFacts(FrozenModel):
    """What the linkage attack found: whether records lead back to the profiles of their authors.

    `members` is the number of members to choose from; `chance` is the share of posts whose author a guess finds among
    the members whose profile is in the language of the post; `own_words` are the kinds of records released in the
    members' own words. `found` are figures of the redacted records, `left` those without the records that were set
    aside, `raw` are those of some of the posts before redaction,
    `joined` compares posts with posts. There are none where there are too few members.
    """

    members: Count
    chance: Share = 0
    own_words: tuple[str, ...] = ()
    found: tuple[LinkageFigures, ...] = ()
    left: tuple[LinkageFigures, ...] = ()
    raw: LinkageFigures | None = None
    joined: JoinedFigures | None = None


class SubjectLeak(FrozenModel):
    """How many people of one role can be recognized by a direct identifier, in records of one kind or of `any`.

    Roles are `author`, `mentioned`, `thread` (the author of what a record answers, repeats or quotes) in that record,
    and `objector` and `protected` (a member of whom nothing may be used) in any record.
    """

    role: str
    kind: str
    people: Count
    """How many people there are."""
    identified: Count
    """Of how many a full name, handle, address, phone number or profile link can be read there."""
    named: Count
    """Of how many the full name can be read there."""


class RunFacts(FrozenModel):
    """The facts of one build or takedown that its manifest does not state."""

    reasons: dict[str, ReasonText] = Field(default_factory=dict)
    months: tuple[MonthCount, ...] = ()
    regions: tuple[RegionCount, ...] = ()
    policy: PolicyText | None = None
    quality: tuple[Quality, ...] = ()
    changes: Changes | None = None
    linkage: LinkageFacts | None = None
    subjects: tuple[SubjectLeak, ...] = ()
    rounded_to: int = Field(default=1, ge=1)

    def to_bytes(self) -> bytes:
        """Serialize the facts as JSON, indented for readers."""
        return (self.model_dump_json(indent=1) + "\n").encode()

    @classmethod
    def read(cls, folder: StoragePath) -> "RunFacts":
        """Read the facts of a release folder.

        Returns:
            The facts.

        Raises:
            ManifestError: The release has none, or they were changed.
        """
        path = folder / FACTS
        try:
            return cls.model_validate_json(read_bytes(path))
        except OSError as error:
            raise ManifestError(
                f"{path}: cannot be read ({type(error).__name__}); was it made by an older version?"
            ) from None
        except ValidationError as error:
            raise ManifestError(f"{path}: not the facts of a release ({first_error(error)})") from None


def rounded(count: int, to: int) -> int:
    """Round a count to the nearest multiple, so that no small group can be recognized by differences."""
    return (count + to // 2) // to * to
