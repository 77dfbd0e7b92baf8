"""The report of a trace: is a subject gone from the releases? In a sentence, in counts, and record by record."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pydantic import ConfigDict, Field, computed_field

from redaction.base_model import FrozenModel, Instant
from redaction.wording import counted, counted_sources, listed

KEPT: Final = "eligible"
"""The reason for the decision to keep a record."""


class Verdict(StrEnum):
    """Whether releases still hold records of a subject."""

    UNKNOWN = "unknown"
    """The id is known nowhere: no member has it."""
    NEVER_RELEASED = "never_released"
    """No release has held a record of the subject."""
    GONE = "gone"
    """Releases held records of the subject; none can be read any more."""
    NOT_GONE = "not_gone"
    """Records of the subject can be read in a release."""


class _Part(FrozenModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class RowPosition(_Part):
    """One row of a release."""

    path: str
    """The shard."""
    row: int
    """The row's number in the shard, from 0."""
    field: str | None
    """The field; null in a withdrawn release."""


class Appearance(_Part):
    """One record in one release."""

    version: str
    """The release."""
    as_of: Instant
    """The instant of the release's rights."""
    record_id: str
    """The id of the record in the release."""
    rows: tuple[RowPosition, ...]
    """Its rows; in a withdrawn release the former ones, as far as a notice lists them."""
    superseded_by: str | None
    """The version that replaces the release after a takedown."""
    withdrawn: bool = False
    """Whether the release's rows were removed, so that nothing of it can be read."""


class Absence(_Part):
    """One release without the record."""

    version: str
    """The release."""
    reason: str | None
    """The reason in the decisions of its build; null if they were erased."""


class RemovedRecords(_Part):
    """How many records of the subject a takedown removed, including those of which no trace is left."""

    takedown: str
    """The takedown."""
    effective_at: Instant | None
    """When it removed them; null if its notice is missing."""
    source: str
    """Posts or profiles."""
    records: int
    """How many."""


class TracedRecord(_Part):
    """One record of the subject."""

    source: str
    """Posts or profiles."""
    source_id: str
    """The id in the network."""
    decision: str
    """The decision now: keep, drop, or unknown where the rights cannot be evaluated."""
    reason: str | None
    """The reason of that decision."""
    takedown: str | None
    """The takedown that removed the record."""
    since: Instant | None
    """The instant of the first release with it."""
    appearances: tuple[Appearance, ...]
    """The releases that hold it, or held it until they were withdrawn."""
    absences: tuple[Absence, ...]
    """The releases that never held it."""

    @property
    def readable_in(self) -> list[str]:
        """The releases in which it can be read."""
        return [each.version for each in self.appearances if not each.withdrawn]


class OpenAnswer(_Part):
    """A copy or product of a release whose holder has not answered a takedown that removed records of the subject."""

    takedown: str
    """The takedown."""
    descendant_id: str
    """The id of the copy or product."""
    kind: str
    """What it is."""
    uri: str
    """Where it is."""
    due: Instant
    """When the answer is due."""


class TraceReport(_Part):
    """Everything that the state and the releases contain of one subject. Private: it links members to releases."""

    corpus: str
    """The corpus."""
    subject_id: str
    """The subject."""
    known_in: dict[str, int]
    """How many rows name the subject, by table, and records in releases and takedowns."""
    rights_unknown: str | None = None
    """Why the present rights cannot be evaluated, as where the ledger is too old; null if they can."""
    unread: dict[str, str] = Field(default_factory=dict)
    """Why an input could not be read, by table; the answer is by the others, the releases and the private state."""
    releases: tuple[str, ...]
    """All releases of the corpus."""
    records: tuple[TracedRecord, ...]
    """Each record of the subject."""
    removed: tuple[RemovedRecords, ...]
    """What takedowns removed."""
    removed_still_in: tuple[str, ...] = ()
    """Releases that a takedown superseded and that can still be read, where it is not known which rows were theirs."""
    open_answers: tuple[OpenAnswer, ...] = ()
    """Who has not answered."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdict(self) -> Verdict:
        """Whether releases still hold records of the subject."""
        if self.readable or self.removed_still_in:
            return Verdict.NOT_GONE
        if self.removed or any(record.appearances for record in self.records):
            return Verdict.GONE
        return Verdict.NEVER_RELEASED if any(self.known_in.values()) or self.records else Verdict.UNKNOWN

    @computed_field  # type: ignore[prop-decorator]
    @property
    def readable(self) -> dict[str, int]:
        """How many records of the subject can be read in each release."""
        counts = Counter(version for record in self.records for version in record.readable_in)
        return {version: counts[version] for version in self.releases if counts[version]}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def must_go(self) -> bool:
        """Whether a takedown with `--withdraw` would remove something of the subject, or might."""
        denied = any(record.readable_in and record.decision != "keep" for record in self.records)
        return denied or bool(self.removed_still_in)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def answer(self) -> str:
        """The verdict as a sentence."""
        who = self.subject_id
        if self.verdict is Verdict.UNKNOWN and self.unread:
            return (
                f"Unknown: {who} is in nothing that could be read of {self.corpus}; {listed(self.unread)} could not be."
            )
        if self.verdict is Verdict.UNKNOWN:
            return f"Unknown: {who} is in no profile, post, event, signal, release or takedown of {self.corpus}."
        if self.verdict is Verdict.NEVER_RELEASED:
            return f"Never released: no release of {self.corpus} has held a record of {who}."
        if self.verdict is Verdict.GONE:
            return f"Gone: no record of {who} can be read in any release of {self.corpus}."
        if self.readable:
            number = sum(bool(record.readable_in) for record in self.records)
            where = listed(self.readable)
            return f"Not gone: {counted(number, 'record')} of {who} readable in {where}. {self._permission()}"
        number = sum(group.records for group in self.removed)
        where = listed(self.removed_still_in)
        return f"Not gone: up to {counted(number, 'removed record')} of {who} readable in {where}."

    def _permission(self) -> str:
        readable = [record for record in self.records if record.readable_in]
        if self.rights_unknown:
            return "Whether they may be used now is unknown."
        denied = Counter(record.reason or "unknown" for record in readable if record.decision != "keep")
        if not denied:
            return "All may be used now."
        share = "None" if denied.total() == len(readable) else f"{len(readable) - denied.total()} of {len(readable)}"
        return f"{share} may be used now ({', '.join(f'{reason} {n}' for reason, n in denied.items())})."

    def lines(self, *, every: bool = False) -> Iterator[str]:
        """Yield what follows the verdict: counts, and with `every` each record and where it is."""
        for problem in self.unread.values():
            yield f"not read: {problem}"
        if self.verdict is Verdict.UNKNOWN:
            return
        if self.rights_unknown:
            yield f"rights now unknown: {self.rights_unknown}"
        yield from self._now()
        for version in self.releases:
            yield self._release_line(version)
        for takedown, groups in self._by_takedown().items():
            when = f" of {groups[0].effective_at:%Y-%m-%d}" if groups[0].effective_at else ""
            removed = counted_sources({group.source: group.records for group in groups})
            yield f"takedown {takedown}{when} removed {removed}"
        known = (counted(number, *_TABLES.get(table, (table,))) for table, number in self.known_in.items() if number)
        yield f"known in: {', '.join(known) or 'takedowns alone'}"
        if every:
            for record in self.records:
                yield from _record_lines(record)

    def _now(self) -> Iterator[str]:
        counts: dict[tuple[str, str | None], Counter[str]] = {}
        for record in self.records:
            counts.setdefault((record.decision, record.reason), Counter())[record.source] += 1
        for (decision, reason), sources in sorted(counts.items(), key=lambda each: -each[1].total()):
            yield f"now {decision}{f', {reason}' if reason else ''}: {counted_sources(sources)}"

    def _release_line(self, version: str) -> str:
        here = [a for record in self.records for a in record.appearances if a.version == version]
        if not here:
            return f"release {version}: no record of theirs is known in it"
        state = "held until withdrawn" if here[0].withdrawn else "readable"
        superseded = f", superseded by {here[0].superseded_by}" if here[0].superseded_by else ""
        return f"release {version}, as of {here[0].as_of:%Y-%m-%d}{superseded}: {counted(len(here), 'record')} {state}"

    def _by_takedown(self) -> dict[str, list[RemovedRecords]]:
        groups: dict[str, list[RemovedRecords]] = {}
        for group in self.removed:
            groups.setdefault(group.takedown, []).append(group)
        return groups


_TABLES: Final = {
    "profiles": ("profile", "profiles"),
    "posts": ("post", "posts"),
    "rights_events": ("rights event", "rights events"),
    "region_signals": ("region signal", "region signals"),
    "signals_of_others": ("signal of others", "signals of others"),
    "builds": ("record in builds", "records in builds"),
    "takedowns": ("record in takedowns", "records in takedowns"),
}


def _record_lines(record: TracedRecord) -> Iterator[str]:
    reason = f" ({record.reason})" if record.reason else ""
    yield f"{record.source} {record.source_id}: now {record.decision}{reason}"
    if record.takedown:
        yield f"  was removed by takedown {record.takedown}"
    if record.since is None:
        yield "  in no release"
    for appearance in record.appearances:
        yield from _appearance_lines(appearance)
    for absence in record.absences:
        yield f"  not in {absence.version}: {absence.reason or 'the decisions of its build were erased'}"


def _appearance_lines(appearance: Appearance) -> Iterator[str]:
    release = f"{'was in' if appearance.withdrawn else 'in'} {appearance.version} (as of {appearance.as_of:%Y-%m-%d})"
    replaced = f", superseded by {appearance.superseded_by}" if appearance.superseded_by else ""
    yield f"  {release}{replaced}{', withdrawn' if appearance.withdrawn else ''}, id {appearance.record_id}"
    for position in appearance.rows:
        yield f"    {position.path} row {position.row}" + (f", {position.field}" if position.field else "")
