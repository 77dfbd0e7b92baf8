"""For each reason a sentence about one record: why it is not in the corpus, and what would have to be otherwise.

The blanks are the fields of `Facts`. An answer starts "post p-1 is not in 1.0.0: " and goes on with `because`; a reason
that several rules can give has a variant for each. `otherwise` follows, where anything would help.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from redaction.builds import OutcomeReason
from redaction.detection import DetectionReason
from redaction.rights import Reason
from redaction.tables import QuarantineReason


@dataclass(frozen=True, slots=True)
class Sentence:
    """Why a record is not in the corpus, and when it could be; `variants` by rule take precedence over `because`."""

    because: str
    otherwise: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)


_NEVER: Final = "Nothing brings it back."
_SENTENCES: Final[dict[str, Sentence]] = {
    Reason.CREATED_AFTER_AS_OF: Sentence(
        "it was created on {created}, after the instant of the build, {as_of}",
        "A build as of a later instant may keep it.",
    ),
    Reason.KIND_DENIED: Sentence("the policy {policy} denies content of the kind {kind} by name"),
    Reason.KIND_UNKNOWN: Sentence(
        "the policy {policy} neither allows nor denies content of the kind {kind}",
        "It could be kept if the policy allowed that kind.",
    ),
    Reason.CONTEXT_EXCLUDED: Sentence(
        "it was written in a context that the policy {policy} excludes{context}",
        "It could be kept if its context showed none of the excluded ones.",
    ),
    Reason.BEFORE_EARLIEST_CONTENT: Sentence(
        "it was created on {created}, before the earliest content that may be used ({rule})",
        "It could be kept if it were created on or after that date.",
    ),
    Reason.SUBJECT_UNKNOWN: Sentence(
        "{whose} profile is not in the inputs", "It could be kept if the table of profiles held {who}."
    ),
    Reason.ERASED: Sentence("{who} asked for erasure{event}", "Only what is created after a reopening may be used."),
    Reason.DECEASED: Sentence(
        "{who} has died{event}", variants={"account_status": "the account of {who} is memorialized, by the profile"}
    ),
    Reason.ACCOUNT_CLOSED: Sentence(
        "{who} closed the account{event}",
        "It could be kept if the account were reopened.",
        {"account_status": "the account of {who} is closed, by the profile"},
    ),
    Reason.ACCOUNT_HIBERNATED: Sentence(
        "{who} hibernated the account{event}",
        "It could be kept if the account were active again.",
        {"account_status": "the account of {who} is hibernated, by the profile"},
    ),
    Reason.ACCOUNT_STATUS_UNKNOWN: Sentence(
        "the account status of {who} is missing or is none of the known ones",
        "It could be kept if the profile said active.",
    ),
    Reason.AGE_UNKNOWN: Sentence(
        "the date of birth of {who} is missing or implausible",
        "It could be kept if the profile held a date of birth by which {who} was of age.",
        {"ledger/age_update": "the date of birth of {who} is out of date{event}"},
    ),
    Reason.UNDER_AGE: Sentence(
        "{who} had not reached the minimum age{min_age} then",
        "Content of {who} from {until} on could be kept.",
        {"school_words": "{who} was at secondary school then, by the education in the profile"},
    ),
    Reason.OBJECTED: Sentence("{who} objected{event}", "Nothing overrides an objection by itself."),
    Reason.OPTED_OUT: Sentence(
        "{who} opted out{event} and has not opted in since", "It could be kept if {who} opted in after that."
    ),
    Reason.CONSENT_WITHDRAWN: Sentence(
        "{who} withdrew consent{event} and has not given it since", "It could be kept if {who} opted in after that."
    ),
    Reason.NOT_OPTED_IN: Sentence(
        "the policy {policy} asks for an opt-in, and {who} has not opted in",
        "It could be kept if {who} opted in.",
    ),
    Reason.GPC: Sentence(
        "a Global Privacy Control signal of {who} is on{event}", "It could be kept if the signal were off."
    ),
    Reason.LEDGER_UNREADABLE: Sentence(
        "an event of {who} cannot be read, so it denies{event}",
        "It could be kept if the event were corrected and denied nothing.",
        {"ledger/tie": "two events of {who} at the same instant contradict each other{event}"},
    ),
    Reason.REGION_EXEMPT: Sentence(
        "{whose} {signal}; the policy {policy} {region_rule}",
        "It could be kept if no region signal of {who} that counts were in an exempt region.",
    ),
    Reason.REGION_AMBIGUOUS: Sentence(
        "{whose} {signal}; the policy {policy} exempts some of these",
        "It could be kept if the signal named one region that is not exempt.",
        {"region_signals/unreadable": "{whose} {signal}"},
    ),
    Reason.REGION_UNKNOWN: Sentence(
        "no region signal says where {who} lived when it was created, {created}",
        "It could be kept if a signal covered that time.",
        {
            "region_signals/coverage_at_build": "no region signal says where {who} lives as of the build, {as_of}",
            "region_signals/coverage_at_collection": "no region signal says where {who} lived at the collection",
        },
    ),
    Reason.RIGHTS_RESERVED: Sentence(
        "a machine-readable signal reserves it from training ({rule})",
        "It could be kept if the last signal that was observed did not.",
    ),
    Reason.SIGNAL_UNREADABLE: Sentence(
        "a machine-readable signal about it cannot be read, so it denies ({rule})",
        "It could be kept if the signal were readable and reserved nothing.",
    ),
    Reason.TOMBSTONED: Sentence("a takedown removed it before", _NEVER),
    Reason.PARENT_MISSING: Sentence(
        "it refers to {other}, which the inputs do not hold", "It could be kept if they did, and that may be used."
    ),
    Reason.PARENT_PROTECTED: Sentence(
        "it refers to {other}, which may not be used{other_because}", "It could be kept if that could be used."
    ),
    Reason.NEAR_DUPLICATE: Sentence(
        "it is a near copy of {other}{similarity}, which may not be used{other_because}",
        "It could be kept if that could be used, or if the two were less alike.",
    ),
    Reason.MENTION_PROTECTED: Sentence(
        "it mentions {other}, who is protected{other_because}, and rights.mentions says to drop such records",
        "It could be kept with rights.mentions: redact.",
    ),
    Reason.ELIGIBLE: Sentence("every rule was tried and none denied it"),
    DetectionReason.LANGUAGE_UNKNOWN: Sentence(
        "the language of its text is unclear, and none is declared", "It could be kept if posts.language declared it."
    ),
    DetectionReason.LANGUAGE_UNSUPPORTED: Sentence(
        "its text, or a large part of it, is in a language that the detection profile does not support{language}",
        "It could be kept with a profile that supports it.",
    ),
    DetectionReason.DETECTION_FAILED: Sentence(
        "a recognizer failed, or exceeded its time, on its text", "It could be kept if detection succeeded."
    ),
    OutcomeReason.NO_TEXT: Sentence("it has no text", "It could be kept if it had one."),
    OutcomeReason.FOUND_BY_AUDIT: Sentence(
        "the audit found personal data that detection had missed{found}",
        "It could be kept if detection found and redacted that.",
    ),
    OutcomeReason.RARE_CAREER: Sentence(
        "what it shows of its author's career is shared by too few members",
        "It could be kept if more members shared that.",
    ),
    OutcomeReason.PROFILE_TEXT: Sentence(
        "the profile has only text in the member's own words, or a career that too few members share",
        "It could be kept with release.profiles: texts.",
    ),
    OutcomeReason.LINKABLE: Sentence(
        "the linkage attack finds its author by its words or facts",
        "It could be kept if it were less like the author's profile.",
    ),
    QuarantineReason.missing_id: Sentence("its row has no id{row}"),
    QuarantineReason.duplicate_id: Sentence("another row has the same id{row}", "Export each row once."),
    QuarantineReason.missing_author: Sentence("its row has no author{row}", "It could be kept if it had one."),
    QuarantineReason.missing_time: Sentence(
        "its row has no time of creation, or one outside the years 1970 to 9999{row}", "It could be kept if it had one."
    ),
    QuarantineReason.missing_kind: Sentence("its row has no kind{row}", "It could be kept if it had one."),
    QuarantineReason.missing_text: Sentence("its text is null{row}", "It could be kept if it had a text."),
    QuarantineReason.invalid_text: Sentence(
        "a column of its row has text that is not valid UTF-8{row}", "It could be kept if the file were UTF-8."
    ),
    QuarantineReason.blank_text: Sentence("its text is blank{row}", "It could be kept if it had a text."),
}
SENTENCES: Final[dict[str, Sentence]] = {str(reason): sentence for reason, sentence in _SENTENCES.items()}
"""By the value of the reason, of all enumerations of reasons."""
