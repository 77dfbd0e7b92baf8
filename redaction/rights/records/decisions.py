"""Writes ranks and codes out as decisions: words in place of numbers, signals by their names."""

import hashlib

import polars as pl

from redaction.rights.grounds.grounds import GroundBook
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason

KEEP, DROP = "keep", "drop"
_SIGNAL_MARK = "\x1f"

_RULES_BY_REASON = {
    Reason.CREATED_AFTER_AS_OF: "as_of",
    Reason.KIND_DENIED: "categories_denied",
    Reason.KIND_UNKNOWN: "categories_allowed",
    Reason.CONTEXT_EXCLUDED: "excluded_contexts",
    Reason.BEFORE_EARLIEST_CONTENT: "earliest_content_date/default",
    Reason.TOMBSTONED: "takedown",
    Reason.PARENT_MISSING: "chain/missing",
    Reason.PARENT_PROTECTED: "chain/protected",
    Reason.NEAR_DUPLICATE: "near_duplicates/threshold",
    Reason.MENTION_PROTECTED: "mentions",
}


def taken_back(judged: pl.DataFrame, ids: pl.Series, gone: pl.Series) -> pl.DataFrame:
    """The judged rows, whose ids are given, with those dropped that nothing else denies, but that were taken back."""
    withheld = pl.col("code").is_null() & ids.is_in(gone.implode())
    code = pl.lit(Reason.TOMBSTONED.code, dtype=pl.UInt8)
    return judged.with_columns(pl.when(withheld).then(code).otherwise("code").alias("code"))


def written(judged: pl.DataFrame, book: GroundBook, rules: Rules) -> pl.DataFrame:
    """The rows with decision, reason, rule and evidence_id.

    Args:
        judged: code (null: eligible), rank (null: not for a ground), and perhaps via, the evidence where the
            reason is no ground.
        book: the grounds that the ranks refer to.
        rules: for the policy's id, the rule of what is kept.
    """
    kept, ranks = pl.col("code").is_null(), judged["rank"]
    reasons = pl.Series([reason.value for reason in Reason])
    own_rules = pl.Series([_RULES_BY_REASON.get(reason, rules.policy.policy_id) for reason in Reason])
    codes = judged["code"].fill_null(Reason.ELIGIBLE.code).cast(pl.UInt32)
    via = judged["via"] if "via" in judged.columns else pl.lit(None, dtype=pl.String)
    return judged.with_columns(
        pl.when(kept).then(pl.lit(KEEP)).otherwise(pl.lit(DROP)).alias("decision"),
        reasons.gather(codes).alias("reason"),
        pl.coalesce(book.ranked["rule"].gather(ranks), own_rules.gather(codes)).alias("rule"),
        pl.coalesce(_evidence(book, ranks).gather(ranks), via).alias("evidence_id"),
    )


def _evidence(book: GroundBook, ranks: pl.Series) -> pl.Series:
    """The evidence of each ground by rank, with the signals of those in use named by their hash."""
    used = book.ranked["evidence"].gather(ranks.drop_nulls().unique())
    keys = used.drop_nulls().unique()
    keys = keys.filter(keys.str.contains(_SIGNAL_MARK, literal=True))
    names = pl.DataFrame(
        {"evidence": keys, "name": [signal_id(key) for key in keys]},
        schema={"evidence": pl.String, "name": pl.String},
    )
    joined = book.ranked.select("evidence").join(names, on="evidence", how="left", maintain_order="left")
    return joined.select(pl.coalesce("name", "evidence")).to_series()


def named(evidence: str | None) -> str | None:
    """Evidence as it is written: a signal by its name, anything else as it is."""
    return signal_id(evidence) if evidence is not None and _SIGNAL_MARK in evidence else evidence


def signal_id(key: str) -> str:
    """The stable name of a region signal, from the text of its fields (see `residence.signal_key`)."""
    return f"signal:{hashlib.sha256(key.encode()).hexdigest()[:16]}"
