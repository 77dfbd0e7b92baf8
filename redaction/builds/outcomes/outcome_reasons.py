"""The closed list of why a record that may be used is not in the corpus, beside the reasons of detection."""

from enum import StrEnum


class OutcomeReason(StrEnum):
    """Why a record that may be used is not in the corpus, beside the reasons of detection."""

    NO_TEXT = "no_text"
    """The record has no text, such as a profile without headline or summary."""
    FOUND_BY_AUDIT = "found_by_audit"
    """The audit of the staged bytes found personal data in the record that detection had missed."""
    RARE_CAREER = "rare_career"
    """What the record shows of its author's career is shared by fewer than `k` members."""
    PROFILE_TEXT = "profile_text"
    """The profile has only text in the member's own words, or a career that too few share (`release.profiles`)."""
    LINKABLE = "linkable"
    """The linkage attack finds the author of the record (`release.gates.linkage`)."""
