"""What a reply, repost or quote inherits from the posts that it refers to, at any depth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.uint32]
NO_ROW = np.iinfo(np.uint32).max

REFERENCES = ("in_reply_to", "repost_of", "quote_of")


@dataclass(frozen=True, slots=True)
class Inherited:
    """For each post, by row number, the nearest missing and the nearest denied post that it refers to.

    missing: uint32, an index into `missing_ids`, or `NO_ROW`.
    missing_ids: the ids of posts that are referred to and are not there, sorted.
    denied: uint32, the row number of a post, or `NO_ROW`.
    edges: row_number and parent (both UInt32), the row number of the post referred to; one row for each reference to a
        post that is there.
    """

    missing: Rows
    missing_ids: pl.Series
    denied: Rows
    edges: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Children:
    """The posts that refer to each post: those that refer to p are children[start[p]:start[p + 1]]."""

    start: npt.NDArray[np.int64]
    children: Rows

    @classmethod
    def of(cls, parents: Rows, children: Rows, posts: int) -> Self:
        order = np.argsort(parents, kind="stable")
        counts = np.bincount(parents, minlength=posts)
        return cls(np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]), children[order])

    def propagate(self, posts: int, rows: Rows, labels: Rows, closed: npt.NDArray[np.bool_]) -> Rows:
        """Pass the labels of some posts on to all their descendants; the nearest wins, of equally near the lowest."""
        # Breadth first. A `closed` post takes no label and passes none on; any other passes on only the one it took.
        # So each post is visited once, cycles end, and the cost is that of the references, however deep they go.
        taken = np.full(posts, NO_ROW, np.uint32)
        while rows.size:
            counts = self.start[rows + 1] - self.start[rows]
            labels = np.repeat(labels, counts)
            offset = np.repeat(self.start[rows] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
            reached = self.children[offset + np.arange(offset.size)]
            fresh = (taken[reached] == NO_ROW) & ~closed[reached]
            reached, labels = reached[fresh], labels[fresh]
            np.minimum.at(taken, reached, labels)
            rows = np.unique(reached)
            labels = taken[rows]
        return taken


def inherit(references: pl.DataFrame, blocks: Iterable[pl.Series], denied: npt.NDArray[np.bool_]) -> Inherited:
    """Find what every post inherits.

    Args:
        references: row_number of a post, and referred, the id that it refers to; one row for each reference.
        blocks: the ids of all posts, sorted; a post's row number counts over all blocks.
        denied: for each post, whether a rule about itself or its author denies it.

    Returns:
        For each post the nearest ancestor that is missing and the nearest that is denied; of equally near ones, the
        one with the lowest id.
    """
    resolved = _resolve(references, blocks)
    edges = resolved.filter(pl.col("parent").is_not_null())
    children = _Children.of(edges["parent"].to_numpy(), edges["row_number"].to_numpy(), denied.size)
    missing_ids, missing = _missing(resolved, children, denied.size)
    rows = np.flatnonzero(denied).astype(np.uint32)
    nearest_denied = children.propagate(denied.size, rows, rows, denied)
    return Inherited(missing, missing_ids, nearest_denied, edges.select("row_number", "parent"))


def references_of(posts: pl.DataFrame, first: int) -> pl.DataFrame:
    """List the references of a block of posts whose first row number is `first`: row_number, referred."""
    numbered = posts.with_columns(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("row_number"))
    return pl.concat(
        numbered.select("row_number", pl.col(column).alias("referred")).drop_nulls("referred") for column in REFERENCES
    )


def _resolve(references: pl.DataFrame, blocks: Iterable[pl.Series]) -> pl.DataFrame:
    """Add `parent`, the row number of the post referred to; null where it is missing."""
    no_parent = pl.lit(None, pl.UInt32).alias("parent")
    remaining = references.sort("referred")
    resolved, first = [remaining.clear().with_columns(no_parent)], 0
    for ids in blocks:
        if not ids.len():
            continue
        end = remaining["referred"].search_sorted(ids[-1], side="right")
        rows = pl.DataFrame({"referred": ids}).select(
            "referred", pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("parent")
        )
        resolved.append(remaining.head(end).join(rows, on="referred", how="left"))
        remaining, first = remaining.slice(end), first + ids.len()
    return pl.concat([*resolved, remaining.with_columns(no_parent)])


def _missing(resolved: pl.DataFrame, children: _Children, posts: int) -> tuple[pl.Series, Rows]:
    """Return the missing ids, sorted, and for each post the index of the nearest."""
    unresolved = resolved.filter(pl.col("parent").is_null())
    ids = unresolved["referred"].unique().sort()
    labels = pl.DataFrame({"referred": ids}).with_row_index("label")
    labeled = unresolved.join(labels, on="referred", how="left")
    own = labeled.group_by("row_number").agg(pl.col("label").min()).sort("row_number")
    rows, own_labels = own["row_number"].to_numpy(), own["label"].to_numpy().astype(np.uint32)
    closed = np.zeros(posts, np.bool_)
    closed[rows] = True
    nearest = children.propagate(posts, rows, own_labels, closed)
    nearest[rows] = own_labels
    return ids, nearest
