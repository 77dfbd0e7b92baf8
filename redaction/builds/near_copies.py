"""Finds kept posts that are near copies of protected texts. Texts are read only to compare them, in memory.

Posts that an earlier build compared with each other are not compared a second time: the sketch store has a sketch of
each kept one. It has nothing of the text of protected posts, so new posts are compared with their texts.
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
from redaction.state.sketch_store import Keys, SketchStore, StoredSketches, row_keys
from redaction.storage import row_groups
from redaction.tables import LOCATOR, TABLES, RowReader, TableFile, TableName

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Search:
    """The parameters of a search for copies.

    Attributes:
        settings: When two texts are near copies.
        secret: The key of the sketches.
        private: The folder with the sketches of earlier searches.
        scratch: A folder for temporary files.
        sketches: Where to write the sketches for the next search (see `replace_sketches`), if anywhere.
    """

    settings: rights.NearDuplicateSettings
    secret: bytes
    private: Path
    scratch: Path
    sketches: Path | None

    def __repr__(self) -> str:
        """Without the secret."""
        return "Search(…)"

    def store(self, files: list[TableFile]) -> SketchStore:
        """Return the sketches of earlier searches."""
        return SketchStore.of(self.private, files, self.settings, self.secret)


def copied_posts(inputs: Inputs, index: Path, judged: rights.RuleResults, search: Search) -> pl.DataFrame:
    """Find the kept posts that are near copies of protected posts, or of what protected subjects wrote in profiles.

    Args:
        inputs: The inputs.
        index: The index of the posts.
        judged: What the rules decided.
        search: The parameters.

    Returns:
        `rights.POST_EVIDENCE`, sorted by row number.
    """
    posts, settings, files = judged.posts, search.settings, inputs.files[TableName.posts]
    if not settings.enabled:
        return pl.DataFrame(schema=rights.POST_EVIDENCE)
    texts = _Texts(files, index, posts.kept.size, _profile_texts(inputs, judged, posts.kept.size))
    store, keys = search.store(files), _keys(index)
    new_store = store.by_row_number(search.scratch)
    with store.open(keys) as before:
        known = posts.kept & before.kept
        # The filter has no shingles of known posts, so what is newly protected is always compared.
        always = np.append(posts.protected & ~before.protected, np.ones(texts.profiles.height, np.bool_)) & known.any()
        protected = _sketch(texts, posts.kept & ~known, new_store, posts.protected, always, search)
        with new_store.open(np.arange(keys.size, dtype=np.uint64)) as new:
            newly_protected = protected.only(np.flatnonzero(always[protected.numbers]))
            known_pairs = rights.likely_copies(before.sketches(known), newly_protected, settings)
            likely = pl.concat([known_pairs, rights.likely_copies(new.sketches(posts.kept), protected, settings)])
            pairs = rights.near_copies(likely, texts.named(likely), settings, search.secret)
            kept = posts.kept & ~_flags(pairs["candidate"], keys.size)
            # An input file that changed meanwhile is not what was compared.
            if search.sketches and search.store(files) == store:
                _store_sketches(store.at(search.sketches), keys, kept, posts.protected, (before, new))
    return _named(pairs, judged, texts.profiles).select(rights.POST_EVIDENCE.names()).sort("row_number")


@dataclass(frozen=True, slots=True)
class _Texts:
    """All texts by number: a post's is its row in the index, those of profiles follow.

    Attributes:
        files: The input files of posts.
        index: The index of the posts.
        posts: The number of posts.
        profiles: What protected subjects wrote in their profiles (number, id, text).
    """

    files: list[TableFile]
    index: Path
    posts: int
    profiles: pl.DataFrame

    def of(self, which: Flags) -> Iterator[pl.DataFrame]:
        """Yield batches of `number` and `text` of some posts."""
        at, first = [pl.DataFrame(schema={**LOCATOR, "number": pl.UInt32})], 0
        for rows in row_groups([self.index], list(LOCATOR)):
            numbers = pl.int_range(first, first + rows.height, dtype=pl.UInt32, eager=True).alias("number")
            at.append(rows.with_columns(numbers).filter(pl.Series(which[first : first + rows.height])))
            first += rows.height
        locators = pl.concat(at).sort(list(LOCATOR))
        for batch in RowReader(TABLES[TableName.posts], self.files).batches(locators, ["text"]):
            yield batch.select("number", "text")

    def protected(self, which: Flags) -> Iterator[pl.DataFrame]:
        """Yield some posts, and the texts of profiles."""
        return chain(self.of(which), [self.profiles.select("number", "text")])

    def named(self, pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield the texts that pairs name."""
        numbers = pl.concat([pairs["candidate"], pairs["protected"]]).unique()
        profiles = self.profiles.join(numbers.to_frame("number"), on="number", how="semi")
        return chain(self.of(_flags(numbers, self.posts)), [profiles.select("number", "text")])


def _sketch(  # noqa: PLR0913, PLR0917 - each is independent of the others
    texts: _Texts, unknown: Flags, store: SketchStore, protected: Flags, always: Flags, search: Search
) -> rights.Sketches:
    """Write the sketches of unknown posts; return those of protected texts that may resemble one or are in `always`."""
    shingles = rights.ShingleFilter(int(unknown.sum()))
    with store.writer() as writer:
        for batch in rights.sketch_candidates(texts.of(unknown), shingles, search.settings, search.secret):
            writer.add(batch.numbers.astype(np.uint64), batch.sketches)
    return rights.sketch_protected(texts.protected(protected), shingles, always, search.settings, search.secret)


def _store_sketches(
    store: SketchStore, keys: Keys, kept: Flags, protected: Flags, parts: tuple[StoredSketches, ...]
) -> None:
    """Write the sketches of kept posts, and which posts are protected."""
    short = kept.copy()
    with store.writer() as writer:
        for part in parts:
            for batch in part.sketches(kept):
                short[batch.numbers] = False
                writer.add(keys[batch.numbers], batch.sketches)
        writer.add_blank(keys[short], protected=False)
        writer.add_blank(keys[protected], protected=True)


def _keys(index: Path) -> Keys:
    """Return the key of each post in the index."""
    return np.concatenate([np.zeros(0, np.uint64), *(row_keys(at) for at in row_groups([index], list(LOCATOR)))])


def _named(pairs: pl.DataFrame, judged: rights.RuleResults, profiles: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs as `row_number` and `evidence`."""
    originals = _flags(pairs["protected"], judged.posts.kept.size)
    ids = pl.DataFrame(
        {"number": np.flatnonzero(originals), "evidence": judged.posts.ids(originals)},
        schema_overrides={"number": pl.UInt32},
    )
    names = pl.concat([ids, profiles.select("number", pl.col("id").alias("evidence"))])
    return pairs.select(pl.col("candidate").alias("row_number"), "protected").join(
        names, left_on="protected", right_on="number", how="left"
    )


def _flags(numbers: pl.Series, posts: int) -> Flags:
    """Flag the posts among some texts."""
    flags = np.zeros(posts, np.bool_)
    flags[numbers.filter(numbers < posts).to_numpy()] = True
    return flags


def _profile_texts(inputs: Inputs, judged: rights.RuleResults, posts: int) -> pl.DataFrame:
    """Return what protected and withdrawn subjects wrote in dropped profiles: number, id, text."""
    denied = judged.subjects.filter(pl.col("decision") != rights.KEEP)["subject_id"]
    dropped = judged.profiles.filter(pl.col("decision") != rights.KEEP)
    wanted = (pl.col("reason") == rights.Reason.TOMBSTONED.value) | pl.col("source_id").is_in(denied.implode())
    ids = dropped.filter(wanted).select(pl.col("source_id").alias("user_id"))
    rows = inputs.rows(TableName.profiles, ["user_id", "headline", "about"]).rows
    dropped_rows = rows.join(ids, on="user_id", how="semi").sort("user_id")
    texts = [
        dropped_rows.select(pl.col("user_id").alias("id"), pl.col(column).alias("text"))
        for column in ("headline", "about")
    ]
    numbers = (pl.int_range(pl.len(), dtype=pl.UInt32) + posts).alias("number")
    return pl.concat(texts).drop_nulls("text").with_columns(numbers)
