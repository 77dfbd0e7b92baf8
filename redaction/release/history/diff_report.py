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
    """The version."""
    policy: str
    """The policy's id."""
    policy_digest: str
    """The policy's digest."""
    detectors: tuple[str, ...]
    """The fingerprints of the detectors that analyzed its rows."""
    records: int
    """How many records it has."""
    rows: int
    """How many rows, without canaries."""


class ChangedRecord(FrozenModel):
    """One record that differs, with its id in each release, or null where the release does not contain it."""

    source: str
    """Posts or profiles."""
    state: str
    """added, removed or changed."""
    reason: str
    """Why."""
    before: str | None
    """Its id in the earlier release."""
    after: str | None
    """Its id in the later release."""


class DiffReport(FrozenModel):
    """Counts of records by source. A record is changed if a field was added or removed, or its text differs."""

    before: Side
    """The earlier release."""
    after: Side
    """The later release."""
    added: Counts
    """Records that only the later release has."""
    removed: Counts
    """Records that only the earlier release has."""
    changed: Counts
    """Records in both that differ."""
    same: Counts
    """Records in both that do not differ."""
    reasons_from: ReasonSource
    """The source of the reasons."""
    added_for: Reasons
    """Why the earlier release lacks the added records."""
    removed_for: Reasons
    """Why the later release lacks the removed records."""
    changed_for: Reasons
    """What changed."""
    reasons: dict[str, dict[str, tuple[int | None, int | None]]]
    """The dropped records of both manifests by reason, where they differ; null where a manifest withholds one."""
    forgotten: dict[str, tuple[int, int]]
    """Records in each release that the state erased after a takedown, or never had; they are in no other count."""
    records: tuple[ChangedRecord, ...] = ()
    """Each record that differs, with `--records`."""

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
            lines += [f"dropped {source} as {reason}: {_shown(a)} -> {_shown(b)}" for reason, (a, b) in reasons.items()]
        for source, (a, b) in self.forgotten.items():
            lines.append(f"unknown {source}, erased after a takedown or of another state: {a} and {b}")
        lines += [f"{r.state} {r.source} {r.before or '-'} {r.after or '-'}: {r.reason}" for r in self.records]
        return "\n".join(lines) + "\n"


def _shown(number: int | None) -> str:
    return "withheld" if number is None else str(number)


def _reason_lines(state: str, word: str, reasons: Reasons) -> Iterable[str]:
    for source, counts in reasons.items():
        yield from (f"{state} {source} {word} {reason}: {count}" for reason, count in counts.items())


def _short(detectors: tuple[str, ...]) -> str:
    return ",".join(detector[:8] for detector in detectors) or "none"
