"""The k-anonymity gate: is each career, or each employment, in the staged profiles shared by at least k members?

It parses the field `experience`, without the profile table or the code that generalized it. A generalized career is the
whole field. Of members' own words, an employment is one block between empty lines; its first line contains title,
employer, location and period. A placeholder may replace anything, so a text is shared by all members whose text it may
be.
"""

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

FIELD: Final = "experience"
_PLACEHOLDER: Final = re.compile(r"\[[A-Z][A-Z_]*_(?:[0-9]+|k[a-z2-7]+)\]")
_ANY: Final = "\ue000"
"""Replaces each placeholder: a character of the private use area, which does not occur in texts."""

EMPLOYMENTS: Final = pl.Schema({"file": pl.String, "record_id": pl.String, "head": pl.String})
"""One row per employment: `head` is its first line, or the whole career, with each placeholder as `_ANY`."""


def employments_in(rows: pl.DataFrame, file: str, *, whole_careers: bool = False) -> pl.DataFrame:
    """Parse the careers, or the employments, in rows (`record_id`, `field`, `text`) of a file, as `EMPLOYMENTS`."""
    if whole_careers:
        text = pl.col("text").str.replace_all(_PLACEHOLDER.pattern, _ANY)
        return rows.filter(pl.col("field") == FIELD).select(pl.lit(file).alias("file"), "record_id", text.alias("head"))
    first_line = pl.col("head").str.split("\n").list.first()
    return (
        rows.filter(pl.col("field") == FIELD)
        .select(pl.lit(file).alias("file"), "record_id", pl.col("text").str.split("\n\n").alias("head"))
        .explode("head")
        .with_columns(first_line.str.replace_all(_PLACEHOLDER.pattern, _ANY).str.strip_chars())
    )


def rare_employments(employments: pl.DataFrame, k: int) -> pl.DataFrame:
    """Count the employments of each record that fewer than `k` members share: `file`, `record_id`, `count`."""
    rare = employments.clear()  # repeated, since without these records other employments may be rare
    while (found := _rare(employments, k)).height:
        rare = pl.concat([rare, found])
        employments = employments.join(found.select("record_id").unique(), on="record_id", how="anti")
    return rare.group_by("file", "record_id").agg(count=pl.len().cast(pl.Int64)).sort("file", "record_id")


def _rare(employments: pl.DataFrame, k: int) -> pl.DataFrame:
    members = employments.unique(["record_id", "head"])
    counts = members.group_by("head").agg(records=pl.len())
    few = counts.filter(pl.col("records") < k)["head"].sort().to_list()
    open_heads = counts.filter(pl.col("head").str.contains(_ANY, literal=True))["head"].sort().to_list()
    rare_heads = [head for head in few if _count_sharing(head, members, open_heads) < k]
    return employments.filter(pl.col("head").is_in(rare_heads))


def _count_sharing(head: str, members: pl.DataFrame, open_heads: Sequence[str]) -> int:
    """Count the members with this line, or with one that may be the same apart from placeholders."""
    same = pl.col("head").is_in([head, *(each for each in open_heads if re.fullmatch(_pattern(each), head, re.DOTALL))])
    if _ANY in head:
        same |= pl.col("head").str.contains(f"^(?s:{_pattern(head)})$")
    return members.filter(same)["record_id"].n_unique()


def _pattern(head: str) -> str:
    return ".*".join(re.escape(part) for part in head.split(_ANY))
