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
    """A set of the regions file."""
    effect: Effect
    """`exempt` drops; `opt_in` requires an explicit opt-in; `opt_out` records that the default applies there."""
    authority: str
    """Who or what demands it."""
    source: str
    """Where that was read."""


class SignalsHonoured(FrozenModel):
    """The recipients for which a privacy signal denies."""

    gpc: tuple[Recipient, ...] = (Recipient.AFFILIATE, Recipient.THIRD_PARTY)
    """The recipients for which Global Privacy Control denies."""


Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Policy(DigestModel):
    """A dated policy; docs/policies.md explains every key. Dates are midnights UTC."""

    policy_id: str
    """The id of the policy, which is the rule named for records that are kept."""
    version: str
    """The version of the file."""
    platform: str
    """The network whose policy it is."""
    source_url: str
    """Where it was read."""
    published_at: date
    """When it was published."""
    notice_at: date
    """When members were given notice."""
    effective_from: date
    """The first day on which content may be used."""
    effective_to: date | None = None
    """The day from which the policy is no longer in force; open, if absent."""
    default_state: DefaultState
    """What applies to a member without a consent event: `opted_in` is used unless the member opted out, `opted_out`
    only after an opt-in."""
    legal_basis: str
    """The legal basis that the platform names."""
    purposes: Names
    """The purposes that the policy covers."""
    other_purposes: tuple[str, ...] = ()
    """Purposes that events may be about and the policy does not cover. An opt-out for an unlisted purpose counts for
    all, an opt-in for one counts for none."""
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    """Who may receive the corpus."""
    categories_allowed: Names
    """The kinds of content that may be used. A kind in neither list is dropped."""
    categories_denied: tuple[str, ...]
    """The kinds of content that may not be used."""
    region_rules: tuple[RegionRule, ...]
    """Dated rules over region sets. A rule only ever makes the policy stricter."""
    earliest_content_date: dict[str, date] = Field(default_factory=dict)
    """By region set, or `default`: older content is dropped."""
    optout_scope: OptOutScope = OptOutScope.ALL_CONTENT
    """How far an opt-out reaches back: over all content, or over content after it. A profile is always covered."""
    grace_days: Annotated[int, Field(ge=0)] = 0
    """Days between notice and first use."""
    min_age: Annotated[int, Field(ge=0, le=30)] = 18
    """The least age, in years, at the content and at the build."""
    max_plausible_age: Annotated[int, Field(ge=60, le=150)] = 120
    """The age, in years, above which a date of birth counts as unknown."""
    school_words: tuple[str, ...]
    """Words of a school's name, degree or field that show a secondary school; one that starts with `=` counts as a
    whole word only."""
    excluded_contexts: tuple[str, ...]
    """Categories of groups and pages whose content is always dropped."""
    signals_honoured: SignalsHonoured = SignalsHonoured()
    """The recipients for which a privacy signal denies."""
    max_ledger_age_days: Annotated[int, Field(ge=0)]
    """How many days old the ledger may be."""
    clock_skew_seconds: Annotated[int, Field(ge=0, le=86400)] = 300
    """How far `event_time` may be after `received_at`."""
    requires: tuple[Requirement, ...] = ()
    """What a run must provide before the policy may be used."""
    retention: str
    """How long content may be kept, as the platform says."""

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
