"""Everything that a decision depends on, other than the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from redaction.rights.errors import RightsError
from redaction.rights.instants import Instants, to_micros
from redaction.rights.policy.policy import DEFAULT_REGION, Policy
from redaction.rights.policy.readiness import earliest_dates, refuse_unready
from redaction.rights.policy.regions import RegionSets
from redaction.rights.settings import RightsSettings


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one run.

    dates: the earliest content date of each region set and of `default`.
    """

    policy: Policy
    regions: RegionSets
    settings: RightsSettings
    instants: Instants
    dates: Mapping[str, date]

    @classmethod
    def of(
        cls,
        policy: Policy,
        regions: RegionSets,
        settings: RightsSettings,
        as_of: datetime,
        now: datetime | None = None,
    ) -> Self:
        """Combine a policy, region sets and settings for one instant, or refuse.

        Args:
            policy: must be in force and noticed by `as_of`.
            regions: must have every set that the policy and the settings name.
            settings: choices of the run.
            as_of: the instant of the build, with a time zone.
            now: the instant of the call, `as_of` by default; `ledger_complete_until` may not be later.

        Returns:
            The rules, to be applied to any inputs.

        Raises:
            RightsError: one of these conditions is not met.
        """
        if as_of.tzinfo is None:
            raise RightsError("as_of: needs a time zone, as in datetime(2025, 6, 30, tzinfo=UTC)")
        refuse_unready(policy, settings, as_of)
        dates = earliest_dates(policy, settings)
        _refuse_unknown_sets(policy, regions, dates)
        instants = Instants(to_micros(as_of), to_micros(settings.collected_at or as_of), to_micros(now or as_of))
        return cls(policy, regions, settings, instants, dates)

    @property
    def kinds(self) -> list[str]:
        """The allowed kinds, sorted; a kind's index is its number."""
        return sorted(self.policy.categories_allowed)


def _refuse_unknown_sets(policy: Policy, regions: RegionSets, dates: Mapping[str, date]) -> None:
    for rule in policy.region_rules:
        if rule.set not in regions.sets:
            raise RightsError(
                f"policy {policy.policy_id}: region_rules: the regions file has no set {rule.set}; add it"
            )
    for name in dates:
        if name != DEFAULT_REGION and name not in regions.sets:
            raise RightsError(
                f"earliest_content_date: no set {name} in the regions file; add it there or correct the name"
            )
