"""What a comparison of two releases tells: counts by source and reason, and, where asked for, each record."""

from collections.abc import Iterable
from enum import StrEnum

from redaction.base_model import FrozenModel


class Known(StrEnum):
    """How the reasons of records are known."""

    SAME = "same"
    """The two are one release."""
    TAKEDOWN = "takedown"
    """One release is what takedowns left of the other."""
    DECISIONS = "decisions"
    """Each build decided every record, and the private state holds what."""
    COUNTS = "counts"
    """Of one build at least no decision is at hand: there the counts of the manifests are all that can be compared."""


class Change(StrEnum):
    """Why a record that stays reads otherwise; the first that applies."""

    FIELDS = "fields"
    """A field came or went."""
    DETECTOR = "detector"
    """Another detector read it."""
    OPERATORS = "operators"
    """The two releases were redacted by different operators."""
    TEXT = "text"
    """None of these: the text itself, what is known of the people in it, or a surrogate under a release's own key."""


Counts = dict[str, int]
Reasons = dict[str, Counts]
"""By source and reason."""

_TOLD = {
    Known.SAME: "reasons: none, since the two are one release",
    Known.TAKEDOWN: "reasons: one release is what takedowns left of the other",
    Known.DECISIONS: "reasons: as each build decided; exact, and so private",
    Known.COUNTS: "reasons: the state lacks the decisions of a build, so compare the counts that the releases tell",
}


class Side(FrozenModel):
    """One of the two releases."""

    version: str
    policy: str
    policy_digest: str
    detectors: tuple[str, ...]
    records: int
    rows: int


class Differing(FrozenModel):
    """One record that differs, by its id in each release; null where it is not in it."""

    source: str
    state: str
    reason: str
    before: str | None
    after: str | None


class DiffReport(FrozenModel):
    """Counts of records by source; a record is changed if any field of it was added, removed or reads otherwise.

    `removed_for` says why the later release lacks a record, `added_for` why the earlier one did, `changed_for` is a
    `Change`; `reasons_from` tells how these are known. `reasons`: by source and reason, the counts of dropped records
    in both manifests where they differ. `forgotten`: records in each release that the state has forgotten, since they
    were taken back, or never knew; they cannot be joined, and stand in no other count.
    """

    before: Side
    after: Side
    added: Counts
    removed: Counts
    changed: Counts
    same: Counts
    reasons_from: Known
    added_for: Reasons
    removed_for: Reasons
    changed_for: Reasons
    reasons: dict[str, dict[str, tuple[int, int]]]
    forgotten: dict[str, tuple[int, int]]
    records: tuple[Differing, ...] = ()

    def to_text(self) -> str:
        """The report in lines that a person can read."""
        lines = [f"{'':10} {self.before.version:>20} {self.after.version:>20}"]
        for name in ("policy", "records", "rows"):
            lines.append(f"{name:10} {getattr(self.before, name)!s:>20} {getattr(self.after, name)!s:>20}")
        lines.append(f"{'detector':10} {_short(self.before.detectors):>20} {_short(self.after.detectors):>20}")
        for name in ("added", "removed", "changed", "same"):
            counts = getattr(self, name)
            lines.append(f"{name}: " + (", ".join(f"{n} {source}" for source, n in counts.items()) or "none"))
        lines.append(_TOLD[self.reasons_from])
        lines += _because("added", "left out before as", self.added_for)
        lines += _because("removed", "as", self.removed_for)
        lines += _because("changed", "by", self.changed_for)
        for source, reasons in self.reasons.items():
            lines += [f"dropped {source} as {reason}: {a} -> {b}" for reason, (a, b) in reasons.items()]
        for source, (a, b) in self.forgotten.items():
            lines.append(f"unknown {source}, forgotten since they were taken back, or of another state: {a} and {b}")
        for told in self.records:
            lines.append(f"{told.state} {told.source} {told.before or '-'} {told.after or '-'}: {told.reason}")
        return "\n".join(lines) + "\n"


def _because(state: str, word: str, reasons: Reasons) -> Iterable[str]:
    for source, counts in reasons.items():
        yield from (f"{state} {source} {word} {reason}: {count}" for reason, count in counts.items())


def _short(detectors: tuple[str, ...]) -> str:
    return ",".join(detector[:8] for detector in detectors) or "none"
