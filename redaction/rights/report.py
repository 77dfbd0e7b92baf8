"""A policy as a table, and what another policy or another moment would change, in counts."""

from dataclasses import dataclass

import polars as pl

from redaction.rights.policy.policy import Policy
from redaction.rights.reasons import Reason
from redaction.rights.records.inputs import Decisions

COUNTS = ("source", "reason", "before", "after", "change")
MOVES = ("source", "reason_before", "reason_after", "records")


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What would change.

    counts: `COUNTS`, one row for each source and reason that occurs, in the order of precedence.
    moves: `MOVES`, the records whose reason differs, most first. A record that is on one side only has the
    reason `absent` on the other.
    """

    counts: pl.DataFrame
    moves: pl.DataFrame

    @property
    def newly_kept(self) -> int:
        """How many records would be kept that are not kept now."""
        after = pl.col("reason_after") == Reason.ELIGIBLE
        return int(self.moves.filter(after)["records"].sum())

    @property
    def newly_dropped(self) -> int:
        """How many records that are kept now would not be."""
        before = pl.col("reason_before") == Reason.ELIGIBLE
        return int(self.moves.filter(before)["records"].sum())


def policy_table(policy: Policy) -> tuple[tuple[str, str], ...]:
    """A policy as rows of key and value, in the order of its keys, region rules one a row, the digest last."""
    rows: list[tuple[str, str]] = []
    for key, value in policy.model_dump(mode="json", by_alias=True, exclude={"region_rules"}).items():
        rows.append((key, _plain(value)))
    for rule in policy.region_rules:
        since, until = rule.since or "always", rule.until or "open"
        text = f"{rule.effect} from {since} to {until}; {rule.authority}; {rule.source}"
        rows.append((f"region_rules/{rule.set}", text))
    return (*rows, ("digest", policy.digest))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(item)}" for key, item in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)


def policy_diff(before: Decisions, after: Decisions) -> PolicyDiff:
    """Compare two sets of decisions over the same inputs, such as under two policies or at two moments."""
    key = ["source", "source_id"]
    sides = [
        decisions.records.lazy().select(*key, pl.col("reason").alias(name))
        for decisions, name in ((before, "reason_before"), (after, "reason_after"))
    ]
    both = (
        sides[0]
        .join(sides[1], on=key, how="full", coalesce=True)
        .with_columns(pl.col("reason_before", "reason_after").fill_null("absent"))
        .group_by("source", "reason_before", "reason_after")
        .agg(pl.len().cast(pl.Int64).alias("records"))
        .collect()
    )
    moves = both.filter(pl.col("reason_before") != pl.col("reason_after")).sort(
        ["records", "source", "reason_before", "reason_after"], descending=[True, False, False, False]
    )
    return PolicyDiff(_counts(both), moves.select(MOVES))


def _counts(both: pl.DataFrame) -> pl.DataFrame:
    order = {reason.value: reason.code for reason in Reason}
    totals = [
        both.group_by("source", pl.col(f"reason_{side}").alias("reason")).agg(pl.col("records").sum().alias(side))
        for side in ("before", "after")
    ]
    return (
        totals[0]
        .join(totals[1], on=["source", "reason"], how="full", coalesce=True)
        .filter(pl.col("reason") != "absent")
        .with_columns(pl.col("before", "after").fill_null(0))
        .with_columns((pl.col("after") - pl.col("before")).alias("change"))
        .sort("source", pl.col("reason").replace_strict(order, return_dtype=pl.Int64))
        .select(COUNTS)
    )
