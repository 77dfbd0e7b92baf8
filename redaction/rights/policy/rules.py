"""Everything that a decision depends on but the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from redaction.rights.policy.policy import Policy
from redaction.rights.policy.regions import RegionSets
from redaction.rights.records.inputs import Moments
from redaction.rights.settings import RightsSettings


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one run. `dates`: the earliest content date of each region set and of `default`."""

    policy: Policy
    regions: RegionSets
    settings: RightsSettings
    moments: Moments
    dates: Mapping[str, date]

    @property
    def kinds(self) -> list[str]:
        """The allowed kinds; the place of one is its number."""
        return sorted(self.policy.categories_allowed)
