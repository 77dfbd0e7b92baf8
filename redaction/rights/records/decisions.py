"""Decisions: their columns, and how ranks and codes become them."""

import hashlib
from dataclasses import dataclass

import polars as pl

from redaction.rights.grounds.grounds import RankedGrounds
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason

KEEP, DROP = "keep", "drop"
POSTS, PROFILES = "posts", "profiles"
RECORD_COLUMNS = ("source", "source_id", "subject_id", "decision", "reason", "rule", "evidence_id")
SUBJECT_COLUMNS = ("subject_id", "decision", "reason", "rule", "evidence_id")
WITHHELD = pl.Schema({"source": pl.String, "source_id": pl.String})
POST_EVIDENCE = pl.Schema({"row_number": pl.UInt32, "evidence": pl.String})
"""A post, by its row number among all sorted by id, and the id of what denies it."""

_SIGNAL_SEPARATOR = "\x1f"

NEAR_DUPLICATE_RULE = "near_duplicates/threshold"
_RULES_BY_REASON = {
    Reason.CREATED_AFTER_AS_OF: "as_of",
    Reason.KIND_DENIED: "categories_denied",
    Reason.KIND_UNKNOWN: "categories_allowed",
    Reason.CONTEXT_EXCLUDED: "excluded_contexts",
    Reason.BEFORE_EARLIEST_CONTENT: "earliest_content_date/default",
    Reason.TOMBSTONED: "takedown",
    Reason.PARENT_MISSING: "chain/missing",
    Reason.PARENT_PROTECTED: "chain/protected",
    Reason.NEAR_DUPLICATE: NEAR_DUPLICATE_RULE,
    Reason.MENTION_PROTECTED: "mentions",
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """One row for each record, and the right of each subject as of the build.

    records: `RECORD_COLUMNS`, sorted by source and source_id; every input row once.
    subjects: `SUBJECT_COLUMNS`, sorted by subject_id: members, authors and everyone mentioned. Whoever is not `keep`
        is protected: a mention of them must not stay.
    protected: the sorted ids of dropped posts of which copies are dropped too, whatever the reason: those that a right
        of their author denies, those of a denied kind, and withdrawn ones.
    """

    records: pl.DataFrame
    subjects: pl.DataFrame
    protected: pl.Series


def drop_withheld(records: pl.DataFrame, withheld: pl.Series) -> pl.DataFrame:
    """Set `code` to tombstoned in the rows that nothing else denies and that are withheld (Boolean)."""
    tombstoned = pl.col("code").is_null() & withheld
    code = pl.lit(Reason.TOMBSTONED.code, dtype=pl.UInt8)
    return records.with_columns(pl.when(tombstoned).then(code).otherwise("code").alias("code"))


def with_decisions(records: pl.DataFrame, grounds: RankedGrounds, rules: Rules) -> pl.DataFrame:
    """Add decision, reason, rule and evidence_id.

    Args:
        records: code (null: eligible), rank (null: no ground), and optionally via, the evidence where the reason is
            no ground; and own_rule, the rule there.
        grounds: the grounds that the ranks refer to.
        rules: for the policy's id, which is the rule of kept records.

    Returns:
        The records with the four columns (String) added.
    """
    kept, ranks = pl.col("code").is_null(), records["rank"]
    reasons = pl.Series([reason.value for reason in Reason])
    own_rules = pl.Series([_RULES_BY_REASON.get(reason, rules.policy.policy_id) for reason in Reason])
    codes = records["code"].fill_null(Reason.ELIGIBLE.code).cast(pl.UInt32)
    via, own_rule = (
        records[name] if name in records.columns else pl.Series([None] * records.height, dtype=pl.String)
        for name in ("via", "own_rule")
    )
    return records.with_columns(
        pl.when(kept).then(pl.lit(KEEP)).otherwise(pl.lit(DROP)).alias("decision"),
        reasons.gather(codes).alias("reason"),
        pl.coalesce(grounds.ranked["rule"].gather(ranks), own_rule, own_rules.gather(codes)).alias("rule"),
        pl.coalesce(evidence_by_rank(grounds, ranks).gather(ranks), named_evidence(via)).alias("evidence_id"),
    )


def evidence_by_rank(grounds: RankedGrounds, ranks: pl.Series) -> pl.Series:
    """Return the evidence of each ground; the signals among `ranks` by their ids."""
    used = grounds.ranked["evidence"].gather(ranks.drop_nulls().unique())
    keys = used.drop_nulls().unique()
    keys = keys.filter(keys.str.contains(_SIGNAL_SEPARATOR, literal=True))
    ids = pl.DataFrame(
        {"evidence": keys, "id": [signal_id(key) for key in keys]},
        schema={"evidence": pl.String, "id": pl.String},
    )
    joined = grounds.ranked.select("evidence").join(ids, on="evidence", how="left", maintain_order="left")
    return joined.select(pl.coalesce("id", "evidence")).to_series()


def named_evidence(evidence: pl.Series) -> pl.Series:
    """Return evidence as decisions name it."""
    keys = evidence.drop_nulls().unique()
    keys = keys.filter(keys.str.contains(_SIGNAL_SEPARATOR, literal=True))
    return evidence.replace(keys, pl.Series([signal_id(key) for key in keys], dtype=pl.String))


def evidence_id(evidence: str | None) -> str | None:
    """Return the evidence as decisions name it: a signal by its id, anything else unchanged."""
    return signal_id(evidence) if evidence is not None and _SIGNAL_SEPARATOR in evidence else evidence


def signal_id(key: str) -> str:
    """Return the stable id of a signal, from the text of its fields (see `residence.signal_key`)."""
    return f"signal:{hashlib.sha256(key.encode()).hexdigest()[:16]}"
