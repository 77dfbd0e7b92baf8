"""The final decision on every row: the rules' decision, joined with the outcome of redaction and audit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.redact.redact_partition import PROFILES_PARTITION
from redaction.builds.redact.redaction_queue import check_decided
from redaction.detection import DetectionReason
from redaction.release import RecordKey, SourceCounts
from redaction.state.layout import BuildFolder
from redaction.state.private_tables import DECISIONS, INDEX, OUTCOMES, QUARANTINED, RIGHTS
from redaction.storage import row_groups
from redaction.tables import Source

_WRITTEN = "written"
_NAMES = pl.Schema({"outcome": pl.String, "detail": pl.String})


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcome of each record that may be used, as an index into `names`; 0 where it left nothing."""

    posts: npt.NDArray[np.uint16]
    """By row of the index."""
    profiles: pl.DataFrame
    """source_id and outcome."""
    names: tuple[str, ...]
    """The reasons, one that concerns a language with it (`reason/language`), and one name for written records."""

    @classmethod
    def read(cls, folder: BuildFolder, partitions: Sequence[str]) -> Self:
        """Read the outcomes of partitions of posts, and of the profiles. Raises PlanError as `check_decided`."""
        check_decided(folder)
        rows = pq.read_metadata(folder.file(INDEX)).num_rows
        posts, names = np.zeros(rows, np.uint16), [OutcomeReason.NO_TEXT.value, _WRITTEN]
        for partition in partitions:
            path = folder.file(OUTCOMES, source=Source.posts.value, partition=partition)
            outcomes = pl.scan_parquet(path, glob=False).select("row_number", _failed().fill_null(_WRITTEN)).collect()
            numbers = _numbered(outcomes["reason"], names)
            posts[outcomes["row_number"].to_numpy()] = numbers.to_numpy()
        path = folder.file(OUTCOMES, source=Source.profiles.value, partition=PROFILES_PARTITION)
        return cls(posts, _by_record(path, names), tuple(names))

    def of(self, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        """Return `outcome` and `detail` for decisions of one source; `first` is a post's row in the index."""
        if rows.height and rows["source"][0] == Source.posts.value:
            outcomes = pl.Series(self.posts[first : first + rows.height])
        else:
            joined = rows.select("source_id").join(self.profiles, on="source_id", how="left", maintain_order="left")
            outcomes = joined["outcome"]
        names = pl.DataFrame([(*name.split("/"), None)[:2] for name in self.names], _NAMES, orient="row")
        return names[outcomes.fill_null(0).cast(pl.UInt32)]


def final_decisions(
    folder: BuildFolder, outcomes: Outcomes, key: RecordKey, set_aside: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """Yield the final decision on every row of posts and profiles: keep, drop or quarantine.

    A record stays `keep` only if at least one of its texts was written and the audit did not set it aside.

    Args:
        folder: The folder of the build.
        outcomes: The outcomes of redaction.
        key: The key of the release.
        set_aside: The records that the audit sets aside: `record_id`, `reason`, `kinds`.

    Yields:
        Blocks of `DECISIONS`.
    """
    first = 0
    for rows in row_groups([folder.file(RIGHTS)]):
        yield _final(rows, outcomes.of(rows, first), key, set_aside)
        first += rows.height
    for rows in row_groups([folder.file(QUARANTINED)]):
        yield rows.select(
            "source",
            "source_id",
            pl.lit(None, pl.String).alias("subject_id"),
            pl.lit("quarantine").alias("decision"),
            "reason",
            pl.concat_str(pl.lit("tables/"), "reason").alias("rule"),
            pl.format("file {} row group {} row {}", "file", "row_group", "row").alias("evidence_id"),
            pl.lit(None, pl.String).alias("detail"),
            pl.lit(None, pl.Float64).alias("similarity"),
            pl.lit(None, pl.String).alias("record_id"),
        )


def _final(rows: pl.DataFrame, outcomes: pl.DataFrame, key: RecordKey, set_aside: pl.DataFrame) -> pl.DataFrame:
    kept, outcome = rows["decision"] == "keep", outcomes["outcome"]
    written = kept & (outcome == _WRITTEN)
    source = str(rows["source"][0]) if rows.height else ""
    made = key.record_ids(source, rows["source_id"].filter(written))
    ids = pl.repeat(None, rows.height, dtype=pl.String, eager=True).scatter(written.arg_true(), made)
    found = pl.col("set_aside").is_not_null()
    lost = pl.Series(kept & ~written)
    named = set_aside.rename({"reason": "set_aside"})
    return (
        rows.with_columns(ids.alias("record_id"))
        .join(named, on="record_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(lost | found).then(pl.lit("drop")).otherwise("decision").alias("decision"),
            pl.when(lost).then(outcome).when(found).then("set_aside").otherwise("reason").alias("reason"),
            pl.when(lost)
            .then(pl.concat_str(pl.lit("detection/"), outcome))
            .when(found)
            .then(pl.concat_str(pl.lit("audit/"), "set_aside"))
            .otherwise("rule")
            .alias("rule"),
            pl.when(~found).then("record_id").alias("record_id"),
            pl.when(lost).then(outcomes["detail"]).otherwise(pl.coalesce("kinds", "detail")).alias("detail"),
        )
        .select(DECISIONS.schema.names())
    )


def _by_record(path: Path, names: list[str]) -> pl.DataFrame:
    """Return source_id and outcome of the records of a partition; new names are appended to `names`."""
    written, failed = pl.col("reason").is_null().any(), _failed().drop_nulls().first()
    named = (
        pl.scan_parquet(path, glob=False)
        .group_by("source_id")
        .agg(pl.when(written).then(pl.lit(_WRITTEN)).otherwise(failed).alias("name"))
        .collect()
    )
    return named.select("source_id", _numbered(named["name"], names).alias("outcome"))


def _failed() -> pl.Expr:
    """Return the reason of each outcome, with the language where it is the language that is not supported."""
    unsupported = pl.col("reason") == DetectionReason.LANGUAGE_UNSUPPORTED.value
    with_language = pl.concat_str("reason", "language", separator="/")
    return pl.when(unsupported).then(pl.coalesce(with_language, "reason")).otherwise("reason").alias("reason")


def _numbered(outcomes: pl.Series, names: list[str]) -> pl.Series:
    """Return the index of each outcome in `names`, to which new ones are appended."""
    names += [name for name in outcomes.unique().sort() if name not in names]
    return outcomes.cast(pl.Enum(names)).to_physical().cast(pl.UInt16)


def source_counts(counted: pl.DataFrame, rows: dict[Source, int]) -> dict[str, SourceCounts]:
    """Account for every row that was read, from the counts of `sum_reasons`. Raises ValueError if they differ."""
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
