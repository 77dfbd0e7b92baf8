"""The reasons for which records are left out, in groups of one or two words."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.detection.entities import DetectionReason
from redaction.rights import Reason
from redaction.tables import QuarantineReason


class ReasonGroup(StrEnum):
    """What a group of reasons is about."""

    SAID_NO = "who said no"
    NO_OPT_IN = "no opt-in"
    REGION = "where they live"
    AGE = "age"
    ACCOUNT = "account"
    KIND = "kind"
    TIME = "time"
    OTHERS = "refers to others"
    COPIES = "copies"
    RESERVED = "reserved by others"
    TAKEN_DOWN = "taken down"
    LEDGER = "unclear ledger"
    LANGUAGE = "language"
    NO_TEXT = "no text"
    NOT_ANALYZED = "not analyzed"
    AUDIT = "found by audit"
    RECOGNIZABLE = "recognizable"
    MALFORMED = "malformed rows"
    UNKNOWN = "other"


_MEMBERS: Final[dict[ReasonGroup, Iterable[StrEnum]]] = {
    ReasonGroup.SAID_NO: (
        Reason.ERASED,
        Reason.OBJECTED,
        Reason.OPTED_OUT,
        Reason.CONSENT_WITHDRAWN,
        Reason.GPC,
    ),
    ReasonGroup.NO_OPT_IN: (Reason.NOT_OPTED_IN,),
    ReasonGroup.REGION: (Reason.REGION_EXEMPT, Reason.REGION_AMBIGUOUS, Reason.REGION_UNKNOWN),
    ReasonGroup.AGE: (Reason.AGE_UNKNOWN, Reason.UNDER_AGE),
    ReasonGroup.ACCOUNT: (
        Reason.SUBJECT_UNKNOWN,
        Reason.DECEASED,
        Reason.ACCOUNT_CLOSED,
        Reason.ACCOUNT_HIBERNATED,
        Reason.ACCOUNT_STATUS_UNKNOWN,
    ),
    ReasonGroup.KIND: (Reason.KIND_DENIED, Reason.KIND_UNKNOWN, Reason.CONTEXT_EXCLUDED),
    ReasonGroup.TIME: (Reason.CREATED_AFTER_AS_OF, Reason.BEFORE_EARLIEST_CONTENT),
    ReasonGroup.OTHERS: (Reason.PARENT_MISSING, Reason.PARENT_PROTECTED, Reason.MENTION_PROTECTED),
    ReasonGroup.COPIES: (Reason.NEAR_DUPLICATE,),
    ReasonGroup.RESERVED: (Reason.RIGHTS_RESERVED, Reason.SIGNAL_UNREADABLE),
    ReasonGroup.TAKEN_DOWN: (Reason.TOMBSTONED,),
    ReasonGroup.LEDGER: (Reason.LEDGER_UNREADABLE,),
    ReasonGroup.LANGUAGE: (DetectionReason.LANGUAGE_UNKNOWN, DetectionReason.LANGUAGE_UNSUPPORTED),
    ReasonGroup.NO_TEXT: (OutcomeReason.NO_TEXT,),
    ReasonGroup.NOT_ANALYZED: (DetectionReason.DETECTION_FAILED,),
    ReasonGroup.AUDIT: (OutcomeReason.FOUND_BY_AUDIT,),
    ReasonGroup.RECOGNIZABLE: (OutcomeReason.RARE_CAREER, OutcomeReason.PROFILE_TEXT, OutcomeReason.LINKABLE),
    ReasonGroup.MALFORMED: tuple(QuarantineReason),
}
GROUPS: Final = {str(reason): group for group, reasons in _MEMBERS.items() for reason in reasons}
"""The group of each reason for which a record is left out."""


def group_of(reason: str) -> ReasonGroup:
    """Return the group of a reason; `UNKNOWN` for one that this version does not know."""
    return GROUPS.get(reason, ReasonGroup.UNKNOWN)
