"""The last tasks over ranges of posts: which are kept, what the ids of their evidence are, and their decisions."""

from typing import Final

import numpy as np
import polars as pl

from redaction.rights.grounds.grounds import RankedGrounds
from redaction.rights.partitioned.chains import ABSENT, DENIED, known_keys
from redaction.rights.partitioned.closure import labels
from redaction.rights.partitioned.work import ASKED, JUDGED, MENTIONED, MISSING_IDS, NAMED, THREADS, Task, Work
from redaction.rights.records.decisions import POSTS, RECORD_COLUMNS, with_decisions
from redaction.rights.records.posts import with_rights_of_others
from redaction.rights.records.references import NO_ROW
from redaction.storage.exchange import Exchange, Stream
from redaction.tables import INDEX_BLOCK_ROWS

Marks = tuple[bytes, bytes]
"""Which posts of a range are kept, and which are protected, a bit each."""

_COLUMNS: Final = [column for column in RECORD_COLUMNS if column != "source"]


def decided(part: int) -> Stream:
    """Return the stream of the decisions of a range, of which each part is a block."""
    schema = {**dict.fromkeys(_COLUMNS, pl.String()), "thread": pl.List(pl.String())}
    return Stream(f"decided-{part:05}", pl.Schema(schema))


def mark(task: Task) -> Marks:
    """Find which posts of a range are kept and protected, and ask other ranges for the ids of the evidence.

    Args:
        task: The work, and the number of the range.

    Returns:
        The two marks of each post.
    """
    work, part = task
    posts = _labeled(work, part)
    asked = posts.filter(pl.col("code").is_null())
    absent = asked.filter(pl.col("absent").is_not_null()).select("absent").unique()
    denied = asked.filter(pl.col("absent").is_null() & pl.col("denied").is_not_null()).select("denied").unique()
    origins = np.searchsorted(np.array(work.missing[1:]), absent["absent"].to_numpy(), side="right")
    frames = [
        each.select(pl.lit(part, pl.UInt32).alias("asker"), pl.lit(missing).alias("missing"), pl.first().alias("label"))
        for each, missing in ((absent, True), (denied, False))
    ]
    parts = [origins.astype(np.uint32), work.ranges.of_rows(denied["denied"])]
    work.exchange.give(ASKED, f"{part:05}", pl.concat(frames), np.concatenate(parts))
    evidence = ("code", "absent", "denied", "mentioned")
    kept = posts.select(pl.all_horizontal(pl.col(each).is_null() for each in evidence)).to_series()
    flags = (kept, posts["copy_protected"] & ~kept)
    kept_bits, protected_bits = (np.packbits(each.to_numpy()).tobytes() for each in flags)
    return kept_bits, protected_bits


def name(task: Task) -> int:
    """Answer what other ranges asked: the ids of posts of this range, and of missing ones.

    Args:
        task: The work, and the number of the range.

    Returns:
        The number of answers.
    """
    work, part = task
    asked = work.exchange.take(ASKED, part)
    if not asked.height:
        return 0
    posts, missing = asked.filter(~pl.col("missing")), asked.filter("missing")
    ids = work.posts(part).select("post_id").collect()["post_id"]
    lost = work.exchange.take(MISSING_IDS, part)["id"]
    named = pl.concat(
        [
            posts.with_columns(ids.gather(posts["label"] - work.ranges.starts[part]).alias("id")),
            missing.with_columns(lost.gather(missing["label"] - work.missing[part]).alias("id")),
        ]
    )
    work.exchange.give(NAMED, f"{part:05}", named, named["asker"].to_numpy())
    return named.height


def decide_range(task: tuple[Work, int, pl.DataFrame]) -> int:
    """Decide the posts of a range.

    Args:
        task: The work, the number of the range, and its part of `POST_EVIDENCE` about near copies.

    Returns:
        The number of blocks of decisions that were written, see `decided`.
    """
    work, part, copies = task
    first, end = work.ranges.starts[part : part + 2]
    named = work.exchange.take(NAMED, part)
    posts = _labeled(work, part)
    ids = (
        work.posts(part).select(pl.col("post_id").alias("source_id"), pl.col("author_id").alias("subject_id")).collect()
    )
    absent, denied = (
        named.filter(pl.col("missing") == missing).select(pl.col("label").alias(column), pl.col("id").alias(as_name))
        for missing, column, as_name in ((True, "absent", "missing"), (False, "denied", "denied_id"))
    )
    copied = copies.select(pl.col("row_number").alias("row"), pl.col("evidence").alias("copied"))
    evidence = (
        posts.hstack(ids)
        .join(absent, on="absent", how="left", maintain_order="left")
        .join(denied, on="denied", how="left", maintain_order="left")
        .join(copied, on="row", how="left", maintain_order="left")
        .with_columns(
            pl.col("denied_id").alias("denied"), pl.lit(None, pl.UInt32).alias("rank"), pl.lit(POSTS).alias("source")
        )
    )
    records = with_decisions(with_rights_of_others(evidence), RankedGrounds.of([]), work.rules).with_columns(
        pl.coalesce(evidence["rule"], "rule").alias("rule"),
        pl.coalesce(evidence["evidence"], "evidence_id").alias("evidence_id"),
    )
    threads = work.exchange.take(THREADS, part).group_by("row").agg(pl.col("thread").unique().sort())
    rows = posts.select("row").join(threads, on="row", how="left", maintain_order="left")
    blocks = np.arange(first, end) // INDEX_BLOCK_ROWS - first // INDEX_BLOCK_ROWS
    number = int(blocks[-1]) + 1 if blocks.size else 0
    Exchange(work.exchange.folder, max(number, 1), work.exchange.key).give(
        decided(part), "00000", records.hstack(rows.select("thread")), blocks.astype(np.uint32)
    )
    return number


def _labeled(work: Work, part: int) -> pl.DataFrame:
    """Return, for each post of a range in order, the columns of `JUDGED`, absent, denied (UInt32) and mentioned."""
    first, end = work.ranges.starts[part : part + 2]
    rows = pl.int_range(first, end, dtype=pl.UInt32, eager=True).alias("row").to_frame()
    lowest = work.exchange.take(MENTIONED, part).group_by("row").agg(pl.col("subject_id").min().alias("mentioned"))
    found = (pl.Series(kind, labels(known_keys(work, part, kind))) for kind in (ABSENT, DENIED))
    return (
        rows.join(work.exchange.take(JUDGED, part), on="row", how="left", maintain_order="left")
        .join(lowest, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("copy_protected").fill_null(value=False), *(_or_null(each) for each in found))
    )


def _or_null(rows: pl.Series) -> pl.Series:
    return rows.set(rows == NO_ROW, None)
