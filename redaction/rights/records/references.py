"""The rights of others: what a reply, repost or quote inherits from everything it refers to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.uint32]
NOBODY = np.iinfo(np.uint32).max

REFERENCES = ("in_reply_to", "repost_of", "quote_of")


@dataclass(frozen=True, slots=True)
class Inherited:
    """For each post, by place: the nearest missing or denied post among its ancestors, or `NOBODY`.

    missing: a place in `missing_ids`. denied: a place in the posts. edges: place and parent, the place of the
    post referred to, for each reference to a post that is there.
    """

    missing: Places
    missing_ids: pl.Series
    denied: Places
    edges: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Children:
    """Who refers to whom, from the one referred to: the children of p are list[start[p]:start[p + 1]]."""

    start: npt.NDArray[np.int64]
    children: Places

    @classmethod
    def of(cls, parents: Places, children: Places, posts: int) -> Self:
        order = np.argsort(parents, kind="stable")
        counts = np.bincount(parents, minlength=posts)
        return cls(np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]), children[order])

    def spread(self, posts: int, places: Places, labels: Places, closed: npt.NDArray[np.bool_]) -> Places:
        """Hand each label down to all descendants, breadth first.

        The nearest label wins, of equally near ones the lowest. What is `closed` takes no label and hands
        none on; whoever has a label hands on that one alone. So each post is visited once, cycles end, and
        the cost is that of the references, however deep they go.
        """
        taken = np.full(posts, NOBODY, np.uint32)
        while places.size:
            counts = self.start[places + 1] - self.start[places]
            labels = np.repeat(labels, counts)
            first = np.repeat(self.start[places] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
            met = self.children[first + np.arange(first.size)]
            fresh = (taken[met] == NOBODY) & ~closed[met]
            met, labels = met[fresh], labels[fresh]
            np.minimum.at(taken, met, labels)
            places = np.unique(met)
            labels = taken[places]
        return taken


def inherit(references: pl.DataFrame, blocks: Iterable[pl.Series], denied: npt.NDArray[np.bool_]) -> Inherited:
    """What every post inherits.

    Args:
        references: place, of a post, and referred, the id of one that it refers to; a row for each reference.
        blocks: the ids of all posts, sorted; a post's place is its row.
        denied: for each post, whether a rule about itself or its author denied it.

    Returns:
        For each post the nearest ancestor that is missing and the nearest that is denied; of equally near
        ones, the one with the lowest id.
    """
    found = _found(references, blocks)
    edges = found.filter(pl.col("parent").is_not_null())
    posts = denied.size
    children = _Children.of(edges["parent"].to_numpy(), edges["place"].to_numpy(), posts)
    missing_ids, missing = _missing(found, children, posts)
    places = np.flatnonzero(denied).astype(np.uint32)
    return Inherited(
        missing, missing_ids, children.spread(posts, places, places, denied), edges.select("place", "parent")
    )


def references_of(posts: pl.DataFrame, first: int) -> pl.DataFrame:
    """The references of a block of posts (post_id and the columns of `REFERENCES`) whose first has a place."""
    numbered = posts.with_columns(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("place"))
    return pl.concat(
        numbered.select("place", pl.col(column).alias("referred")).drop_nulls("referred") for column in REFERENCES
    )


def _found(references: pl.DataFrame, blocks: Iterable[pl.Series]) -> pl.DataFrame:
    """The references with `parent`, the place of the post referred to; null where there is none."""
    waiting = references.sort("referred")
    found, first = [waiting.clear().with_columns(pl.lit(None, pl.UInt32).alias("parent"))], 0
    for ids in blocks:
        if not ids.len():
            continue
        upto = waiting["referred"].search_sorted(ids[-1], side="right")
        places = pl.DataFrame({"referred": ids}).select(
            "referred", pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("parent")
        )
        found.append(waiting.head(upto).join(places, on="referred", how="left"))
        waiting, first = waiting.slice(upto), first + ids.len()
    return pl.concat([*found, waiting.with_columns(pl.lit(None, pl.UInt32).alias("parent"))])


def _missing(found: pl.DataFrame, children: _Children, posts: int) -> tuple[pl.Series, Places]:
    """The missing ids, sorted, and the nearest of them for each post."""
    gone = found.filter(pl.col("parent").is_null())
    ids = gone["referred"].unique().sort()
    labels = pl.DataFrame({"referred": ids}).with_row_index("label")
    own = gone.join(labels, on="referred", how="left").group_by("place").agg(pl.col("label").min()).sort("place")
    places, first = own["place"].to_numpy(), own["label"].to_numpy().astype(np.uint32)
    closed = np.zeros(posts, np.bool_)
    closed[places] = True
    taken = children.spread(posts, places, first, closed)
    taken[places] = first
    return ids, taken
