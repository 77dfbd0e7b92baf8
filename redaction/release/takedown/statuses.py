"""The closed words of a takedown."""

from enum import StrEnum


class Cause(StrEnum):
    """Why records were taken back, as coarse as can be told to strangers. A reason could tell a region or an age."""

    WITHDRAWAL = "withdrawal"
    """The subject opted out, objected or took consent back."""
    ERASURE = "erasure"
    """The subject's account or data are gone."""
    RULE = "rule"
    """A rule of the policy no longer lets the record be used."""


class DescendantKind(StrEnum):
    """What was made of a release."""

    COPIED = "copied"
    DEDUPLICATED = "deduplicated"
    TOKENIZED = "tokenized"
    EMBEDDED = "embedded"
    TRAINED = "trained"


class Response(StrEnum):
    """What the holder of a descendant says to have done."""

    REMOVED = "removed"
    """The records are gone from it."""
    REBUILT = "rebuilt"
    """It was made again from the replacement."""
    RETIRED = "retired"
    """It is no longer in use."""
    UNCHANGED = "unchanged"
    """Nothing was done: of a trained model, nothing can be taken back."""


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
    """The cause that a reason of the rights room stands for; any that is not told is a rule."""
    return _CAUSES.get(reason, Cause.RULE)
