"""The data and rules of a run, as plain rows, and the order of the reasons."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]


Verdict = tuple[str, str, str | None]


ORDER = [
    "created_after_as_of", "kind_denied", "kind_unknown", "context_excluded", "before_earliest_content",
    "subject_unknown", "erased", "deceased", "account_closed", "account_hibernated", "account_status_unknown",
    "age_unknown", "under_age", "objected", "opted_out", "consent_withdrawn", "not_opted_in", "gpc",
    "ledger_unreadable", "region_exempt", "region_ambiguous", "region_unknown",
    "rights_reserved", "signal_unreadable", "tombstoned",
    "parent_missing", "parent_protected", "near_duplicate", "mention_protected", "eligible",
]  # fmt: skip


ACTIONS = {
    "opt_out", "opt_in", "object", "erase", "withdraw", "close", "hibernate", "reopen", "deceased",
    "age_update", "gpc_on", "gpc_off",
}  # fmt: skip


@dataclass
class World:
    """All the data and rules of one run. `readings` maps a region value to the regions it may mean. `others`
    has the signals of others by the column and the id that they are about."""

    policy: Row
    sets: dict[str, list[Row]]
    readings: dict[str, set[str]]
    as_of: datetime
    collected: datetime
    purpose: str | tuple[str, ...]
    recipient: str | tuple[str, ...]
    mentions: str
    dates: dict[str, date]
    posts: dict[str, Row]
    profiles: dict[str, Row]
    events: dict[str, list[Row]] = field(default_factory=dict)
    signals: dict[str, list[Row]] = field(default_factory=dict)
    withheld: set[tuple[str, str]] = field(default_factory=set)
    others: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    @property
    def uses(self) -> list[tuple[str, str]]:
        """Every purpose with every recipient."""
        purposes = [self.purpose] if isinstance(self.purpose, str) else self.purpose
        recipients = [self.recipient] if isinstance(self.recipient, str) else self.recipient
        return [(purpose, recipient) for purpose in purposes for recipient in recipients]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def first_of(verdicts: list[Verdict]) -> Verdict | None:
    return min(verdicts, key=lambda v: (ORDER.index(v[0]), v[1], v[2] or "")) if verdicts else None
