"""Employments as the staged bytes tell them: is each told alike by at least k members?

The audit's own reading: it takes the texts of the field `experience` apart, and knows nothing of the table that they
were made from, nor of the code that made it broader. An employment is one block of the text, blocks stand an empty
line apart, and the first line of a block says title, employer, place and period; the lines below are free text, which
the other gates read.

What was redacted in such a line may be anything: so a member in whose line the place is `[LOCATION_1]` stands among
those who share the rest of it, and a line with a placeholder is shared by all whose lines it may be.
"""

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

FIELD: Final = "experience"
_PLACEHOLDER: Final = re.compile(r"\[[A-Z][A-Z_]*_(?:[0-9]+|k[a-z2-7]+)\]")
_ANY: Final = "\ue000"
"""Stands for what was redacted: a character of the private use area, which no text is told apart by."""

EMPLOYMENTS: Final = pl.Schema({"file": pl.String, "record_id": pl.String, "head": pl.String})


def employments_in(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """One row an employment: the file's name, the record, and its first line with what was redacted as one mark.

    Args:
        rows: `record_id`, `field` and `text`.
        file: where they stand.
    """
    first_line = pl.col("head").str.split("\n").list.first()
    return (
        rows.filter(pl.col("field") == FIELD)
        .select(pl.lit(file).alias("file"), "record_id", pl.col("text").str.split("\n\n").alias("head"))
        .explode("head")
        .with_columns(first_line.str.replace_all(_PLACEHOLDER.pattern, _ANY).str.strip_chars())
    )


def rare_employments(told: pl.DataFrame, k: int) -> pl.DataFrame:
    """The records that tell an employment which fewer than `k` members tell: `file`, `record_id`, `count`.

    Without these records all others tell only what `k` members tell: whoever is rare once they are gone is among them.
    """
    rare = told.clear()
    while (found := _rare(told, k)).height:
        rare = pl.concat([rare, found])
        told = told.join(found.select("record_id").unique(), on="record_id", how="anti")
    return rare.group_by("file", "record_id").agg(count=pl.len().cast(pl.Int64)).sort("file", "record_id")


def _rare(told: pl.DataFrame, k: int) -> pl.DataFrame:
    members = told.unique(["record_id", "head"])
    alike = members.group_by("head").agg(records=pl.len())
    few = alike.filter(pl.col("records") < k)["head"].sort().to_list()
    open_heads = alike.filter(pl.col("head").str.contains(_ANY, literal=True))["head"].sort().to_list()
    told_by_few = [head for head in few if _shared_by(head, members, open_heads) < k]
    return told.filter(pl.col("head").is_in(told_by_few))


def _shared_by(head: str, members: pl.DataFrame, open_heads: Sequence[str]) -> int:
    """How many members' lines this one may be: as it is, by what is redacted in it, or by what is in theirs."""
    alike = pl.col("head").is_in([head, *(each for each in open_heads if re.fullmatch(_pattern(each), head))])
    if _ANY in head:
        alike |= pl.col("head").str.contains(f"^(?:{_pattern(head)})$")
    return members.filter(alike)["record_id"].n_unique()


def _pattern(head: str) -> str:
    return ".*".join(re.escape(part) for part in head.split(_ANY))
