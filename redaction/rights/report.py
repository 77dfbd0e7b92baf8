"""A policy as a table, and what another policy or another instant would change, in counts."""

from dataclasses import dataclass

import polars as pl

from redaction.rights.policy.policy import Policy
from redaction.rights.reasons import Reason
from redaction.rights.records.decisions import Decisions

COUNTS = ("source", "reason", "before", "after", "change")
MOVES = ("source", "reason_before", "reason_after", "records")


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What another policy or another instant would change.

    counts: source, reason, before, after, change (Int64): one row for each source and reason, by precedence.
    moves: source, reason_before, reason_after, records (Int64): the records whose reason differs, most first. A record
        that is on one side only has the reason `absent` on the other.
    """

    counts: pl.DataFrame
    moves: pl.DataFrame

    def sentence(self, before: str, after: str) -> str:
        """Say how much each policy keeps.

        Args:
            before: The name of the first policy.
            after: The name of the second one.

        Returns:
            One sentence, for example "b keeps 0 of 12 posts (0.0%); a keeps 5 (41.7%)".
        """
        kept = pl.col("reason") == Reason.ELIGIBLE.value
        sums = self.counts.group_by("source", maintain_order=True).agg(
            pl.col("before", "after").sum(), pl.col("before", "after").filter(kept).sum().name.prefix("kept_")
        )
        first, second = (
            [(row["source"], row[f"kept_{side}"], row[side]) for row in sums.iter_rows(named=True)]
            for side in ("before", "after")
        )
        later = ", ".join(f"{n:,} of {whole:,} {source} ({n / max(1, whole):.1%})" for source, n, whole in second)
        earlier = ", ".join(f"{n:,} {source} ({n / max(1, whole):.1%})" for source, n, whole in first)
        return f"{after} keeps {later}; {before} keeps {earlier}"


def policy_table(policy: Policy) -> tuple[tuple[str, str], ...]:
    """List a policy as rows of key and value: keys in order, sources and region rules one a row, the digest last."""
    rows: list[tuple[str, str]] = []
    for key, value in policy.model_dump(mode="json", by_alias=True, exclude={"region_rules", "sources"}).items():
        rows.append((key, _plain(value)))
    for name, source in policy.sources.items():
        values = source.model_dump(mode="json", exclude_none=True)
        rows.append((f"sources/{name}", "; ".join(f"{key}: {value}" for key, value in values.items())))
    for rule in policy.region_rules:
        since, until = rule.since or "always", rule.until or "open"
        text = f"{rule.described}, from {since} to {until}; {rule.authority}; {rule.source}"
        rows.append((f"region_rules/{rule.set}", text))
    return (*rows, ("digest", policy.digest))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(item)}" for key, item in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None else str(value)


def policy_diff(before: Decisions, after: Decisions) -> PolicyDiff:
    """Compare two sets of decisions on the same inputs, such as under two policies or at two instants."""
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
