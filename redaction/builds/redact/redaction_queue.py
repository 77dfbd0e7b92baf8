"""The posts to redact, as the rules left them: where each is, and whose known values are searched in it."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from redaction import rights
from redaction.state.layout import BuildFolder
from redaction.state.plan import PlanError, stored_plan
from redaction.state.private_tables import KEPT
from redaction.tables import LOCATOR

PLAN = "plan"
"""The key of the file's metadata that holds the digest of its plan."""


def kept_rows(block: rights.DecisionBlock, index: Path) -> pl.DataFrame:
    """Return the kept posts of a block.

    Args:
        block: The decisions on consecutive rows of the index.
        index: The index.

    Returns:
        Rows of `KEPT`.
    """
    rows = pl.scan_parquet(index, glob=False).slice(block.first, block.records.height).collect()
    numbers = pl.int_range(block.first, block.first + pl.len(), dtype=pl.UInt32).alias("row_number")
    others = [pl.col(column).fill_null([]) for column in ("mentions", "thread")]
    decided = rows.with_columns(block.thread.alias("thread"), block.records["decision"], numbers)
    return decided.filter(pl.col("decision") == rights.KEEP).select(
        *LOCATOR,
        "row_number",
        "partition",
        pl.col("post_id").alias("source_id"),
        "kind",
        "created_at",
        pl.concat_list("author_id", *others).alias("subjects"),
    )


def partitions_to_redact(folder: BuildFolder) -> list[tuple[str, int]]:
    """List the partitions with posts to keep, oldest first.

    Args:
        folder: The folder of the build.

    Returns:
        The key of each partition, and its number of posts.

    Raises:
        PlanError: The rights have not been decided, or the decisions were erased.
    """
    counted = _scan(folder).group_by("partition").agg(pl.len()).sort("partition").collect()
    return [(str(key), int(number)) for key, number in counted.iter_rows()]


def kept_posts(folder: BuildFolder, partition: str) -> pl.DataFrame:
    """Read the posts to keep of one partition, in input order. Raises PlanError as `partitions_to_redact`."""
    return _scan(folder).filter(pl.col("partition") == partition).collect().sort(list(LOCATOR))


def check_decided(folder: BuildFolder) -> None:
    """Raise PlanError unless the rights are decided for the folder's plan; those of another name other texts."""
    path = folder.file(KEPT)
    notes = (pq.read_metadata(path).metadata or {}) if path.is_file() else {}
    if notes.get(PLAN.encode()) != stored_plan(folder.path).digest.encode():
        raise PlanError(f"build {folder.version}: its rights are not decided; materialize decisions, then go on")


def _scan(folder: BuildFolder) -> pl.LazyFrame:
    check_decided(folder)
    return pl.scan_parquet(folder.file(KEPT), glob=False)
