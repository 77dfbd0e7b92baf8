"""What a takedown would do and what it did: in words, and as one document."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Self

from pydantic import ConfigDict, Field

from redaction.base_model import FrozenModel, Instant
from redaction.release.takedown import SupersededReleases, TakedownResult
from redaction.wording import counted, counted_sources, listed, spelled

NOTHING = "nothing to take down"
"""The last line of a takedown that found nothing."""


class _Answer(FrozenModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class TakedownPreview(_Answer):
    """What a takedown would remove, in exact numbers, which are private."""

    corpus: str
    """The corpus."""
    as_of: Instant
    """The instant at which rights were evaluated."""
    records: dict[str, int]
    """How many records would be removed, by source."""
    causes: dict[str, dict[str, int]]
    """How many, by published cause and by the reason of the decision."""
    releases: dict[str, int]
    """How many would be removed from each release."""
    newest: str | None
    """The newest release that can be read."""
    successor: str | None
    """The version that would replace it; null if it holds none of the records, and stays."""
    superseded: tuple[str, ...]
    """The releases that would be superseded, or are, and whose rows `--withdraw` removes."""

    expired: tuple[str, ...] = ()
    """The releases whose retention is over, and whose rows are removed in any case."""

    @property
    def is_empty(self) -> bool:
        """Whether no record would be removed."""
        return not any(self.records.values())

    def lines(self, *, remove_rows: bool, verb: str = "Would remove") -> Iterator[str]:
        """Yield the counts, what replaces what, and what becomes of the rows of superseded releases."""
        if not self.is_empty:
            total = counted(sum(self.records.values()), "record")
            yield f"{verb} {total} ({counted_sources(self.records)}) from {listed(self.releases)}:"
            for cause, reasons in self.causes.items():
                each = ", ".join(f"{reason} {number:,}" for reason, number in reasons.items())
                yield f"  {cause} {sum(reasons.values()):,} ({each})"
            if self.successor:
                yield f"{self.successor} replaces {self.newest}."
            else:
                yield f"{self.newest}, the newest release, holds none of them, and stays."
        if self.expired:
            yield f"All rows of {listed(self.expired)}, whose retention is over, are removed from the output, for good."
        if self.superseded and remove_rows:
            yield f"All rows of {listed(self.superseded)} are removed from the output, for good."
        elif self.superseded:
            yield f"The rows of {listed(self.superseded)} stay readable; --withdraw removes them."


class ToAcknowledge(_Answer):
    """A copy or product whose holder has to answer the takedown."""

    descendant_id: str
    """Its id."""
    kind: str
    """What it is."""
    uri: str
    """Where it is."""


class TakedownAnswer(_Answer):
    """What a takedown did."""

    preview: TakedownPreview
    """What was found before anything was changed."""
    changed: bool
    """Whether anything was removed; false after a dry run, or if there was nothing to remove."""
    takedown: str | None = None
    """The number of the takedown, as 000001; null if no record was removed."""
    release: str | None = None
    """The folder or URI of the release to use from now on; null if no record was removed."""
    notice: str | None = None
    """The signed notice."""
    public_key: str | None = None
    """The key that signed it."""
    seconds_to_removal: dict[str, float] = Field(default_factory=dict)
    """Seconds from the member's event to the removal: median, p95, longest."""
    to_acknowledge: tuple[ToAcknowledge, ...] = ()
    """Who has to answer."""
    withdrawn: tuple[str, ...] = ()
    """Superseded releases whose rows were removed."""
    superseded: tuple[str, ...] = ()
    """Superseded releases that still hold removed records."""
    expired: tuple[str, ...] = ()
    """Releases that were retired, since their retention is over."""

    @classmethod
    def of(
        cls, preview: TakedownPreview, outcome: TakedownResult | None, settled: SupersededReleases, folder: str
    ) -> Self:
        """Answer from the results of `withdraw` and `settle_superseded`; `folder` is that of the releases."""
        removed_rows = set(preview.superseded) & set(settled.withdrawn)
        both = {
            "preview": preview,
            "withdrawn": settled.withdrawn,
            "superseded": settled.remaining,
            "expired": settled.expired,
        }
        if outcome is None:
            return cls.model_validate(both | {"changed": bool(removed_rows or settled.expired)})
        notice = outcome.notice
        release = str(outcome.successor) if outcome.successor else f"{folder}/{notice.replacement}"
        return cls.model_validate(
            both
            | {
                "changed": True,
                "takedown": notice.takedown_id,
                "release": release,
                "notice": str(outcome.notice_path),
                "public_key": notice.public_key,
                "seconds_to_removal": outcome.seconds_to_removal,
                "to_acknowledge": tuple(
                    ToAcknowledge(descendant_id=d.descendant_id, kind=d.kind.value, uri=d.uri)
                    for d in notice.descendants
                ),
            }
        )

    def lines(self) -> Iterator[str]:
        """Yield what was done. The last line is the release to use, or that there was nothing to take down."""
        if self.takedown:
            total = counted(sum(self.preview.records.values()), "record")
            sources = counted_sources(self.preview.records)
            yield f"Takedown {self.takedown}: removed {total} ({sources}) from {listed(self.preview.releases)}."
        if self.seconds_to_removal:
            times = (
                f"{name} {spelled(timedelta(seconds=self.seconds_to_removal[key]))}"
                for name, key in (("median", "median"), ("longest", "longest"))
            )
            yield f"From event to removal: {', '.join(times)}."
        for each in self.to_acknowledge:
            yield f"to acknowledge: {each.descendant_id} {each.kind} at {each.uri}"
        for version in self.expired:
            yield f"expired: {version}, its retention is over"
        for version in self.withdrawn:
            yield f"withdrawn: {version}, its rows were removed from the output"
        for version in self.superseded:
            yield f"superseded: {version}, which still holds removed records; --withdraw removes its rows"
        if self.notice:
            yield f"notice: {self.notice}, signed by {self.public_key}"
        yield self.release or NOTHING
