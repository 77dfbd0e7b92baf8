"""The answer to "why is this record in the corpus, or not": a sentence, the evidence that counts, and the rest."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pydantic import ConfigDict, Field

from redaction.base_model import FrozenModel, Instant
from redaction.wording import counted


class Outcome(StrEnum):
    """What became of a record."""

    RELEASED = "released"
    """The release holds it."""
    DROPPED = "dropped"
    """A rule, detection or the audit kept it out."""
    QUARANTINED = "quarantined"
    """Its row is not well formed, so no rule ever saw it."""
    REMOVED = "removed"
    """A takedown removed it."""
    WITHDRAWN = "withdrawn"
    """The release held it until its rows were removed."""
    KEPT = "kept"
    """The build kept it, and has not published a release."""


class _Part(FrozenModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Evidence(_Part):
    """A rule, a rights event or a region signal."""

    kind: str
    """rule, event or signal."""
    says: str
    """What it says, in words; a region as a country's name, never as the source wrote it."""
    id: str | None
    """The id of the event or signal."""
    counts: bool
    """Whether it counts for this record."""


class Referred(_Part):
    """A post that the record refers to, directly or through others."""

    source_id: str
    """Its id."""
    subject_id: str
    """Its author."""
    depth: int
    """How many references away it is."""
    decision: str
    """The decision of the rules on it."""
    reason: str
    """The reason."""


class ShownRow(_Part):
    """One row of the record, as released."""

    field: str
    """The field."""
    text: str
    """The redacted text."""


class Answer(_Part):
    """Why a record is in a release, or not. Private: it links members to releases."""

    corpus: str
    """The corpus."""
    version: str
    """The release, or the build if it has published none."""
    build: str
    """The build whose decision is explained."""
    as_of: Instant
    """The instant of the build's rights."""
    policy: str | None
    """The policy; null if it cannot be read."""
    source: str
    """Posts or profiles."""
    source_id: str
    """The id in the network; of an erased record the id that was asked for."""
    subject_id: str | None
    """The author, or the member; null if it was erased."""
    record_id: str | None
    """The id in the release."""
    outcome: Outcome
    """What became of it."""
    reason: str | None
    """The reason of the decision; null if the decision was erased."""
    rule: str | None
    """The rule that gave it."""
    answer: str
    """The answer as a sentence."""
    otherwise: str | None
    """What would have to be otherwise."""
    also: tuple[str, ...]
    """More sentences: other reasons that hold, what has changed since, other rows with the id."""
    takedown: str | None = None
    """The takedown that removed it."""
    removed_at: Instant | None = None
    """When."""
    evidence: tuple[Evidence, ...] = ()
    """What counts first, the rest after it."""
    refers_to: tuple[Referred, ...] = ()
    """What the record refers to."""
    missing: tuple[str, ...] = ()
    """Ids that it refers to and the inputs lack."""
    posts: dict[str, int] = Field(default_factory=dict)
    """The posts of the subject in the build, by decision and reason."""
    rows: tuple[ShownRow, ...] = ()
    """The rows as released, with `--show`."""

    @property
    def ids(self) -> list[str]:
        """The ids in the answer, which are not to be broken over lines."""
        named = [
            self.source_id,
            self.subject_id,
            *(e.id for e in self.evidence),
            *(r.source_id for r in self.refers_to),
        ]
        return [*filter(None, named), *self.missing]

    def sentences(self) -> Iterator[str]:
        """Yield the answer."""
        yield f"{self.answer} {self.otherwise}" if self.otherwise else self.answer
        yield from self.also

    def lines(self, *, every: bool = False) -> Iterator[str]:
        """Yield the evidence: what counts, and with `every` the rest."""
        rule = f", {self.reason} by {self.rule}" if self.reason else ""
        policy = f", policy {self.policy}" if self.policy else ""
        yield f"decided by build {self.build}{rule}; as of {self.as_of:%Y-%m-%d}{policy}"
        if self.record_id:
            yield f"id in the release: {self.record_id}"
        yield from (f"missing: {name}, referred to and not in the inputs" for name in self.missing)
        yield from (_line(each) for each in self.evidence if each.counts or every)
        for each in self.refers_to if every else ():
            yield (
                f"{counted(each.depth, 'reference')} up: {each.source_id} by {each.subject_id}: "
                f"{each.decision}, {each.reason}"
            )
        if self.posts and (every or self.source == _PROFILES):
            yield f"posts of the member: {', '.join(f'{reason} {n:,}' for reason, n in self.posts.items())}"
        left = sum(not each.counts for each in self.evidence) + len(self.refers_to)
        if left and not every:
            yield f"--all lists {counted(left, 'line')} more: what does not count here, and what it refers to"


_PROFILES: Final = "profiles"


def _line(evidence: Evidence) -> str:
    name = f", {evidence.id}" if evidence.id else ""
    return f"{evidence.kind:6} {evidence.says}{name}"
