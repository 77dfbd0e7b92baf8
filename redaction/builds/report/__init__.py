"""What a finished build did, for its owner: exact counts by reason and group, spans, gates."""

from redaction.builds.report.build_report import BuildReport, GroupCount, report_of
from redaction.builds.report.reason_groups import ReasonGroup, group_of

__all__ = ["BuildReport", "GroupCount", "ReasonGroup", "group_of", "report_of"]
