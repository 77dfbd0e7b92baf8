"""Which posts copy what nobody may repeat: texts are read for comparing alone, and held for as long as that takes.

Posts that were compared with each other for an earlier build are not compared again. Of the kept ones not even the
texts are read; of protected ones nothing is remembered, so new posts are compared with their texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.builds.inputs import Inputs
from redaction.state.sketch_store import Keys, Remembered, Sketchbook, row_keys
from redaction.storage import row_groups
from redaction.tables import LOCATOR, TABLES, RowReader, TableFile, TableName

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Search:
    """How copies are looked for.

    secret: what sketches follow from. private: the folder where those of earlier searches lie. scratch: one for files
    that are gone afterwards. remembered: where to write what spares the next search the comparisons of this one (see
    `renew_sketches`), or None.
    """

    settings: rights.NearDuplicateSettings
    secret: bytes
    private: Path
    scratch: Path
    remembered: Path | None

    def __repr__(self) -> str:
        """Without the secret."""
        return "Search(…)"

    def book(self, files: list[TableFile]) -> Sketchbook:
        """The sketches of earlier searches."""
        return Sketchbook.of(self.private, files, self.settings, self.secret)


def copied_posts(inputs: Inputs, index: Path, judged: rights.RuleResults, search: Search) -> pl.DataFrame:
    """The posts, kept so far, that are near copies of what is protected: `rights.POST_EVIDENCE`, sorted by row number.

    Protected are posts, and what protected members wrote in their profiles.
    """
    posts, settings, files = judged.posts, search.settings, inputs.files[TableName.posts]
    if not settings.enabled:
        return pl.DataFrame(schema=rights.POST_EVIDENCE)
    texts = _Texts(files, index, posts.kept.size, _profile_texts(inputs, judged, posts.kept.size))
    book, keys = search.book(files), _keys(index)
    drawn = book.by_place(search.scratch)
    with book.opened(keys) as before:
        known = posts.kept & before.kept
        # Nothing of what is known is marked in the sieve: what was not protected before is compared in any case.
        always = np.append(posts.protected & ~before.protected, np.ones(texts.told.height, np.bool_)) & known.any()
        protected = _drawn(texts, posts.kept & ~known, drawn, posts.protected, always, search)
        with drawn.opened(np.arange(keys.size, dtype=np.uint64)) as new:
            unseen = protected.only(np.flatnonzero(always[protected.numbers]))
            met = rights.likely_copies(before.sketches(known), unseen, settings)
            likely = pl.concat([met, rights.likely_copies(new.sketches(posts.kept), protected, settings)])
            pairs = rights.near_copies(likely, texts.named(likely), settings, search.secret)
            kept = posts.kept & ~_flags(pairs["candidate"], keys.size)
            if search.remembered and search.book(files) == book:
                _remember(book.written_to(search.remembered), keys, kept, posts.protected, (before, new))
    return _named(pairs, judged, texts.told).select(rights.POST_EVIDENCE.names()).sort("row_number")


@dataclass(frozen=True, slots=True)
class _Texts:
    """All texts, told apart by numbers: that of a post is its place in the index, those of profiles come after.

    told: what protected members wrote in their profiles (number, id, text).
    """

    files: list[TableFile]
    index: Path
    posts: int
    told: pl.DataFrame

    def of(self, which: Flags) -> Iterator[pl.DataFrame]:
        """Some of the posts, as batches of `number` and `text`."""
        at, first = [pl.DataFrame(schema={**LOCATOR, "number": pl.UInt32})], 0
        for rows in row_groups([self.index], list(LOCATOR)):
            numbers = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("number")
            at.append(rows.with_columns(numbers).filter(pl.Series(which[first : first + rows.height])))
            first += rows.height
        sorted_places = pl.concat(at).sort(list(LOCATOR))
        for batch in RowReader(TABLES[TableName.posts], self.files).batches(sorted_places, ["text"]):
            yield batch.select("number", "text")

    def protected(self, which: Flags) -> Iterator[pl.DataFrame]:
        """Some of the posts, and what is told in profiles."""
        return chain(self.of(which), [self.told.select("number", "text")])

    def named(self, pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Those that pairs name."""
        numbers = pl.concat([pairs["candidate"], pairs["protected"]]).unique()
        told = self.told.join(numbers.to_frame("number"), on="number", how="semi")
        return chain(self.of(_flags(numbers, self.posts)), [told.select("number", "text")])


def _drawn(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    texts: _Texts, unknown: Flags, book: Sketchbook, protected: Flags, always: Flags, search: Search
) -> rights.Sketches:
    """Writes the sketches of unknown posts as they are made, and gives those of protected texts that may be like one,
    or that are `always` to be compared. The sieve, large as it is, goes before anything is compared.
    """
    sieve = rights.ShingleFilter(int(unknown.sum()))
    with book.writer() as writer:
        for batch in rights.sketch_candidates(texts.of(unknown), sieve, search.settings, search.secret):
            writer.add(batch.numbers.astype(np.uint64), batch.sketches)
    return rights.sketch_protected(texts.protected(protected), sieve, always, search.settings, search.secret)


def _remember(book: Sketchbook, keys: Keys, kept: Flags, protected: Flags, parts: tuple[Remembered, ...]) -> None:
    """Writes the sketches of the posts that are kept, and which are protected."""
    short = kept.copy()
    with book.writer() as writer:
        for part in parts:
            for batch in part.sketches(kept):
                short[batch.numbers] = False
                writer.add(keys[batch.numbers], batch.sketches)
        writer.add_blank(keys[short], protected=False)
        writer.add_blank(keys[protected], protected=True)


def _keys(index: Path) -> Keys:
    """The key of each post in the index."""
    return np.concatenate([np.zeros(0, np.uint64), *(row_keys(at) for at in row_groups([index], list(LOCATOR)))])


def _named(pairs: pl.DataFrame, judged: rights.RuleResults, told: pl.DataFrame) -> pl.DataFrame:
    """The pairs as `row_number` and `evidence`."""
    originals = _flags(pairs["protected"], judged.posts.kept.size)
    ids = pl.DataFrame(
        {"number": np.flatnonzero(originals), "evidence": judged.posts.ids(originals)},
        schema_overrides={"number": pl.UInt32},
    )
    names = pl.concat([ids, told.select("number", pl.col("id").alias("evidence"))])
    return pairs.select(pl.col("candidate").alias("row_number"), "protected").join(
        names, left_on="protected", right_on="number", how="left"
    )


def _flags(numbers: pl.Series, posts: int) -> Flags:
    """Which posts are among some texts."""
    flags = np.zeros(posts, np.bool_)
    flags[numbers.filter(numbers < posts).to_numpy()] = True
    return flags


def _profile_texts(inputs: Inputs, judged: rights.RuleResults, posts: int) -> pl.DataFrame:
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
