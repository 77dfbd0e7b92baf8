"""Dated, sourced sets of regions, loaded from YAML."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.rights.grounds.gazetteer import Gazetteer
from redaction.rights.policy.sources import Confidence
from redaction.rights.policy.yaml_models import DatedModel, DigestModel, read_model

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class RegionRow(DatedModel):
    """Codes that belong to a set, why, and from when to when."""

    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    """ISO 3166-1 codes."""
    basis: str
    """Why these codes are in the set."""
    source: str
    """Where that was read."""
    confidence: Confidence
    """How well it was checked: in the source itself, in another one, or not."""


class RegionSet(FrozenModel):
    """A named set. It may be empty, for an operator to fill."""

    name: str
    """What the set is."""
    rows: tuple[RegionRow, ...] = ()
    """Its codes, each row with its dates and its source."""


class RegionSets(DigestModel):
    """The sets that policies name, and the words that a gazetteer does not know or would read wrongly.

    `aliases` maps a word to one region; `ambiguous` maps it to several. Both override the libraries.
    """

    version: str
    """The version of the file."""
    sets: dict[str, RegionSet]
    """The sets, by the names that policies use."""
    aliases: dict[str, Code] = Field(default_factory=dict)
    """A word to the one region that it means; precedes the libraries."""
    ambiguous: dict[str, Annotated[tuple[Code, ...], Field(min_length=2)]] = Field(default_factory=dict)
    """A word to the several regions that it may mean; precedes the libraries."""

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The reader of region values, built on first use."""
        protectable = {code for named in self.sets.values() for row in named.rows for code in row.codes}
        return Gazetteer.build(self.aliases, self.ambiguous, protectable)

    def read(self, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Map each value to its possible ISO 3166-1 codes (and XK), sorted; unreadable values have none."""
        return {value: self.gazetteer.read(value) for value in values}


def read_regions(path: Path) -> RegionSets:
    """Read region sets from a YAML file, or raise RightsError with the file, the key and how to fix it."""
    return read_model(path, RegionSets)
