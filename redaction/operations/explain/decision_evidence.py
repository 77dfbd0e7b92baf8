"""What exactly is a decision about? The twin of a copy, a language, findings, a context; never a text."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from redaction import rights
from redaction.builds import OutcomeReason
from redaction.config import Config
from redaction.detection import DetectionReason
from redaction.operations.explain.decided import build_folder
from redaction.state.private_tables import DECISIONS
from redaction.tables import canonical_id

_NEAR_DUPLICATE: Final = rights.Reason.NEAR_DUPLICATE.value


@dataclass(frozen=True, slots=True)
class DecisionEvidence:
    """What a decision is about, beside its reason; None, or empty, where the reason is another.

    Attributes:
        source: `posts` or `profiles`.
        source_id: The id of the record in the network.
        decision: `keep`, `drop` or `quarantine`.
        reason: Its reason.
        twin: For `near_duplicate`, the id of the post or subject whose text it copies; `[forgotten]` once that is
            erased.
        similarity: For `near_duplicate`, how much of the two texts is the same, 0 to 1.
        language: For `language_unsupported`, the language that was found (BCP 47 primary tag).
        findings: For `found_by_audit`, the kinds of what was found, sorted.
        excluded_context: For `context_excluded`, the category of the policy and the word of its list
            (`health: medicine`).
    """

    source: str
    source_id: str
    decision: str
    reason: str
    twin: str | None = None
    similarity: float | None = None
    language: str | None = None
    findings: tuple[str, ...] = ()
    excluded_context: str | None = None


def decision_evidence(config: Config, identifier: str, version: str | None = None) -> tuple[DecisionEvidence, ...]:
    """Read what the decisions on a record are about.

    Args:
        config: The config of the run.
        identifier: The network's id of a post or a subject, or the corpus's id of a record.
        version: The build; by default the newest.

    Returns:
        One for each decision, in the order of `explain_record`; nothing for an unknown id. A build of an earlier
        version of the program stored less.

    Raises:
        PlanError: There is no such build.
    """
    identifier = canonical_id(identifier)
    path = build_folder(config, version).file(DECISIONS)
    rows = pl.scan_parquet(path, glob=False).filter(
        (pl.col("source_id") == identifier) | (pl.col("record_id") == identifier)
    )
    return tuple(evidence_of(row) for row in rows.collect().iter_rows(named=True))


def evidence_of(row: dict[str, Any]) -> DecisionEvidence:
    """Read what one decision, a row of `DECISIONS`, is about."""
    reason, detail = row["reason"], row.get("detail")
    return DecisionEvidence(
        row["source"],
        row["source_id"],
        row["decision"],
        reason,
        twin=row["evidence_id"] if reason == _NEAR_DUPLICATE else None,
        similarity=row.get("similarity"),
        language=detail if reason == DetectionReason.LANGUAGE_UNSUPPORTED.value else None,
        findings=tuple(detail.split(", ")) if detail and reason == OutcomeReason.FOUND_BY_AUDIT.value else (),
        excluded_context=detail if reason == rights.Reason.CONTEXT_EXCLUDED.value else None,
    )
