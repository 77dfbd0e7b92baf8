"""Which posts copy what nobody may repeat: texts are read for comparing alone, and held for as long as that takes."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.execution.inputs import Inputs
from redaction.places import row_groups
from redaction.tables import LOCATOR, TABLES, TableFile, TableName, read_places

Flags = npt.NDArray[np.bool_]


def copied_posts(
    inputs: Inputs, index: Path, judged: rights.Judged, settings: rights.NearDuplicateSettings
) -> pl.DataFrame:
    """The posts, kept so far, that are near copies of what is protected: `rights.NAMED`, sorted by place.

    Protected are posts, and what protected members wrote in their profiles. Texts are told apart by numbers: that of
    a post is its place in the index, those of profiles come after.
    """
    posts, files = judged.posts, inputs.files[TableName.posts]
    if not settings.enabled:
        return pl.DataFrame(schema=rights.NAMED)
    told = _profile_texts(inputs, judged, posts.kept.size)
    protected = chain(_texts(files, index, posts.protected), [told])
    likely = rights.likely_copies(protected, _texts(files, index, posts.kept), settings)
    named = pl.concat([likely["candidate"], likely["protected"]]).unique()
    again = chain(
        _texts(files, index, _flags(named, posts.kept.size)),
        [told.join(named.to_frame("number"), on="number", how="semi")],
    )
    pairs = rights.near_copies(likely, again, settings)
    return _named(pairs, judged, told).select(rights.NAMED.names()).sort("place")


def _named(pairs: pl.DataFrame, judged: rights.Judged, told: pl.DataFrame) -> pl.DataFrame:
    """The pairs as `place` and `evidence`."""
    originals = _flags(pairs["protected"], judged.posts.kept.size)
    ids = pl.DataFrame(
        {"number": np.flatnonzero(originals), "evidence": judged.posts.ids(originals)},
        schema_overrides={"number": pl.UInt32},
    )
    names = pl.concat([ids, told.select("number", pl.col("id").alias("evidence"))])
    return pairs.select(pl.col("candidate").alias("place"), "protected").join(
        names, left_on="protected", right_on="number", how="left"
    )


def _flags(numbers: pl.Series, posts: int) -> Flags:
    """Which posts are among some texts."""
    flags = np.zeros(posts, np.bool_)
    flags[numbers.filter(numbers < posts).to_numpy()] = True
    return flags


def _texts(files: list[TableFile], index: Path, which: Flags) -> Iterator[pl.DataFrame]:
    """The texts of some posts, given by their places in the index, as batches of `number` and `text`."""
    at, first = [pl.DataFrame(schema={**LOCATOR, "number": pl.UInt32})], 0
    for rows in row_groups([index], list(LOCATOR)):
        numbers = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("number")
        at.append(rows.with_columns(numbers).filter(pl.Series(which[first : first + rows.height])))
        first += rows.height
    for batch in read_places(TABLES[TableName.posts], files, pl.concat(at).sort(list(LOCATOR)), ["text"]):
        yield batch.select("number", "text")


def _profile_texts(inputs: Inputs, judged: rights.Judged, posts: int) -> pl.DataFrame:
    """What protected members, and those who were taken back, wrote in profiles that are dropped: number, id, text."""
    denied = judged.subjects.filter(pl.col("decision") != rights.KEEP)["subject_id"]
    dropped = judged.profiles.filter(pl.col("decision") != rights.KEEP)
    wanted = (pl.col("reason") == rights.Reason.TOMBSTONED.value) | pl.col("source_id").is_in(denied.implode())
    ids = dropped.filter(wanted).select(pl.col("source_id").alias("user_id"))
    rows = inputs.rows(TableName.profiles, ["user_id", "headline", "about"]).rows
    told = rows.join(ids, on="user_id", how="semi").sort("user_id")
    texts = [
        told.select(pl.col("user_id").alias("id"), pl.col(column).alias("text")) for column in ("headline", "about")
    ]
    numbers = (pl.int_range(pl.len(), dtype=pl.UInt32) + posts).alias("number")
    return pl.concat(texts).drop_nulls("text").with_columns(numbers)
