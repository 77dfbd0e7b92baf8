"""Where every record of a source went, and how much of that strangers are told.

The build counts exactly, and keeps the exact counts in `state`. What a release tells is coarser: a reason that took
fewer records than the smallest count is told together with others, and so is the next larger one, until the sum stands
for two reasons at least and any of them might have taken the smallest count by itself. So no small count stands in a
release, none follows from the sums, and the sums hold all the same: input = kept + dropped + quarantined. Whoever
compares two releases, or knows by which rule reasons are joined, may narrow a count down.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from redaction.base_model import FrozenModel

TOGETHER: Final = "told_together"
"""Under this name `dropped` holds the sum of the reasons that are told together, those of `quarantined` included."""

_FATES: Final = ("dropped", "quarantined")


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return {key: counts[key] for key in sorted(counts) if counts[key]}


Count = Annotated[int, Field(ge=0)]
Counts = Annotated[dict[str, Count], AfterValidator(_sorted)]
"""Counts by name, sorted, without zeros."""
Cell = Annotated[str, Field(pattern=r"^(dropped|quarantined)/[a-z][a-z0-9_]*$")]
"""A fate and a reason."""


class SourceCounts(FrozenModel):
    """Where every record of one source went. `kept` is the number of records with at least one row.

    `told_together` names the fates and reasons whose sum stands in `dropped` under that name. `input` is null where
    all that was left out is fewer than the smallest count: then not even the sum is told.
    """

    input: Count | None
    kept: Count
    dropped: Counts = Field(default_factory=dict)
    quarantined: Counts = Field(default_factory=dict)
    told_together: tuple[Cell, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        told = self.kept + sum(self.dropped.values()) + sum(self.quarantined.values())
        if self.input is not None and self.input != told:
            raise ValueError(f"counts do not add up: input {self.input}, kept, dropped and quarantined {told}")
        return self

    @model_validator(mode="after")
    def _tells_apart(self) -> Self:
        if list(self.told_together) != sorted(set(self.told_together)) or set(self.told_together) & self.cells.keys():
            raise ValueError("told_together: must be sorted, and name what is not told by itself")
        if (TOGETHER in self.dropped) != (self.input is not None and bool(self.told_together)):
            raise ValueError("told_together: the sum must stand in dropped, unless input is not told either")
        if self.input is None and not self.told_together:
            raise ValueError("input: must be told, since every reason is")
        return self

    @property
    def cells(self) -> Mapping[str, int]:
        """What is told by itself: fate and reason, as `dropped/opted_out`, to its count."""
        return {
            f"{fate}/{reason}": count
            for fate in _FATES
            for reason, count in getattr(self, fate).items()
            if reason != TOGETHER
        }

    def without(self, gone: int, reason: str) -> "SourceCounts":
        """The counts once more records were dropped, that were kept before."""
        cell = reason if f"dropped/{reason}" not in self.told_together else TOGETHER
        hidden = cell == TOGETHER and self.input is None
        dropped = self.dropped if hidden else self.dropped | {cell: self.dropped.get(cell, 0) + gone}
        return SourceCounts(**self.model_dump() | {"kept": self.kept - gone, "dropped": dropped})

    def told(self, smallest: int) -> "SourceCounts":
        """The same, coarse enough to be told: counts below `smallest` are told together or not at all."""
        alone = dict(sorted(self.cells.items(), key=lambda cell: (cell[1], cell[0])))
        small = [cell for cell, count in alone.items() if count < smallest]
        if not small and not self.told_together:
            return self
        together, total = [*self.told_together, *small], self.dropped.get(TOGETHER, 0)
        total += sum(alone.pop(cell) for cell in small)
        while self.input is not None and alone and not _veils(together, total, smallest):
            nearest = next(iter(alone))
            together.append(nearest)
            total += alone.pop(nearest)
        secret = self.input is None or not _veils(together, total, smallest)
        dropped, quarantined = (_of(fate, alone) for fate in _FATES)
        return SourceCounts(
            input=None if secret else self.input,
            kept=self.kept,
            dropped=dropped if secret else dropped | {TOGETHER: total},
            quarantined=quarantined,
            told_together=tuple(sorted(together)),
        )


def _veils(together: list[str], total: int, smallest: int) -> bool:
    """Whether a sum hides each of its parts: with one record in every other, any may still be the smallest count."""
    return len(together) > 1 and total - (len(together) - 1) >= smallest


def _of(fate: str, cells: Mapping[str, int]) -> dict[str, int]:
    return {cell.removeprefix(f"{fate}/"): count for cell, count in cells.items() if cell.startswith(f"{fate}/")}
