"""The run report: one HTML page that says what a release holds, what it left out, and how good it is.

Its figures are those of the manifest and of `report.json`, which is published with it. The module
`redaction.release.report.render` draws it.
"""

from redaction.release.report.facts import (
    FACTS,
    ChangeCounts,
    Changes,
    JoinedFigures,
    LinkageFacts,
    LinkageFigures,
    MonthCount,
    PolicyText,
    Quality,
    Rate,
    ReasonText,
    RegionCount,
    RegionRuleText,
    RunFacts,
    SubjectLeak,
    TypeQuality,
    rounded,
)

__all__ = [
    "FACTS",
    "ChangeCounts",
    "Changes",
    "JoinedFigures",
    "LinkageFacts",
    "LinkageFigures",
    "MonthCount",
    "PolicyText",
    "Quality",
    "Rate",
    "ReasonText",
    "RegionCount",
    "RegionRuleText",
    "RunFacts",
    "SubjectLeak",
    "TypeQuality",
    "rounded",
]
