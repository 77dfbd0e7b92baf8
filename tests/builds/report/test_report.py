"""Every reason belongs to a group, and the groups of a report add up."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from redaction.builds import OutcomeReason
from redaction.builds.report import BuildReport, ReasonGroup, group_of
from redaction.detection import DetectionReason
from redaction.release import SourceCounts
from redaction.rights import Reason
from redaction.tables import QuarantineReason


@pytest.mark.parametrize("reasons", [Reason, DetectionReason, OutcomeReason, QuarantineReason])
def test_every_reason_has_a_group(reasons: type[StrEnum]) -> None:
    assert [each for each in reasons if each != Reason.ELIGIBLE and group_of(each) is ReasonGroup.UNKNOWN] == []


def test_groups_are_listed_by_size_and_account_for_every_record() -> None:
    posts = SourceCounts(
        input=100, kept=40, dropped={"opted_out": 5, "objected": 5, "region_exempt": 30}, quarantined={"missing_id": 20}
    )
    profiles = SourceCounts(input=10, kept=4, dropped={"opted_out": 6})
    report = BuildReport(
        release="out/x/1.0.0",
        corpus="x",
        version="1.0.0",
        as_of=datetime(2025, 1, 1, tzinfo=UTC),
        policy="p",
        sources={"posts": posts, "profiles": profiles},
        texts=44,
        words=None,
        spans={},
        gates=(),
    )
    assert [(each.group, dict(each.records)) for each in report.left_out] == [
        (ReasonGroup.REGION, {"posts": 30}),
        (ReasonGroup.MALFORMED, {"posts": 20}),
        (ReasonGroup.SAID_NO, {"posts": 10, "profiles": 6}),
    ]
    assert sum(each.total for each in report.left_out) == 60 + 6
    assert report.quality == ()
