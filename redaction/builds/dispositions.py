"""What became of every row: the rules' decisions, joined with what detection could not look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.builds.redaction_queue import check_decided
from redaction.release import RecordKey, SourceCounts
from redaction.state.layout import BuildFolder
from redaction.storage import row_groups
from redaction.tables import Source

OUTCOMES_FILE = "outcomes.parquet"
_WRITTEN = "written"

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


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of each record that might be used: a number, the place of a name in `names`; 0 where nothing did.

    posts: by place in the index. profiles: source_id and fate.
    """

    posts: npt.NDArray[np.uint8]
    profiles: pl.DataFrame
    names: tuple[str, ...]

    @classmethod
    def read(cls, folder: BuildFolder, partitions: Sequence[str], profiles: str) -> Self:
        """From what the partitions of posts, and the one of profiles, hold.

        Raises:
            PlanError: the rights have not been decided for the plan.
        """
        check_decided(folder)
        rows = pq.read_metadata(folder.index).num_rows
        posts, names = np.zeros(rows, np.uint8), [OutcomeReason.NO_TEXT.value, _WRITTEN]
        for partition in partitions:
            outcomes = folder.partition(Source.posts.value, partition) / OUTCOMES_FILE
            told = pl.read_parquet(outcomes, columns=["place", "reason"])
            posts[told["place"].to_numpy()] = _numbered(told["reason"].fill_null(_WRITTEN), names).to_numpy()
        return cls(posts, _told(folder.partition(Source.profiles.value, profiles) / OUTCOMES_FILE, names), tuple(names))

    def of(self, rows: pl.DataFrame, first: int) -> pl.Series:
        """The names for rows of the decisions, of one source; the first of them is that many posts from the first."""
        if rows.height and rows["source"][0] == Source.posts.value:
            fates = pl.Series(self.posts[first : first + rows.height])
        else:
            fates = rows.select("source_id").join(self.profiles, on="source_id", how="left", maintain_order="left")[
                "fate"
            ]
        return pl.Series(self.names).gather(fates.fill_null(0).cast(pl.UInt32))


def final_decisions(folder: BuildFolder, fates: Fates, key: RecordKey, set_aside: pl.Series) -> Iterator[pl.DataFrame]:
    """Every row of posts and profiles with its last word, keep, drop or quarantine (schema `DECISIONS`), in blocks.

    A record stays `keep` only if at least one of its texts was written, and it is not among `set_aside`, the record ids
    in which the audit found something.
    """
    first = 0
    for rows in row_groups([folder.rights]):
        yield _last_word(rows, fates.of(rows, first), key, set_aside)
        first += rows.height
    for rows in row_groups([folder.quarantine]):
        yield rows.select(
            "source",
            "source_id",
            pl.lit(None, pl.String).alias("subject_id"),
            pl.lit("quarantine").alias("decision"),
            "reason",
            pl.concat_str(pl.lit("tables/"), "reason").alias("rule"),
            pl.format("file {} row group {} row {}", "file", "row_group", "row").alias("evidence_id"),
            pl.lit(None, pl.String).alias("record_id"),
        )


def _last_word(rows: pl.DataFrame, fates: pl.Series, key: RecordKey, set_aside: pl.Series) -> pl.DataFrame:
    kept = rows["decision"] == "keep"
    written = kept & (fates == _WRITTEN)
    source = str(rows["source"][0]) if rows.height else ""
    made = key.record_ids(source, rows["source_id"].filter(written))
    ids = pl.repeat(None, rows.height, dtype=pl.String, eager=True).scatter(written.arg_true(), made)
    told = rows.with_columns(ids.alias("record_id"))
    found = pl.col("record_id").is_in(set_aside.implode()).fill_null(value=False)
    lost = pl.Series(kept & ~written)
    return told.with_columns(
        pl.when(lost | found).then(pl.lit("drop")).otherwise("decision").alias("decision"),
        pl.when(lost)
        .then(fates)
        .when(found)
        .then(pl.lit(OutcomeReason.FOUND_BY_AUDIT.value))
        .otherwise("reason")
        .alias("reason"),
        pl.when(lost)
        .then(pl.concat_str(pl.lit("detection/"), fates))
        .when(found)
        .then(pl.lit("audit/found"))
        .otherwise("rule")
        .alias("rule"),
        pl.when(~found).then("record_id").alias("record_id"),
    ).select(DECISIONS.names())


def _told(outcomes: Path, names: list[str]) -> pl.DataFrame:
    """source_id and fate of the records of a partition; a name that is new is added."""
    written, unseen = pl.col("reason").is_null().any(), pl.col("reason").drop_nulls().first()
    named = (
        pl.scan_parquet(outcomes)
        .group_by("source_id")
        .agg(pl.when(written).then(pl.lit(_WRITTEN)).otherwise(unseen).alias("name"))
        .collect()
    )
    return named.select("source_id", _numbered(named["name"], names).alias("fate"))


def _numbered(told: pl.Series, names: list[str]) -> pl.Series:
    """The places of names in `names`, to which those are added that are new."""
    names += [name for name in told.unique().sort() if name not in names]
    return told.cast(pl.Enum(names)).to_physical().cast(pl.UInt8)


def source_counts(counted: pl.DataFrame, rows: dict[Source, int]) -> dict[str, SourceCounts]:
    """For each source what came in and where it went. counted: source, decision, reason, and the number, `records`.

    Raises:
        ValueError: the sums differ from the rows that were read.
    """
    by: dict[tuple[str, str], dict[str, int]] = {}
    for source, decision, reason, number in counted.sort("source", "decision", "reason").iter_rows():
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
