"""The groups in which reasons are shown to people: one title for the reasons that answer the same question."""

from enum import StrEnum
from typing import Final

from redaction.builds.dispositions import OutcomeReason
from redaction.detection.entities import DetectionReason
from redaction.rights import Reason
from redaction.tables import QuarantineReason


class ReasonGroup(StrEnum):
    """Why records are left out, in a few words."""

    SAID_NO = "Opted out, objected or erased"
    REGION = "Lives in an exempt or unknown region"
    ACCOUNT = "Account or age"
    CONTENT = "Kind, context or date"
    OTHERS = "Refers to or repeats protected content"
    TEXT = "Language, or could not be redacted"
    MALFORMED = "Malformed row"


_RIGHTS: Final = {
    Reason.CREATED_AFTER_AS_OF: ReasonGroup.CONTENT,
    Reason.KIND_DENIED: ReasonGroup.CONTENT,
    Reason.KIND_UNKNOWN: ReasonGroup.CONTENT,
    Reason.CONTEXT_EXCLUDED: ReasonGroup.CONTENT,
    Reason.BEFORE_EARLIEST_CONTENT: ReasonGroup.CONTENT,
    Reason.SUBJECT_UNKNOWN: ReasonGroup.ACCOUNT,
    Reason.ERASED: ReasonGroup.SAID_NO,
    Reason.DECEASED: ReasonGroup.ACCOUNT,
    Reason.ACCOUNT_CLOSED: ReasonGroup.ACCOUNT,
    Reason.ACCOUNT_HIBERNATED: ReasonGroup.ACCOUNT,
    Reason.ACCOUNT_STATUS_UNKNOWN: ReasonGroup.ACCOUNT,
    Reason.AGE_UNKNOWN: ReasonGroup.ACCOUNT,
    Reason.UNDER_AGE: ReasonGroup.ACCOUNT,
    Reason.OBJECTED: ReasonGroup.SAID_NO,
    Reason.OPTED_OUT: ReasonGroup.SAID_NO,
    Reason.CONSENT_WITHDRAWN: ReasonGroup.SAID_NO,
    Reason.NOT_OPTED_IN: ReasonGroup.SAID_NO,
    Reason.GPC: ReasonGroup.SAID_NO,
    Reason.LEDGER_UNREADABLE: ReasonGroup.SAID_NO,
    Reason.REGION_EXEMPT: ReasonGroup.REGION,
    Reason.REGION_AMBIGUOUS: ReasonGroup.REGION,
    Reason.REGION_UNKNOWN: ReasonGroup.REGION,
    Reason.TOMBSTONED: ReasonGroup.SAID_NO,
    Reason.PARENT_MISSING: ReasonGroup.OTHERS,
    Reason.PARENT_PROTECTED: ReasonGroup.OTHERS,
    Reason.NEAR_DUPLICATE: ReasonGroup.OTHERS,
    Reason.MENTION_PROTECTED: ReasonGroup.OTHERS,
}

GROUP_OF: Final[dict[str, ReasonGroup]] = {
    **{reason.value: group for reason, group in _RIGHTS.items()},
    **{reason.value: ReasonGroup.TEXT for reason in (*DetectionReason, *OutcomeReason)},
    **{reason.value: ReasonGroup.MALFORMED for reason in QuarantineReason},
}
"""The group of every reason for which a record is left out."""
