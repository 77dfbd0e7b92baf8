"""The kinds of requests that a member can make, what each becomes in the ledger, and when an answer is due."""

from enum import StrEnum
from typing import Final

import polars as pl

from redaction.rights import Action


class RequestKind(StrEnum):
    """What a member asks for."""

    ACCESS = "access"
    """What is stored and published of theirs (Art. 15 GDPR)."""
    ERASURE = "erasure"
    """That it is erased (Art. 17 GDPR)."""
    OBJECTION = "objection"
    """They object to the use (Art. 21 GDPR)."""
    OPT_OUT = "opt-out"
    """That nothing of theirs is used from now on."""
    OPT_IN = "opt-in"
    """That it may be used."""
    CORRECTION = "correction"
    """That something wrong is corrected, in the table where it is wrong (Art. 16 GDPR)."""

    @property
    def action(self) -> Action | None:
        """The event of the ledger that it becomes; None where it changes no right."""
        return _ACTIONS.get(self)

    @property
    def removes(self) -> bool:
        """Whether records have to go."""
        return self in {RequestKind.ERASURE, RequestKind.OBJECTION, RequestKind.OPT_OUT}


_ACTIONS: Final = {
    RequestKind.ERASURE: Action.ERASE,
    RequestKind.OBJECTION: Action.OBJECT,
    RequestKind.OPT_OUT: Action.OPT_OUT,
    RequestKind.OPT_IN: Action.OPT_IN,
}


class Extension(StrEnum):
    """Why an answer takes two months more (Art. 12(3) GDPR)."""

    COMPLEXITY = "complexity"
    """The request is complex."""
    NUMBER = "number"
    """There are many requests."""


def due(received: pl.Expr) -> pl.Expr:
    """Return the day on which the answer to a request is due: one month after receipt, by the calendar.

    The period ends on the day of the next month with the same number, or on the last day of that month if it has none
    (Regulation 1182/71, Art. 3(2)(c)). It is not moved past weekends and holidays.
    """
    return received.dt.date().dt.offset_by("1mo")


def extended_due(received: pl.Expr) -> pl.Expr:
    """Return the day on which it is due with an extension: three months after receipt."""
    return received.dt.date().dt.offset_by("3mo")
