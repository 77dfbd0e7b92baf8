"""Whether a policy may be used by a run at all: in force, noticed, with what it demands."""

from datetime import date, datetime

from redaction.rights.errors import RightsError
from redaction.rights.instants import midnight
from redaction.rights.policy.policy import DEFAULT_REGION, Policy, Requirement
from redaction.rights.settings import RightsSettings


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
    for purpose in settings.purposes:
        if purpose not in policy.purposes:
            raise RightsError(f"rights.purpose: {name} does not cover it; use one of {', '.join(policy.purposes)}")
    for recipient in settings.recipients:
        if recipient not in policy.recipients:
            allowed = ", ".join(policy.recipients)
            raise RightsError(f"rights.recipient: {name} does not cover {recipient}; use one of {allowed}")
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
