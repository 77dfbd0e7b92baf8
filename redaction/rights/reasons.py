"""The closed list of reasons: why a record was kept or dropped, in the order in which they are tried."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record has its decision. The first member that applies is the record's reason.

    The order is part of the meaning: what concerns the record alone comes first, then its author, then the
    others who have a right in it. `ELIGIBLE` is what is left when nothing else applies.
    """

    CREATED_AFTER_AS_OF = "created_after_as_of", "The content was created after the instant of the build."
    KIND_DENIED = "kind_denied", "The policy denies this kind of content by name."
    KIND_UNKNOWN = "kind_unknown", "The policy neither allows nor denies this kind of content."
    CONTEXT_EXCLUDED = "context_excluded", "It was written in a context that the policy excludes."
    BEFORE_EARLIEST_CONTENT = (
        "before_earliest_content",
        "It is older than the earliest content date, of the policy or of the author's region.",
    )
    SUBJECT_UNKNOWN = "subject_unknown", "The author has no profile."
    ERASED = "erased", "The author asked for erasure, and nothing brings that content back."
    DECEASED = "deceased", "The author has died, or the account is memorialized."
    ACCOUNT_CLOSED = "account_closed", "The author's account is closed."
    ACCOUNT_HIBERNATED = "account_hibernated", "The author's account is hibernated."
    ACCOUNT_STATUS_UNKNOWN = (
        "account_status_unknown",
        "The account's status is missing or is none of the known ones.",
    )
    AGE_UNKNOWN = "age_unknown", "The author's date of birth is missing, implausible or out of date."
    UNDER_AGE = (
        "under_age",
        "The author was under the minimum age, or at secondary school, at the content or at the build.",
    )
    OBJECTED = "objected", "The author objected; nothing overrides an objection by itself."
    OPTED_OUT = "opted_out", "The author opted out and did not opt in again."
    CONSENT_WITHDRAWN = "consent_withdrawn", "The author withdrew consent and did not give it again."
    NOT_OPTED_IN = "not_opted_in", "The policy or the region asks for an opt-in, and there is none."
    GPC = "gpc", "A Global Privacy Control signal is on, and it is honored for this recipient."
    LEDGER_UNREADABLE = (
        "ledger_unreadable",
        "The ledger contradicts itself: a tie of opposite events, a corrupt event, or a skewed clock.",
    )
    REGION_EXEMPT = "region_exempt", "A region signal that counts is in an exempt region."
    REGION_AMBIGUOUS = (
        "region_ambiguous",
        "A region signal that counts cannot be read, or may mean an exempt region.",
    )
    REGION_UNKNOWN = "region_unknown", "No region is known at the content, the collection or the build."
    RIGHTS_RESERVED = (
        "rights_reserved",
        "A machine-readable signal reserves the post, what it links to or the author's data from training.",
    )
    SIGNAL_UNREADABLE = "signal_unreadable", "Such a signal is damaged or of an unknown format, so it denies."
    TOMBSTONED = "tombstoned", "It was withdrawn by a takedown."
    PARENT_MISSING = "parent_missing", "It refers, at some depth, to a post that the input does not hold."
    PARENT_PROTECTED = "parent_protected", "It refers, at some depth, to a post that may not be used."
    NEAR_DUPLICATE = "near_duplicate", "It is a near copy of content that may not be used."
    MENTION_PROTECTED = (
        "mention_protected",
        "It mentions a protected member, and the settings say to drop such records.",
    )
    ELIGIBLE = "eligible", "Every rule was tried and none denied it."

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "Reason":
        """Store the documented meaning with the value, so that both are declared once."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    @property
    def code(self) -> int:
        """The position in the order of precedence, from 0."""
        return _ORDER[self]

    @property
    def is_unknown(self) -> bool:
        """Whether something is not known, rather than refused: an incomplete table has the same effect."""
        return self in _UNKNOWN


_UNKNOWN = frozenset(
    {
        Reason.KIND_UNKNOWN,
        Reason.SUBJECT_UNKNOWN,
        Reason.ACCOUNT_STATUS_UNKNOWN,
        Reason.AGE_UNKNOWN,
        Reason.NOT_OPTED_IN,
        Reason.LEDGER_UNREADABLE,
        Reason.REGION_AMBIGUOUS,
        Reason.REGION_UNKNOWN,
        Reason.SIGNAL_UNREADABLE,
        Reason.PARENT_MISSING,
    }
)

_ORDER = {reason: position for position, reason in enumerate(Reason)}
