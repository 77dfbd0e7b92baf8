"""Dated, sourced sets of regions, and the reading of region values."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from redaction.base_model import FrozenModel
from redaction.rights.grounds.gazetteer import Gazetteer
from redaction.rights.policy.yaml_models import digest_of, read_model

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Confidence(StrEnum):
    """How the row's claim was checked."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class RegionRow(FrozenModel):
    """Codes that belong to a set from `from` (inclusive) to `to` (exclusive); both may be open."""

    model_config = ConfigDict(populate_by_name=True)

    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    basis: str
    source: str
    confidence: Confidence

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"the row of {self.codes[0]} ends before it starts; swap from and to")
        return self


class RegionSet(FrozenModel):
    """A named set. It may be empty, for an operator to fill."""

    name: str
    rows: tuple[RegionRow, ...] = ()


class RegionSets(FrozenModel):
    """The sets that policies name, and the words that a gazetteer does not know or would read wrongly.

    `aliases` gives a word one region; `ambiguous` gives it several readings, whatever a library says.
    """

    version: str
    sets: dict[str, RegionSet]
    aliases: dict[str, Code] = Field(default_factory=dict)
    ambiguous: dict[str, Annotated[tuple[Code, ...], Field(min_length=2)]] = Field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of the canonical JSON of the sets, aliases and ambiguous words."""
        return digest_of(self)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The reader of region values; made once for these sets, when first asked for."""
        return Gazetteer.build(self.aliases, self.ambiguous)

    def read(self, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The possible ISO 3166-1 codes of each value (and XK), sorted; none for an unreadable one."""
        return {value: self.gazetteer.read(value) for value in values}


def read_regions(path: Path) -> RegionSets:
    """Read region sets from their YAML file.

    Raises:
        RightsError: one line with the file, the key and the mend.
    """
    return read_model(path, RegionSets)
