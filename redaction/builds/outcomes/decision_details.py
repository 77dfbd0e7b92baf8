"""Adds to decisions what their reason is about: the word of the policy, or how near a copy is. Never a text."""

from pathlib import Path

import polars as pl

from redaction import rights
from redaction.builds.copies import Copies
from redaction.state.private_tables import RIGHTS
from redaction.tables import CONTEXT_TERMS


def with_details(block: rights.DecisionBlock, copies: Copies, index: Path, policy: rights.Policy) -> pl.DataFrame:
    """Add `detail` and `similarity` to the decisions on consecutive posts.

    Args:
        block: The decisions.
        copies: The near copies.
        index: The index of the posts, with the terms that their contexts show.
        policy: The policy, with the contexts that it excludes.

    Returns:
        Rows of `RIGHTS`.
    """
    records = block.records
    excluded = records["reason"] == rights.Reason.CONTEXT_EXCLUDED.value
    details = pl.Series("detail", [None] * records.height, pl.String)
    if excluded.any():
        terms = (
            pl.scan_parquet(index, glob=False)
            .slice(block.first, records.height)
            .select(rights.excluded_term(policy, pl.col(CONTEXT_TERMS)))
            .collect()
            .to_series()
        )
        details = details.scatter(excluded.arg_true(), terms.filter(excluded))
    numbers = pl.int_range(block.first, block.first + records.height, dtype=pl.UInt32, eager=True)
    near = copies.posts.select("row_number", "similarity")
    return _with_similarity(records.with_columns(numbers.alias("row_number"), details), near, "row_number")


def profiles_with_details(profiles: pl.DataFrame, copies: Copies) -> pl.DataFrame:
    """Add `detail` and `similarity` to the decisions on profiles: rows of `RIGHTS`."""
    named = profiles.with_columns(pl.lit(None, pl.String).alias("detail"))
    return _with_similarity(named, copies.profiles.select("source_id", "similarity"), "source_id")


def _with_similarity(records: pl.DataFrame, near: pl.DataFrame, key: str) -> pl.DataFrame:
    """Add the similarity to the records that were dropped as near copies, and not for a reason of higher precedence."""
    joined = records.join(near, on=key, how="left", maintain_order="left")
    copied = pl.col("reason") == rights.Reason.NEAR_DUPLICATE.value
    return joined.with_columns(pl.when(copied).then("similarity").alias("similarity")).select(RIGHTS.schema.names())
