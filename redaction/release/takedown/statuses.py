"""The enumerations of a takedown."""

from enum import StrEnum


class Cause(StrEnum):
    """The published cause of a removal. It is coarse, since a reason may disclose a region or an age."""

    WITHDRAWAL = "withdrawal"
    """The subject opted out, objected or withdrew consent."""
    ERASURE = "erasure"
    """The subject's account or data no longer exist."""
    EXPIRY = "expiry"
    """The retention of the release is over."""
    RULE = "rule"
    """A rule of the policy no longer allows the use of the record."""


class DescendantKind(StrEnum):
    """What was made from a release."""

    COPIED = "copied"
    DEDUPLICATED = "deduplicated"
    TOKENIZED = "tokenized"
    EMBEDDED = "embedded"
    TRAINED = "trained"


class Response(StrEnum):
    """What the holder of a descendant did after a takedown."""

    REMOVED = "removed"
    """The records were removed from it."""
    REBUILT = "rebuilt"
    """It was rebuilt from the replacement."""
    RETIRED = "retired"
    """It is no longer in use."""
    UNCHANGED = "unchanged"
    """Nothing was done; records cannot be removed from a trained model."""


_CAUSES = {
    "opted_out": Cause.WITHDRAWAL,
    "objected": Cause.WITHDRAWAL,
    "consent_withdrawn": Cause.WITHDRAWAL,
    "not_opted_in": Cause.WITHDRAWAL,
    "gpc": Cause.WITHDRAWAL,
    "erased": Cause.ERASURE,
    "account_closed": Cause.ERASURE,
    "account_hibernated": Cause.ERASURE,
    "deceased": Cause.ERASURE,
}


def cause_of(reason: str) -> Cause:
    """Return the cause of a reason for a decision. A reason that is not listed is a rule."""
    return _CAUSES.get(reason, Cause.RULE)
