"""The report of a comparison of two releases: counts by source and reason, and on request each record."""

from collections.abc import Iterable
from enum import StrEnum

from redaction.base_model import FrozenModel


class ReasonSource(StrEnum):
    """The source of the reasons in a comparison."""

    SAME = "same"
    """Both are the same release."""
    TAKEDOWN = "takedown"
    """Takedowns made one release from the other."""
    DECISIONS = "decisions"
    """The private decisions of both builds."""
    COUNTS = "counts"
    """The counts of the manifests, since the decisions of a build are not available."""


class Change(StrEnum):
    """Why a record in both releases has changed; the first cause that applies."""

    FIELDS = "fields"
    """A field was added or removed."""
    DETECTOR = "detector"
    """Another detector analyzed it."""
    OPERATORS = "operators"
    """The two releases were redacted by different operators."""
    TEXT = "text"
    """None of these: the text itself, known values of people in it, or a pseudonym with another key."""


Counts = dict[str, int]
Reasons = dict[str, Counts]
"""By source and reason."""

_SENTENCES = {
    ReasonSource.SAME: "reasons: none, both are the same release",
    ReasonSource.TAKEDOWN: "reasons: takedowns made one release from the other",
    ReasonSource.DECISIONS: "reasons: from the decisions of both builds; exact, and so private",
    ReasonSource.COUNTS: "reasons: the state has no decisions of a build, so compare the counts of the manifests",
}


class Side(FrozenModel):
    """One of the two compared releases."""

    version: str
    policy: str
    policy_digest: str
    detectors: tuple[str, ...]
    records: int
    rows: int


class ChangedRecord(FrozenModel):
    """One record that differs, with its id in each release, or null where the release does not contain it."""

    source: str
    state: str
    reason: str
    before: str | None
    after: str | None


class DiffReport(FrozenModel):
    """Counts of records by source. A record is changed if a field was added or removed, or its text differs.

    `removed_for` counts why the later release lacks records, `added_for` why the earlier one did; `changed_for` counts
    each `Change`. `reasons_from` is the source of these. `reasons` are the counts of dropped records in both manifests,
    where they differ. `forgotten` counts, in each release, records that the state has erased after a takedown, or
    never had: they cannot be matched, and are in no other count.
    """

    before: Side
    after: Side
    added: Counts
    removed: Counts
    changed: Counts
    same: Counts
    reasons_from: ReasonSource
    added_for: Reasons
    removed_for: Reasons
    changed_for: Reasons
    reasons: dict[str, dict[str, tuple[int, int]]]
    forgotten: dict[str, tuple[int, int]]
    records: tuple[ChangedRecord, ...] = ()

    def to_text(self) -> str:
        """Format the report as lines of text."""
        lines = [f"{'':10} {self.before.version:>20} {self.after.version:>20}"]
        for name in ("policy", "records", "rows"):
            lines.append(f"{name:10} {getattr(self.before, name)!s:>20} {getattr(self.after, name)!s:>20}")
        lines.append(f"{'detector':10} {_short(self.before.detectors):>20} {_short(self.after.detectors):>20}")
        for name in ("added", "removed", "changed", "same"):
            counts = getattr(self, name)
            lines.append(f"{name}: " + (", ".join(f"{n} {source}" for source, n in counts.items()) or "none"))
        lines.append(_SENTENCES[self.reasons_from])
        lines += _reason_lines("added", "left out before as", self.added_for)
        lines += _reason_lines("removed", "as", self.removed_for)
        lines += _reason_lines("changed", "by", self.changed_for)
        for source, reasons in self.reasons.items():
            lines += [f"dropped {source} as {reason}: {a} -> {b}" for reason, (a, b) in reasons.items()]
        for source, (a, b) in self.forgotten.items():
            lines.append(f"unknown {source}, erased after a takedown or of another state: {a} and {b}")
        lines += [f"{r.state} {r.source} {r.before or '-'} {r.after or '-'}: {r.reason}" for r in self.records]
        return "\n".join(lines) + "\n"


def _reason_lines(state: str, word: str, reasons: Reasons) -> Iterable[str]:
    for source, counts in reasons.items():
        yield from (f"{state} {source} {word} {reason}: {count}" for reason, count in counts.items())


def _short(detectors: tuple[str, ...]) -> str:
    return ",".join(detector[:8] for detector in detectors) or "none"
