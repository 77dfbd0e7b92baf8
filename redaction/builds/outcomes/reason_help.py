"""Every reason for which a record is not in the corpus: what it means, and how to correct an input that is mistaken."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.detection.entities import DetectionReason
from redaction.rights import KEEP, Reason
from redaction.tables import QuarantineReason


@dataclass(frozen=True, slots=True)
class ReasonHelp:
    """What a reason means, in a sentence, and what to correct if it should not apply."""

    meaning: str
    mend: str


_RIGHT: Final = "nothing to correct if this is so"
_MENDS: Final = {
    Reason.CREATED_AFTER_AS_OF: "use a later as_of, or check the unit and zone of posts.created_at",
    Reason.KIND_DENIED: f"{_RIGHT}; else map kind to another column, or use another policy",
    Reason.KIND_UNKNOWN: "write kind as the policy does (discreet policy check lists its kinds), or map its words",
    Reason.CONTEXT_EXCLUDED: f"{_RIGHT}; else map context to another column",
    Reason.BEFORE_EARLIEST_CONTENT: f"{_RIGHT}; else check rights.earliest_content_dates and posts.created_at",
    Reason.SUBJECT_UNKNOWN: "provide the whole profiles table, with ids spelled as in posts.author_id",
    Reason.ERASED: _RIGHT,
    Reason.DECEASED: _RIGHT,
    Reason.ACCOUNT_CLOSED: _RIGHT,
    Reason.ACCOUNT_HIBERNATED: _RIGHT,
    Reason.ACCOUNT_STATUS_UNKNOWN: "map account_status and its words: active, hibernated, closed, memorialised",
    Reason.AGE_UNKNOWN: "map profiles.birth_date, and profiles.updated_at where ages are old",
    Reason.UNDER_AGE: f"{_RIGHT}; else check profiles.birth_date and posts.created_at",
    Reason.OBJECTED: _RIGHT,
    Reason.OPTED_OUT: _RIGHT,
    Reason.CONSENT_WITHDRAWN: _RIGHT,
    Reason.NOT_OPTED_IN: f"{_RIGHT}; else check rights_events.action and purpose",
    Reason.GPC: _RIGHT,
    Reason.LEDGER_UNREADABLE: "correct the contradicting events, and map unknown actions; discreet explain names them",
    Reason.REGION_EXEMPT: f"{_RIGHT}; else check region_signals.value",
    Reason.REGION_AMBIGUOUS: "write region_signals.value as a country code or a full name",
    Reason.REGION_UNKNOWN: "provide region_signals for these members, valid at the time of the content and now",
    Reason.RIGHTS_RESERVED: f"{_RIGHT}; else check signals_of_others.value and observed_at",
    Reason.SIGNAL_UNREADABLE: "correct signals_of_others.format and value, and give url where the format needs it",
    Reason.TOMBSTONED: "nothing: what a takedown removed never returns",
    Reason.PARENT_MISSING: "provide the posts that are referred to, with ids spelled as in posts.post_id",
    Reason.PARENT_PROTECTED: _RIGHT,
    Reason.NEAR_DUPLICATE: f"{_RIGHT}; else raise rights.near_duplicates.threshold",
    Reason.MENTION_PROTECTED: f"{_RIGHT}; or set rights.mentions: redact",
}
_OTHERS: Final[dict[str, ReasonHelp]] = {
    DetectionReason.LANGUAGE_UNKNOWN: ReasonHelp(
        "The language of the text is unclear, and none is declared.", "map posts.language"
    ),
    DetectionReason.LANGUAGE_UNSUPPORTED: ReasonHelp(
        "The detection profile does not support the language of the text.", "use a profile that does, as multilingual"
    ),
    DetectionReason.DETECTION_FAILED: ReasonHelp(
        "A recognizer failed, or exceeded its time, on this record.", "raise detection.regex_seconds if it is many"
    ),
    OutcomeReason.NO_TEXT: ReasonHelp("The record has no text.", "map the columns with text, as profiles.about"),
    OutcomeReason.FOUND_BY_AUDIT: ReasonHelp(
        "The audit found personal data that detection had missed.", "nothing to correct in the input"
    ),
    OutcomeReason.RARE_CAREER: ReasonHelp(
        "The author's career, as far as the record shows it, is shared by fewer than `k` members.",
        "nothing to correct in the input",
    ),
    OutcomeReason.PROFILE_TEXT: ReasonHelp(
        "The profile has only text in the member's own words, or a career that too few share.",
        "nothing to correct if this is so; else set release.profiles: texts",
    ),
    OutcomeReason.LINKABLE: ReasonHelp(
        "The linkage attack finds the author of the record.", "nothing to correct in the input"
    ),
    QuarantineReason.missing_id: ReasonHelp("The row has no id.", "map the id to a column that every row has"),
    QuarantineReason.duplicate_id: ReasonHelp(
        "Another row has the same id; of profiles, and where one is malformed, none is used.", "export each row once"
    ),
    QuarantineReason.missing_author: ReasonHelp("The post has no author.", "map posts.author_id"),
    QuarantineReason.missing_time: ReasonHelp(
        "The time of creation is missing, or outside the years 1970 to 9999.", "map posts.created_at; check its unit"
    ),
    QuarantineReason.missing_kind: ReasonHelp("The post has no kind.", "map posts.kind"),
    QuarantineReason.missing_text: ReasonHelp("The text is null.", "map posts.text"),
    QuarantineReason.invalid_text: ReasonHelp(
        "A column has text that is not valid UTF-8.", "write the file as UTF-8; the rows are in state"
    ),
    QuarantineReason.blank_text: ReasonHelp("The text is blank.", "nothing if this is so; else map posts.text"),
}
REASON_HELP: Final[dict[str, ReasonHelp]] = {
    **{reason.value: ReasonHelp(reason.meaning, mend) for reason, mend in _MENDS.items()},
    **{str(reason): help_ for reason, help_ in _OTHERS.items()},
}


def reasons_by_size(counts: pl.DataFrame) -> list[tuple[str, str, int, ReasonHelp]]:
    """List why records are not used, the largest number first.

    Args:
        counts: source, decision, reason, records.

    Returns:
        Source, reason, number of records, and what helps.
    """
    rows = counts.filter(pl.col("decision") != KEEP).sort(
        "records", "source", "reason", descending=[True, False, False]
    )
    return [
        (source, reason, number, REASON_HELP[reason])
        for source, reason, number in rows.select("source", "reason", "records").iter_rows()
    ]


def nothing_kept(counts: pl.DataFrame) -> list[str]:
    """Explain, in counts alone, why no record may be used: one line for each reason."""
    lines = [
        f"  {number:,} {source}: {reason}: {helped.meaning} {helped.mend[0].upper()}{helped.mend[1:]}."
        for source, reason, number, helped in reasons_by_size(counts)
    ]
    return ["no record may be used, so there is nothing to release:", *lines]
