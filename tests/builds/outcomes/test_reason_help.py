import polars as pl
import pytest

from redaction.builds import REASON_HELP, OutcomeReason, nothing_kept
from redaction.detection.entities import DetectionReason
from redaction.rights import KEEP, Reason
from redaction.tables import QuarantineReason

REASONS = [*Reason, *DetectionReason, *OutcomeReason, *QuarantineReason]


@pytest.mark.parametrize("reason", [r for r in REASONS if r is not Reason.ELIGIBLE])
def test_every_reason_has_a_sentence_and_a_mend(reason: str) -> None:
    helped = REASON_HELP[str(reason)]
    assert helped.meaning.endswith(".")
    assert helped.mend


def test_no_other_reason_is_explained() -> None:
    assert set(REASON_HELP) == {str(reason) for reason in REASONS} - {"eligible"}


def test_reasons_are_listed_by_size_and_what_is_kept_is_not() -> None:
    rows = [
        ("posts", "drop", "kind_unknown", 3),
        ("posts", KEEP, "eligible", 99),
        ("profiles", "quarantine", "duplicate_id", 12),
    ]
    counts = pl.DataFrame(rows, schema=["source", "decision", "reason", "records"], orient="row")
    first, *lines = nothing_kept(counts)
    assert first.startswith("no record may be used")
    assert [line.split()[:3] for line in lines] == [
        ["12", "profiles:", "duplicate_id:"],
        ["3", "posts:", "kind_unknown:"],
    ]
