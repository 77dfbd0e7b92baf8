"""What became of every row: the rules' decisions, joined with what detection could not look at."""

from enum import StrEnum
from pathlib import Path

import polars as pl

from redaction.execution.plan import Workplace
from redaction.release import SourceCounts
from redaction.tables import Source

DECISIONS = pl.Schema(
    {
        "source": pl.String,
        "source_id": pl.String,
        "subject_id": pl.String,
        "decision": pl.String,
        "reason": pl.String,
        "rule": pl.String,
        "evidence_id": pl.String,
        "record_id": pl.String,
    }
)
"""One row for each input row. Private: it links ids of the network to ids of the corpus."""


class OutcomeReason(StrEnum):
    """Why a record that might be used left nothing in the corpus, beside the reasons of detection."""

    NO_TEXT = "no_text"
    """The record has no text, such as a profile without headline or summary."""
    FOUND_BY_AUDIT = "found_by_audit"
    """The audit of the staged bytes found personal data in the record that detection had missed."""


def final_decisions(place: Workplace, outcomes: list[Path]) -> pl.DataFrame:
    """Every row of posts and profiles with its last word: keep, drop or quarantine (schema `DECISIONS`).

    A record stays `keep` only if at least one of its texts was written.
    """
    texts = (
        pl.scan_parquet(outcomes)
        .group_by("source", "source_id")
        .agg(
            pl.col("record_id").first(),
            pl.col("reason").is_null().any().alias("written"),
            pl.col("reason").drop_nulls().first().alias("unseen"),
        )
    )
    kept = pl.col("decision") == "keep"
    lost = kept & ~pl.col("written").fill_null(value=False)
    why = pl.col("unseen").fill_null(OutcomeReason.NO_TEXT.value)
    judged = (
        pl.scan_parquet(place.rights)
        .join(texts, on=["source", "source_id"], how="left", maintain_order="left")
        .with_columns(
            pl.when(lost).then(pl.lit("drop")).otherwise("decision").alias("decision"),
            pl.when(lost).then(why).otherwise("reason").alias("reason"),
            pl.when(lost).then(pl.concat_str(pl.lit("detection/"), why)).otherwise("rule").alias("rule"),
            pl.when(kept & ~lost).then("record_id").alias("record_id"),
        )
    )
    aside = pl.scan_parquet(place.quarantine).select(
        "source",
        "source_id",
        pl.lit(None, pl.String).alias("subject_id"),
        pl.lit("quarantine").alias("decision"),
        "reason",
        pl.concat_str(pl.lit("tables/"), "reason").alias("rule"),
        pl.format("file {} row group {} row {}", "file", "row_group", "row").alias("evidence_id"),
        pl.lit(None, pl.String).alias("record_id"),
    )
    return pl.concat([judged.select(DECISIONS.names()), aside]).collect()


def without(decisions: pl.DataFrame, record_ids: pl.Series) -> pl.DataFrame:
    """The decisions with some kept records dropped, since the audit found something in them."""
    found = pl.col("record_id").is_in(record_ids.implode()).fill_null(value=False)
    return decisions.with_columns(
        pl.when(found).then(pl.lit("drop")).otherwise("decision").alias("decision"),
        pl.when(found).then(pl.lit(OutcomeReason.FOUND_BY_AUDIT.value)).otherwise("reason").alias("reason"),
        pl.when(found).then(pl.lit("audit/found")).otherwise("rule").alias("rule"),
        pl.when(~found).then("record_id").alias("record_id"),
    )


def source_counts(decisions: pl.DataFrame, rows: dict[Source, int]) -> dict[str, SourceCounts]:
    """For each source what came in and where it went.

    Raises:
        ValueError: the sums differ from the rows that were read.
    """
    counted = decisions.group_by("source", "decision", "reason").len().sort("source", "decision", "reason")
    by: dict[tuple[str, str], dict[str, int]] = {}
    for source, decision, reason, number in counted.iter_rows():
        by.setdefault((source, decision), {})[reason] = number
    return {
        source.value: SourceCounts(
            input=rows[source],
            kept=sum(by.get((source.value, "keep"), {}).values()),
            dropped=by.get((source.value, "drop"), {}),
            quarantined=by.get((source.value, "quarantine"), {}),
        )
        for source in Source
    }
