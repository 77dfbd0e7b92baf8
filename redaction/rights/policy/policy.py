"""A policy as data: what a network announced to its members, since when, and what follows from it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from redaction.base_model import FrozenModel
from redaction.rights.errors import RightsError
from redaction.rights.instants import midnight
from redaction.rights.policy.yaml_models import DatedModel, DigestModel, read_model
from redaction.rights.settings import Recipient, RightsSettings

DEFAULT_REGION = "default"


class DefaultState(StrEnum):
    """What applies to a member who has no consent event."""

    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"


class Effect(StrEnum):
    """What a region rule does to a member with a signal in the set.

    `EXEMPT` drops; `OPT_IN` requires an explicit opt-in; `OPT_OUT` records that the default of the policy applies
    there too, and changes no decision: a rule can only make a policy stricter.
    """

    EXEMPT = "exempt"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class OptOutScope(StrEnum):
    """How far an opt-out reaches back."""

    ALL_CONTENT = "all_content"
    CONTENT_AFTER_EVENT = "content_after_event"


class Requirement(StrEnum):
    """A setting that a run must provide before the policy may be used."""

    LEGITIMATE_INTEREST_REFERENCE = "legitimate_interest_reference"
    EARLIEST_CONTENT_DATE = "earliest_content_date"


class RegionRule(DatedModel):
    """One dated rule over one region set."""

    set: str
    effect: Effect
    authority: str
    source: str


class SignalsHonoured(FrozenModel):
    """The recipients for which a privacy signal denies."""

    gpc: tuple[Recipient, ...] = (Recipient.AFFILIATE, Recipient.THIRD_PARTY)


Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Policy(DigestModel):
    """A dated policy; docs/policies.md explains every key. Dates are midnights UTC."""

    policy_id: str
    version: str
    platform: str
    source_url: str
    published_at: date
    notice_at: date
    effective_from: date
    effective_to: date | None = None
    default_state: DefaultState
    legal_basis: str
    purposes: Names
    other_purposes: tuple[str, ...] = ()
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    categories_allowed: Names
    categories_denied: tuple[str, ...]
    region_rules: tuple[RegionRule, ...]
    earliest_content_date: dict[str, date] = Field(default_factory=dict)
    optout_scope: OptOutScope = OptOutScope.ALL_CONTENT
    grace_days: Annotated[int, Field(ge=0)] = 0
    min_age: Annotated[int, Field(ge=0, le=30)] = 18
    max_plausible_age: Annotated[int, Field(ge=60, le=150)] = 120
    school_words: tuple[str, ...]
    excluded_contexts: tuple[str, ...]
    signals_honoured: SignalsHonoured = SignalsHonoured()
    max_ledger_age_days: Annotated[int, Field(ge=0)]
    clock_skew_seconds: Annotated[int, Field(ge=0, le=86400)] = 300
    requires: tuple[Requirement, ...] = ()
    retention: str

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        both = sorted(set(self.categories_allowed) & set(self.categories_denied))
        if both:
            raise ValueError(f"{both[0]} is both allowed and denied; keep one")
        if self.effective_to and self.effective_to <= self.effective_from:
            raise ValueError("effective_to must be after effective_from")
        shared = sorted(set(self.purposes) & set(self.other_purposes))
        if shared:
            raise ValueError(f"{shared[0]} is among purposes and other_purposes; keep one")
        return self

    @property
    def earliest_use(self) -> datetime:
        """The first instant at which a build may use content: in effect, noticed, and the grace days over."""
        noticed = self.notice_at + timedelta(days=self.grace_days)
        return midnight(max(self.effective_from, noticed))


def read_policy(path: Path) -> Policy:
    """Read a policy from a YAML file, or raise RightsError with the file, the key and how to fix it."""
    return read_model(path, Policy)


def earliest_dates(policy: Policy, settings: RightsSettings) -> dict[str, date]:
    """Return the earliest content date of each region set and `default`: the later of the policy's and the run's."""
    merged = dict(policy.earliest_content_date)
    for region, day in settings.earliest_content_dates.items():
        merged[region] = max(day, merged.get(region, day))
    return merged


def refuse_unready(policy: Policy, settings: RightsSettings, as_of: datetime) -> None:
    """Refuse a run that the policy does not allow at all: no training before notice.

    Raises:
        RightsError: the policy is not yet noticed or in effect, is no longer in effect, does not name the purpose or
            the recipient, or has a requirement that the settings do not meet.
    """
    name = f"policy {policy.policy_id}"
    if as_of < policy.earliest_use:
        raise RightsError(
            f"{name}: effective_from, notice_at and grace_days allow no use before "
            f"{policy.earliest_use:%Y-%m-%d}, as_of is {as_of:%Y-%m-%dT%H:%M:%SZ}; choose a later as_of or "
            "the policy in force then"
        )
    if policy.effective_to and as_of >= midnight(policy.effective_to):
        raise RightsError(f"{name}: effective_to is {policy.effective_to}, not after as_of; choose its successor")
    if settings.purpose not in policy.purposes:
        raise RightsError(f"rights.purpose: {name} does not cover it; use one of {', '.join(policy.purposes)}")
    if settings.recipient not in policy.recipients:
        allowed = ", ".join(policy.recipients)
        raise RightsError(f"rights.recipient: {name} does not cover {settings.recipient}; use one of {allowed}")
    if (
        Requirement.LEGITIMATE_INTEREST_REFERENCE in policy.requires
        and not (settings.legitimate_interest_reference or "").strip()
    ):
        raise RightsError(f"rights.legitimate_interest_reference: {name} demands a reference to the assessment; add it")
    if Requirement.EARLIEST_CONTENT_DATE in policy.requires:
        dates = earliest_dates(policy, settings)
        missing = sorted({rule.set for rule in policy.region_rules} - dates.keys())
        if DEFAULT_REGION not in dates and (missing or not dates):
            wanted = missing[0] if missing else DEFAULT_REGION
            raise RightsError(
                f"rights.earliest_content_dates: {name} demands a date for {wanted}; add it, or a {DEFAULT_REGION}"
            )
