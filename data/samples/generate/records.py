"""One record of the network, with what is true about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from generate.segments import LabeledSpan, Segments

KINDS_KEPT = ("post", "article", "comment", "feedback", "ai_prompt", "resume")
KINDS_DENIED = ("message", "group_message")
KINDS_UNKNOWN = ("story", "audio_room")
EXCLUDED = {
    "health": ("diabetes-support", "burnout-recovery", "chronic-pain", "cancer-survivors"),
    "union": ("warehouse-local", "nurses-united", "shop-stewards"),
    "politics": ("city-election", "policy-debate"),
    "religion": ("faith-at-work", "friday-prayers", "bible-circle"),
}
FINE = {
    "technology": ("open-source", "data-people", "rust-learners", "cloud-costs"),
    "careers": ("job-seekers", "first-managers", "career-changers"),
    "alumni": ("larkhaven-1998", "northgate-engineers", "hollins-ferry"),
}


@dataclass(slots=True)
class Record:
    """A row of posts and its truth.

    ``own`` is the reason that excludes the record by itself (time, kind, context, author);
    ``missing`` and ``protected`` say whether something above it in its chain is absent or protected.
    """

    row: dict[str, Any]
    sort_time: datetime
    segments: Segments
    spans: list[LabeledSpan]
    language: str
    scenario: str
    own: str | None = None
    missing: bool = False
    protected: bool = False
    copy_of: str | None = None
    quarantine: str | None = None
    title_spans: list[LabeledSpan] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """The right reason, by order of precedence."""
        if self.quarantine:
            return self.quarantine
        if self.own:
            return self.own
        if self.missing:
            return "parent_missing"
        if self.protected:
            return "parent_protected"
        return "near_duplicate" if self.copy_of else "eligible"

    @property
    def decision(self) -> str:
        """The right decision."""
        if self.quarantine:
            return "quarantine"
        return "keep" if self.reason == "eligible" else "drop"
