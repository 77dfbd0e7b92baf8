"""What commands print with `--json`: one object each. The documentation's tables are made from these models."""

from collections.abc import Iterable
from typing import Any

import polars as pl
from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.errors import Finding


class FindingReport(FrozenModel):
    """One mistake."""

    key: str
    problem: str
    correction: str


class CheckReport(FrozenModel):
    """What a check of a run found, and what the rules would keep."""

    config: str = Field(description="The config.")
    ok: bool = Field(description="Whether a build could start; the exit code is 1 if not.")
    findings: tuple[FindingReport, ...] = Field(
        default=(), description="What is wrong: `key`, `problem` and `correction` of each."
    )
    counts: tuple[dict[str, Any], ...] = Field(
        default=(),
        description="What the rules would do: `source`, `decision`, `reason`, `records`. Empty if none can start.",
    )
    reconciliation: tuple[dict[str, Any], ...] = Field(
        default=(), description="The ids that refer to another table: `join`, and how many exist there."
    )


class InitReport(FrozenModel):
    """What was written for files that nobody had mapped yet."""

    config: str = Field(description="The config that was written.")
    key: str = Field(description="The key file.")
    new_key: bool = Field(description="Whether the key was written; otherwise it existed.")
    tables: dict[str, dict[str, str]] = Field(
        description="For each table, its columns and where each is read from; a constant begins with `=`."
    )
    words: dict[str, dict[str, str]] = Field(
        default={}, description="For a column with a vocabulary, what words of the files are read as."
    )


class LeakChange(FrozenModel):
    """The leak of one type of name before and after."""

    entity_type: str
    labeled: int
    before: float
    after: float


class FineTuneReport(FrozenModel):
    """What fitting the model to labeled texts changed."""

    profile: str | None = Field(description="The profile that was written; null where the layer is worse.")
    language: str = Field(description="The language that was learnt.")
    texts: int = Field(description="The labeled texts in it.")
    leak: tuple[LeakChange, ...] = Field(
        description="Of each type: `labeled` spans, and the leak `before` and `after`."
    )
    over: tuple[float, float] = Field(description="The over-redaction before and after.")
    reference: tuple[LeakChange, ...] = Field(description="The same on the shipped labeled texts of the language.")
    refusals: tuple[str, ...] = Field(description="Why the layer is worse, a sentence each; the exit code is 1.")


class PolicyReport(FrozenModel):
    """A policy that is valid."""

    policy: str = Field(description="The id of the policy.")
    settings: dict[str, str] = Field(description="Its keys and values, defaults included.")
    notes: tuple[str, ...] = Field(default=(), description="What to know: its successor, reviews due.")
    drifted: tuple[str, ...] = Field(default=(), description="Saved sources that differ from what was read.")


class PolicyDiffReport(FrozenModel):
    """What another policy or another instant would change, in counts."""

    before: str = Field(description="The policy in force.")
    after: str = Field(description="The policy that it is compared with.")
    as_of: str = Field(description="The instant for the first.")
    as_of_after: str = Field(description="The instant for the second.")
    counts: tuple[dict[str, Any], ...] = Field(description="Records by reason, under each.")
    moves: tuple[dict[str, Any], ...] = Field(description="From which decision and reason to which, and how many.")


def findings_report(findings: Iterable[Finding]) -> tuple[FindingReport, ...]:
    """Convert findings."""
    return tuple(FindingReport(key=each.key, problem=each.problem, correction=each.mend) for each in findings)


def rows_of(frame: pl.DataFrame) -> tuple[dict[str, Any], ...]:
    """Convert a frame of counts by name."""
    return tuple(frame.iter_rows(named=True))
