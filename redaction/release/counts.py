"""The counts of a source, and their publishing without small numbers: input = kept + dropped + quarantined still holds.

A count below the smallest publishable one is withheld, and the next larger one with it, until their sum covers at least
two reasons and each of them might have the smallest count. Comparing releases may still narrow a count down.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from redaction.base_model import FrozenModel

WITHHELD: Final = "withheld"
"""The key in `dropped` under which the sum of all withheld reasons is published, those of `quarantined` included."""

_OUTCOMES: Final = ("dropped", "quarantined")


def _sorted_without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {key: counts[key] for key in sorted(counts) if counts[key]}


Count = Annotated[int, Field(ge=0)]
Counts = Annotated[dict[str, Count], AfterValidator(_sorted_without_zeros)]
"""Counts by name, sorted, without zeros."""
ReasonKey = Annotated[str, Field(pattern=r"^(dropped|quarantined)/[a-z][a-z0-9_]*$")]
"""An outcome and a reason, as `dropped/opted_out`."""


class SourceCounts(FrozenModel):
    """How many records of one source were kept, dropped and quarantined. A kept record has at least one row.

    `withheld` names the reasons whose counts are published as one sum, `dropped["withheld"]`, and `input` is null where
    even that sum would be too small to publish.
    """

    input: Count | None
    """Rows that were read; null where even the sum of the withheld counts is too small."""
    kept: Count
    """Records that the release holds."""
    dropped: Counts = Field(default_factory=dict)
    """By reason: records that a rule, detection or the audit left out; `withheld` is a sum of small ones."""
    quarantined: Counts = Field(default_factory=dict)
    """By reason: rows that were not well formed."""
    withheld: tuple[ReasonKey, ...] = ()
    """The reasons in that sum, such as `dropped/opted_out`."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.kept + sum(self.dropped.values()) + sum(self.quarantined.values())
        if self.input is not None and self.input != total:
            raise ValueError(f"counts do not add up: input {self.input}, kept, dropped and quarantined {total}")
        return self

    @model_validator(mode="after")
    def _withholds_consistently(self) -> Self:
        if list(self.withheld) != sorted(set(self.withheld)) or set(self.withheld) & self.by_reason.keys():
            raise ValueError("withheld: must be sorted, and name no reason that has a count of its own")
        if (WITHHELD in self.dropped) != (self.input is not None and bool(self.withheld)):
            raise ValueError("withheld: the sum must be in dropped, unless input is withheld too")
        if self.input is None and not self.withheld:
            raise ValueError("input: must not be null where no reason is withheld")
        return self

    @property
    def by_reason(self) -> Mapping[str, int]:
        """The counts of all reasons that are not withheld, keyed as `dropped/opted_out`."""
        return {
            f"{outcome}/{reason}": count
            for outcome in _OUTCOMES
            for reason, count in getattr(self, outcome).items()
            if reason != WITHHELD
        }

    def drop_kept(self, number: int, reason: str) -> "SourceCounts":
        """Return the counts after `number` kept records were dropped for a reason."""
        key = reason if f"dropped/{reason}" not in self.withheld else WITHHELD
        no_sum = key == WITHHELD and self.input is None
        dropped = self.dropped if no_sum else self.dropped | {key: self.dropped.get(key, 0) + number}
        return SourceCounts(**self.model_dump() | {"kept": self.kept - number, "dropped": dropped})

    def withhold_small(self, smallest: int) -> "SourceCounts":
        """Return counts that may be published: those below `smallest` are withheld."""
        published = dict(sorted(self.by_reason.items(), key=lambda item: (item[1], item[0])))
        small = [key for key, count in published.items() if count < smallest]
        if not small and not self.withheld:
            return self
        withheld, total = [*self.withheld, *small], self.dropped.get(WITHHELD, 0)
        total += sum(published.pop(key) for key in small)
        while self.input is not None and published and not _hides_each(withheld, total, smallest):
            next_larger = next(iter(published))
            withheld.append(next_larger)
            total += published.pop(next_larger)
        no_sum = self.input is None or not _hides_each(withheld, total, smallest)
        dropped, quarantined = (_select(outcome, published) for outcome in _OUTCOMES)
        return SourceCounts(
            input=None if no_sum else self.input,
            kept=self.kept,
            dropped=dropped if no_sum else dropped | {WITHHELD: total},
            quarantined=quarantined,
            withheld=tuple(sorted(withheld)),
        )


class IdCounts(FrozenModel):
    """How many distinct ids of a column exist in the table that they refer to, and how many did in an earlier release.

    `ids` is their sum. A part is null where it, or another part that it would give away, is too small to publish.
    """

    ids: Count | None
    """Distinct ids, the sum of the others."""
    known: Count | None
    """Ids that exist now."""
    known_before: Count | None
    """Ids that existed in an earlier release."""
    unknown: Count | None
    """Ids that never existed."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = (self.known, self.known_before, self.unknown)
        if None in parts and (set(parts) != {None}):
            raise ValueError("known, known_before, unknown: are published together, or none of them")
        if self.known is not None and self.ids != sum(part or 0 for part in parts):
            raise ValueError("counts do not add up: ids is the sum of known, known_before and unknown")
        return self

    def withhold_small(self, smallest: int) -> "IdCounts":
        """Return counts that may be published: none below `smallest`, and none from which one could be computed."""
        small = {name: count for name, count in self.model_dump().items() if count and count < smallest}
        parts = dict.fromkeys(("known", "known_before", "unknown")) if small else {}
        return self.model_copy(update=parts | ({"ids": None} if "ids" in small else {}))


def _hides_each(reasons: Sequence[str], total: int, smallest: int) -> bool:
    """Whether each part of a sum may still be the smallest count, where every other part is at least one record."""
    return len(reasons) > 1 and total - (len(reasons) - 1) >= smallest


def _select(outcome: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {key.removeprefix(f"{outcome}/"): n for key, n in counts.items() if key.startswith(f"{outcome}/")}
