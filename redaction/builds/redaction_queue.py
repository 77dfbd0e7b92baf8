"""The posts that are to be redacted, as the rules left them: where each stands, and whose known values matter in it."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction import rights
from redaction.state.layout import BuildFolder
from redaction.state.plan import PlanError, stored_plan
from redaction.tables import LOCATOR, Dtype

PLAN = "plan"
"""The note in the file that tells by its digest which plan it is of."""

_KEPT: dict[str, Dtype] = {
    **LOCATOR,
    "place": pl.UInt32,
    "partition": pl.String,
    "source_id": pl.String,
    "kind": pl.String,
    "created_at": pl.Datetime("us", "UTC"),
    "subjects": pl.List(pl.String),
}
KEPT = pl.Schema(_KEPT)
"""A post that may be used. `place` is its row in the index; `subjects` are its author, those it mentions, and those who
wrote what it answers, repeats or quotes."""


def kept_of(block: rights.DecisionBlock, index: Path) -> pl.DataFrame:
    """The kept posts of a block, from the index that was judged (schema `KEPT`)."""
    rows = pl.scan_parquet(index).slice(block.first, block.records.height).collect()
    places = pl.int_range(block.first, block.first + pl.len(), dtype=pl.UInt32)
    others = [pl.col(column).fill_null([]) for column in ("mentions", "thread")]
    told = rows.with_columns(block.thread.alias("thread"), block.records["decision"], places.alias("place"))
    return told.filter(pl.col("decision") == rights.KEEP).select(
        *LOCATOR,
        "place",
        "partition",
        pl.col("post_id").alias("source_id"),
        "kind",
        "created_at",
        pl.concat_list("author_id", *others).alias("subjects"),
    )


def partitions_to_redact(folder: BuildFolder) -> list[tuple[str, int]]:
    """The partitions that hold posts to keep, oldest first, with how many.

    Raises:
        PlanError: the rights have not been decided, or what came of it was forgotten.
    """
    counted = _kept(folder).group_by("partition").agg(pl.len()).sort("partition").collect()
    return [(str(key), int(number)) for key, number in counted.iter_rows()]


def kept_posts(folder: BuildFolder, partition: str) -> pl.DataFrame:
    """The posts to keep of one partition, in the order in which they stand in the inputs.

    Raises:
        PlanError: as `partitions_to_redact`.
    """
    return _kept(folder).filter(pl.col("partition") == partition).collect().sort(list(LOCATOR))


def check_decided(folder: BuildFolder) -> None:
    """Raises PlanError unless the rights have been decided for the very plan that the folder holds.

    Places and decisions of another plan would lead to other texts.
    """
    notes = (pq.read_metadata(folder.kept).metadata or {}) if folder.kept.is_file() else {}
    if notes.get(PLAN.encode()) != stored_plan(folder.path).digest.encode():
        raise PlanError(f"build {folder.version}: its rights are not decided; materialize decisions, then go on")


def _kept(folder: BuildFolder) -> pl.LazyFrame:
    check_decided(folder)
    return pl.scan_parquet(folder.kept)
