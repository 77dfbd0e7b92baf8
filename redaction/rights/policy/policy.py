"""A policy as data: what a network announced to its members, since when, and what follows from it."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from redaction.base_model import FrozenModel
from redaction.rights.instants import midnight
from redaction.rights.policy.sources import Confidence, Source
from redaction.rights.policy.traces import unknown_traces
from redaction.rights.policy.yaml_models import DatedModel, DigestModel, read_model
from redaction.rights.settings import Recipient, Use

DEFAULT_REGION = "default"

Names = Annotated[tuple[str, ...], Field(min_length=1)]


class DefaultState(StrEnum):
    """What applies to a member who has no consent event."""

    OPTED_IN = "opted_in"
    OPTED_OUT = "opted_out"


class Effect(StrEnum):
    """What a region rule does to a member with a signal in the set.

    `EXEMPT` drops; `OPT_IN` requires an explicit opt-in; `MIN_AGE` raises the least age; `OPT_OUT` records that the
    default of the policy applies there too, and changes no decision: a rule can only make a policy stricter.
    """

    EXEMPT = "exempt"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    MIN_AGE = "min_age"


class OptOutScope(StrEnum):
    """How far an opt-out reaches back."""

    ALL_CONTENT = "all_content"
    CONTENT_AFTER_EVENT = "content_after_event"


class ProfileField(StrEnum):
    """A field of a profile with text."""

    HEADLINE = "headline"
    ABOUT = "about"
    EXPERIENCE = "experience"
    EDUCATION = "education"


class Requirement(StrEnum):
    """A setting that a run must provide before the policy may be used."""

    LEGITIMATE_INTEREST_REFERENCE = "legitimate_interest_reference"
    EARLIEST_CONTENT_DATE = "earliest_content_date"


class RegionRule(DatedModel):
    """One dated rule over one region set, for some or all recipients, purposes and kinds."""

    set: str
    """A set of the regions file."""
    effect: Effect
    """`exempt` drops; `opt_in` requires an explicit opt-in; `min_age` raises the least age; `opt_out` records that the
    default applies there."""
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)] | None = None
    """The recipients that the rule concerns; all, if absent."""
    purposes: Names | None = None
    """The purposes that the rule concerns; all, if absent."""
    kinds: Names | None = None
    """The kinds of content that the rule concerns; all, if absent."""
    except_kinds: Names | None = None
    """The kinds of content that the rule leaves alone; it concerns all others."""
    min_age: Annotated[int, Field(ge=1, le=30)] | None = None
    """With the effect `min_age`: the least age there, in years, at the content and at the build."""
    legal_basis: str | None = None
    """The legal basis there, where it differs from the policy's."""
    authority: str
    """Who or what demands it."""
    source: str
    """Where that was read: the name of one of the policy's `sources`, if it has any."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.kinds and self.except_kinds:
            raise ValueError("has kinds and except_kinds; keep one")
        if (self.effect is Effect.MIN_AGE) != (self.min_age is not None):
            raise ValueError("min_age goes with the effect min_age, and only with it; add or remove it")
        return self

    @property
    def name(self) -> str:
        """The rule as decisions name it: `region_rules/EU27`, `region_rules/GB/affiliate/except+post+comment`."""
        limits = (
            self.recipients,
            self.purposes,
            self.kinds,
            ("except", *self.except_kinds) if self.except_kinds else None,
        )
        return "/".join(["region_rules", self.set, *("+".join(words) for words in limits if words)])

    @property
    def described(self) -> str:
        """The effect in words, with the uses and kinds that it is about: `exempt for affiliate, except post`."""
        words = f"least age {self.min_age}" if self.effect is Effect.MIN_AGE else self.effect.replace("_", " ")
        uses = [name.replace("_", " ") for name in (*(self.recipients or ()), *(self.purposes or ()))]
        words += f" for {', '.join(uses)}" if uses else ""
        words += f", {', '.join(self.kinds)} alone" if self.kinds else ""
        words += f", except {', '.join(self.except_kinds)}" if self.except_kinds else ""
        return f"{words}; {self.legal_basis}" if self.legal_basis else words

    def concerns_use(self, use: Use) -> bool:
        """Test whether the rule is about what a recipient does for a purpose."""
        return (self.purposes is None or use.purpose in self.purposes) and (
            self.recipients is None or use.recipient in self.recipients
        )

    def concerns_kind(self, kind: str) -> bool:
        """Test whether the rule is about a kind of content."""
        if self.kinds is not None:
            return kind in self.kinds
        return self.except_kinds is None or kind not in self.except_kinds


class SignalsHonoured(FrozenModel):
    """The recipients for which a privacy signal denies."""

    gpc: tuple[Recipient, ...] = (Recipient.AFFILIATE, Recipient.THIRD_PARTY)
    """The recipients for which Global Privacy Control denies."""


class Policy(DigestModel):
    """A dated policy; docs/policies.md explains every key. Dates are midnights UTC."""

    policy_id: str
    """The id of the policy, which is the rule named for records that are kept."""
    version: str
    """The version of the file."""
    platform: str
    """The network whose policy it is."""
    source_url: str
    """Where it is published."""
    sources: dict[str, Source] = Field(default_factory=dict)
    """The documents that the rules cite, by the names that they use."""
    traces: dict[str, Names] = Field(default_factory=dict)
    """By source: the keys of this policy that it supports (`min_age`, `categories_allowed`, `categories_allowed/post`).
    Region rules name their own sources."""
    published_at: date
    """When it was published."""
    notice_at: date
    """When members were given notice."""
    effective_from: date
    """The first day on which content may be used."""
    effective_to: date | None = None
    """The day from which the policy may no longer be used; open, if absent."""
    replaced_on: date | None = None
    """The day from which the platform applied another policy. This one may still be used, and says so."""
    replaced_by: str | None = None
    """The id of that policy."""
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
    profile_fields: Annotated[tuple[ProfileField, ...], Field(min_length=1)] = tuple(ProfileField)
    """The fields with text that may be used of a profile, and of a career that is generalized."""
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
        if (self.replaced_on is None) != (self.replaced_by is None):
            raise ValueError("replaced_on and replaced_by go together; add the other one")
        for rule in self.region_rules:
            self._refuse_unknown_words(rule)
        if unknown := unknown_traces(self):
            raise ValueError(f"traces: {unknown[0]} is no source or rule of the policy, or is traced twice; correct it")
        return self

    def _refuse_unknown_words(self, rule: RegionRule) -> None:
        """Refuse words of a rule that the policy does not know: misspelled, the rule would protect nothing."""
        kinds = {*self.categories_allowed, *self.categories_denied}
        for key, words, known in (
            ("kinds", rule.kinds, kinds),
            ("except_kinds", rule.except_kinds, kinds),
            ("purposes", rule.purposes, set(self.purposes)),
            ("recipients", rule.recipients, set(self.recipients)),
            ("source", (rule.source,) if self.sources else (), self.sources.keys()),
        ):
            unknown = sorted(set(words or ()) - known)
            if unknown:
                raise ValueError(
                    f"region_rules: {rule.set}: {key}: the policy has no '{unknown[0]}'; "
                    f"choose from {', '.join(sorted(known))}"
                )

    def citation(self, rule: RegionRule) -> str:
        """Name the source of a rule: the title of the document, and how well it was checked."""
        source = self.sources.get(rule.source)
        if source is None:
            return rule.source
        if source.confidence is Confidence.OWN_CHOICE:
            return source.title
        article = "an" if source.confidence is Confidence.UNVERIFIED else "a"
        return f"{source.title}, {article} {source.confidence} source"

    def replaced(self, as_of: datetime) -> str | None:
        """Say that another policy is in force as of an instant; None if not."""
        if self.replaced_on is None or as_of < midnight(self.replaced_on):
            return None
        return f"{self.policy_id} was replaced by {self.replaced_by} on {self.replaced_on}"

    @property
    def earliest_use(self) -> datetime:
        """The first instant at which a build may use content: in effect, noticed, and the grace days over."""
        noticed = self.notice_at + timedelta(days=self.grace_days)
        return midnight(max(self.effective_from, noticed))


def read_policy(path: Path) -> Policy:
    """Read a policy from a YAML file, or raise RightsError with the file, the key and how to fix it."""
    return read_model(path, Policy)
