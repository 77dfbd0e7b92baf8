"""Finds kept posts and profiles that copy protected texts. Texts are read only to compare them, in memory.

Posts that an earlier build compared with each other are not compared a second time: the sketch store has a sketch of
the text and of the title of each kept one. It has nothing of protected posts and of profiles, so these are read anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.builds.copies.compared_texts import ComparedTexts
from redaction.builds.copies.contained import ContainedTexts, RowsByUnit
from redaction.builds.copies.labels import LabelReader
from redaction.builds.inputs import Inputs
from redaction.state.stores.sketch_store import Keys, SketchStore, StoredSketches, Unit, field_keys, row_keys
from redaction.storage import row_groups
from redaction.tables import LOCATOR, TableFile, TableName

Flags = npt.NDArray[np.bool_]

_COPIED_POSTS = pl.Schema([*rights.POST_EVIDENCE.items(), ("similarity", pl.Float64())])
_COPIED_PROFILES = pl.Schema({"source_id": pl.String, "evidence": pl.String, "similarity": pl.Float64})


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


@dataclass(frozen=True, slots=True)
class Copies:
    """What copies protected texts.

    Attributes:
        posts: `rights.POST_EVIDENCE` and similarity, sorted by row number.
        profiles: source_id, evidence and similarity, each profile once.
    """

    posts: pl.DataFrame
    profiles: pl.DataFrame


def find_copies(inputs: Inputs, index: Path, judged: rights.Judged, search: Search) -> Copies:
    """Find the kept posts and profiles with a text or title that is a near copy of a protected one.

    Args:
        inputs: The inputs.
        index: The index of the posts; the quarantined rows are stored beside it.
        judged: What the rules decided.
        search: The parameters.

    Returns:
        The copies, each with the id of the post or subject whose text it copies.
    """
    settings, files = search.settings, inputs.files[TableName.posts]
    if not settings.enabled:
        return Copies(pl.DataFrame(schema=_COPIED_POSTS), pl.DataFrame(schema=_COPIED_PROFILES))
    texts, candidates, protected_posts = ComparedTexts.of(inputs, index, judged), judged.kept, judged.protected
    store, keys = search.store(files), _keys(index)
    new_store = store.by_row_number(search.scratch)
    with store.open(keys) as before:
        known = candidates & before.kept
        # The filter has no shingles of known posts, so what is newly protected is always compared.
        always = texts.flags(protected_posts & ~before.protected, others=True) & known.any()
        labels = LabelReader(texts, settings, search.secret)
        contained = ContainedTexts(texts, settings, search.secret, search.scratch)
        reader = _Reader(texts, search, labels, contained)
        drafts, protected = reader.sketch(candidates & ~known, new_store, protected_posts, always)
        with new_store.open(drafts) as new:
            newly_protected = protected.only(np.flatnonzero(always[protected.numbers]))
            known_pairs = rights.likely_copies(before.sketches(known), newly_protected, settings)
            drafted = _numbered(new, drafts)
            likely = pl.concat([known_pairs, rights.likely_copies(drafted, protected, settings)])
            short, same = labels.compare(known)
            likely = likely.filter(pl.Series(~(short[likely["candidate"]] & short[likely["protected"]])))
            pairs = pl.concat([rights.near_copies(likely, texts.named(likely), settings, search.secret), same])
            rows = contained.find(_by_unit(before, known), _numbered_rows(new, drafts))
            pairs = pl.concat(
                [pairs, rows.join(pairs.select(texts.row_of(pl.col("candidate"))), on="candidate", how="anti")]
            )
            kept = candidates & ~texts.of_which_posts(pairs["candidate"])
            # An input file that changed meanwhile is not what was compared.
            if search.sketches and search.store(files) == store:
                _store_sketches(
                    store.at(search.sketches),
                    keys,
                    kept,
                    protected_posts,
                    (before.sketches(kept), _numbered(new, drafts)),
                    (_by_unit(before, kept), _numbered_rows(new, drafts)),
                )
    return Copies(texts.copied_posts(pairs, judged), texts.copied_profiles(pairs, judged))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the texts that must be compared."""

    texts: ComparedTexts
    search: Search
    labels: LabelReader
    contained: ContainedTexts

    def sketch(
        self, unknown: Flags, store: SketchStore, protected: Flags, always: Flags
    ) -> tuple[Keys, rights.Sketches]:
        """Write the sketches and shingles of unknown posts and of profiles.

        Returns:
            The numbers of what was written, and the sketches of protected texts that may resemble one or are in
            `always`.
        """
        texts, settings, secret = self.texts, self.search.settings, self.search.secret
        shingles = rights.ShingleFilter(int(unknown.sum()) + texts.owners.height)
        numbers = [np.zeros(0, np.uint64)]
        candidates = chain(texts.of_posts(unknown), texts.of_owners(pl.col("candidate")))
        with store.writer() as writer:
            for batch in self.labels.watch(candidates, protected=False):
                shingled = rights.Shingled.of(rights.Runs.of(batch, settings, secret))
                for sketches in rights.sketch_candidates([shingled], shingles, settings):
                    numbers.append(sketches.numbers.astype(np.uint64))
                    writer.add(numbers[-1], sketches.sketches)
                for unit, rows in zip(Unit, self.contained.of_candidates(batch, shingled), strict=True):
                    numbers.append(rows.numbers.astype(np.uint64))
                    writer.add_rows(numbers[-1], rows, unit)
        originals = self.contained.watch(self.labels.watch(texts.protected(protected), protected=True), always)
        return np.unique(np.concatenate(numbers)), rights.sketch_protected(originals, shingles, always, settings)


def _by_unit(stored: StoredSketches, which: Flags) -> RowsByUnit:
    return RowsByUnit(stored.rows(which, Unit.WORDS), stored.rows(which, Unit.LETTERS))


def _numbered_rows(drafts: StoredSketches, numbers: Keys) -> RowsByUnit:
    """Return all drafted shingles under the numbers of their rows."""

    def numbered(rows: Iterator[rights.RowShingles]) -> Iterator[rights.RowShingles]:
        for part in rows:
            yield rights.RowShingles(numbers[part.numbers].astype(np.uint32), part.sizes, part.hashes)

    return RowsByUnit(*(numbered(part) for part in _by_unit(drafts, np.ones(numbers.size, np.bool_))))


def _numbered(drafts: StoredSketches, numbers: Keys) -> Iterator[rights.Sketches]:
    """Yield all drafted sketches under the numbers of their texts."""
    for part in drafts.sketches(np.ones(numbers.size, np.bool_)):
        yield rights.Sketches(numbers[part.numbers].astype(np.uint32), part.sketches)


def _store_sketches(  # noqa: PLR0913, PLR0917 - each is independent of the others
    store: SketchStore,
    keys: Keys,
    kept: Flags,
    protected: Flags,
    parts: tuple[Iterator[rights.Sketches], ...],
    rows: tuple[RowsByUnit, ...],
) -> None:
    """Write the sketches and shingles of the texts and titles of kept posts, and which posts are protected."""
    short, posts = kept.copy(), kept.size
    with store.writer() as writer:
        for batch in chain.from_iterable(parts):
            of_posts = batch.numbers < 2 * posts
            numbers = batch.numbers[of_posts]
            chosen = kept[np.where(numbers >= posts, numbers - posts, numbers)]
            numbers = numbers[chosen]
            short[numbers[numbers < posts]] = False
            writer.add(field_keys(keys, numbers), batch.sketches[of_posts][chosen])
        for unit, own in chain.from_iterable(_of_posts(part, kept) for part in rows):
            writer.add_rows(keys[own.numbers], own, unit)
        writer.add_blank(keys[short], protected=False)
        writer.add_blank(keys[protected], protected=True)


def _of_posts(rows: RowsByUnit, kept: Flags) -> Iterator[tuple[Unit, rights.RowShingles]]:
    for unit, batches in zip(Unit, rows, strict=True):
        for batch in batches:
            own = batch.only(batch.numbers < kept.size)
            yield unit, own.only(kept[own.numbers])


def _keys(index: Path) -> Keys:
    """Return the key of each post in the index."""
    return np.concatenate([np.zeros(0, np.uint64), *(row_keys(at) for at in row_groups([index], list(LOCATOR)))])
