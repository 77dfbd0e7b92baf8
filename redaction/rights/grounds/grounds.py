"""Grounds: the one form in which every right of a subject is stated, and how they apply to records.

A ground says: content of this subject, of this kind (or any), created in [since, until) is denied, for this
reason, by this rule, on this evidence. All rights are grounds, so one join decides a record, and an
explanation is a list of grounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.reasons import Reason

ANY_KIND = -1

GROUNDS = pl.Schema(
    {
        "subject": pl.UInt32,
        "kind": pl.Int16,
        "code": pl.UInt8,
        "since": pl.Int64,
        "until": pl.Int64,
        "rule": pl.String,
        "evidence": pl.String,
    }
)

_SLICE = 1_000_000
"""How many records are joined at a time, to bound memory."""
_NONE = int(np.iinfo(np.uint32).max)


@dataclass(frozen=True, slots=True)
class RankedGrounds:
    """All grounds in order of precedence. The ground of a record is the one of lowest `rank` that holds for it.

    ranked: `GROUNDS` with `rank` (UInt32), sorted by it: by code, rule, evidence.
    always: for each subject the rank of its first unbounded ground, or `_NONE`; the last item is for subjects beyond.
    bounded: the other grounds that may precede it; subject, kind, since, until, rank.
    """

    ranked: pl.DataFrame
    always: npt.NDArray[np.uint32]
    bounded: pl.DataFrame

    @classmethod
    def of(cls, grounds: Sequence[pl.DataFrame]) -> Self:
        """Rank frames of `GROUNDS`, which may come in any order."""
        ranked = (
            pl.concat([pl.DataFrame(schema=GROUNDS), *grounds])
            .sort("code", "rule", "evidence", "subject", "kind", "since", "until")
            .with_row_index("rank")
        )
        unbounded = (ranked["kind"] == ANY_KIND) & ranked["since"].is_null() & ranked["until"].is_null()
        subjects, ranks = ranked["subject"].to_numpy(), ranked["rank"].to_numpy()
        always = np.full(subjects.max(initial=0) + 2, _NONE, np.uint32)
        np.minimum.at(always, subjects[unbounded.to_numpy()], ranks[unbounded.to_numpy()])
        preceding = ~unbounded & pl.Series(ranks < always[subjects])
        return cls(ranked, always, ranked.filter(preceding).select("subject", "kind", "since", "until", "rank"))

    def first_for(self, records: pl.DataFrame) -> pl.Series:
        """Find the first ground of each record.

        Args:
            records: subject (UInt32, never null), kind (Int16; `ANY_KIND` meets grounds of every kind), created (Int64,
                microseconds since 1970 UTC).

        Returns:
            The rank of each record's ground (UInt32), null where none holds.
        """
        parts = [self._first(records.slice(start, _SLICE)) for start in range(0, records.height, _SLICE)]
        return pl.concat(parts) if parts else pl.Series("rank", [], dtype=pl.UInt32)

    def with_reason(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add the first reason of each record: its own, or a ground of its author.

        Args:
            records: as for `first_for`, with `own`, the code of the reason in the record itself, or null.

        Returns:
            The records with `code` and `rank` (null where the record itself is the reason); both null if none denies.
        """
        ranks = self.first_for(records)
        codes = self.ranked["code"].gather(ranks)
        own_first = pl.col("own").is_not_null() & (pl.col("own") <= pl.col("code").fill_null(pl.col("own")))
        return records.with_columns(ranks.alias("rank"), codes.alias("code")).with_columns(
            pl.when(own_first).then("own").otherwise("code").alias("code"),
            pl.when(~own_first).then("rank").alias("rank"),
        )

    def _first(self, records: pl.DataFrame) -> pl.Series:
        ranks = self.always[np.minimum(records["subject"].to_numpy(), self.always.size - 1)]
        numbered = records.select("subject", "kind", "created").with_row_index("row")
        matches = numbered.join(self.bounded, on="subject", how="inner", suffix="_ground").filter(holds())
        np.minimum.at(ranks, matches["row"].to_numpy(), matches["rank"].to_numpy())
        first = pl.Series("rank", ranks)
        return first.set(first == _NONE, None)


def holds() -> pl.Expr:
    """Test whether a ground (kind_ground, since, until) holds for the record (kind, created) it was joined to."""
    kind = (
        (pl.col("kind_ground") == ANY_KIND) | (pl.col("kind") == ANY_KIND) | (pl.col("kind_ground") == pl.col("kind"))
    )
    after = pl.col("since").is_null() | (pl.col("created") >= pl.col("since"))
    before = pl.col("until").is_null() | (pl.col("created") < pl.col("until"))
    return kind & after & before


def make_grounds(
    frame: pl.DataFrame | pl.LazyFrame,
    reason: Reason,
    rule: str,
    evidence: str | pl.Expr | None = None,
    window: tuple[pl.Expr | None, pl.Expr | None] = (None, None),
) -> pl.DataFrame:
    """Make a ground from each row of a frame.

    Args:
        frame: subject, and optionally kind; all kinds are denied without it.
        reason: why content is denied.
        rule: the key of the policy, or the part of the ledger, that denies it.
        evidence: the same for all rows, or an expression over the frame.
        window: the expressions of `since` and `until`, microseconds; None is open.

    Returns:
        Rows of `GROUNDS`.
    """
    since, until = window
    has_kind = "kind" in frame.collect_schema()
    stated = frame.lazy().select_seq(
        pl.col("subject"),
        (pl.col("kind") if has_kind else pl.lit(ANY_KIND)).cast(pl.Int16).alias("kind"),
        pl.lit(reason.code, dtype=pl.UInt8).alias("code"),
        (pl.lit(None) if since is None else since).cast(pl.Int64).alias("since"),
        (pl.lit(None) if until is None else until).cast(pl.Int64).alias("until"),
        pl.lit(rule).alias("rule"),
        (evidence if isinstance(evidence, pl.Expr) else pl.lit(evidence)).cast(pl.String).alias("evidence"),
    )
    return stated.collect()
