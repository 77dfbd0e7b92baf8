"""Find texts that contain a protected one: quoted in a longer text, over two fields, or with other white space.

A few shingles of each protected text, which few others have, are its anchors. A text with half of them may contain it,
and is compared exactly: the share of the protected text's shingles that it has is at least `contained`. Texts without
white space, or with one between all letters, are compared as runs of characters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.search import COPIES, PAIRS
from redaction.rights.near_duplicates.shingles import Runs, Shingled, common_shingles
from redaction.rights.near_duplicates.word_hashes import Counts, Hashes
from redaction.rights.settings import NearDuplicateSettings

_LOWEST: Final = 16
_ANCHORS: Final = 8
_RARE: Final = 8
"""A shingle is an anchor if at most so many protected texts have it among their lowest."""
_MARK_BITS: Final = 24
_MOST: Final = 16
"""Of the texts that one may contain, so many are compared: those with most anchors in it."""
_COMPARED_AT_ONCE: Final = 8_192
_CHARACTERS: Final = 10
"""The width of a shingle of characters."""
_LONGEST_WORDS, _SHORTEST_WORDS = 10, 2.5
"""Characters a word, white space included, beyond which white space is missing or was inserted."""
_SHORTEST: Final = 32
"""Letters and digits of the shortest text that is compared by characters."""
_LINK: Final = r"https?://\S+"
_NO_LETTER: Final = r"[^\p{L}\p{M}\p{N}]+"
_SPACELESS: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of protected texts.

    hashes: uint64, sorted. texts: uint32, the number of the text of each. numbers: uint32, those of all texts, sorted.
    counts: int64, how many anchors each has.
    """

    hashes: Hashes
    texts: npt.NDArray[np.uint32]
    numbers: npt.NDArray[np.uint32]
    counts: Counts

    @classmethod
    def of(cls, texts: Iterable[pl.DataFrame], settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Choose the anchors of texts of `contained_words` words or more; equal texts count once.

        Args:
            texts: batches of number (UInt32) and text.
            settings: what counts as a copy.
            secret: the key of the hashes.

        Returns:
            The anchors.
        """
        found, seen = [pl.DataFrame(schema={"hash": pl.UInt64, "text": pl.UInt32})], set[int]()
        for batch in texts:
            shingled = Shingled.of(Runs.of(batch, settings, secret))
            long = np.flatnonzero(shingled.sizes > settings.contained_words - settings.shingle_words)
            contents = dict(zip(shingled.contents[long].tolist(), long.tolist(), strict=True))
            new = sorted(text for content, text in contents.items() if content not in seen)
            seen.update(contents)
            chosen = shingled.only(np.array(new, np.int64))
            owner = np.repeat(np.arange(chosen.ids.len()), chosen.sizes)
            rank = np.arange(owner.size) - np.repeat(chosen.start[:-1], chosen.sizes)
            low = rank < _LOWEST  # hashes are sorted within a text
            found.append(
                pl.DataFrame({"hash": chosen.hashes[low], "text": chosen.ids.to_numpy()[owner[low]]}, found[0].schema)
            )
        lowest = pl.concat(found)
        rare = lowest.filter(pl.len().over("hash") <= _RARE)
        few = rare.filter(pl.col("hash").rank("ordinal").over("text") <= _ANCHORS).sort("hash", "text")
        counts = few.group_by("text").len().sort("text")
        sizes = counts["len"].cast(pl.Int64).to_numpy()
        return cls(few["hash"].to_numpy(), few["text"].to_numpy(), counts["text"].to_numpy(), sizes)

    def marks(self) -> npt.NDArray[np.bool_]:
        """Return a bitmap of the first bits of all anchors."""
        marks = np.zeros(1 << _MARK_BITS, np.bool_)
        marks[self.hashes >> np.uint64(64 - _MARK_BITS)] = True
        return marks


def likely_containers(
    texts: Iterable[pl.DataFrame], anchors: Anchors, settings: NearDuplicateSettings, secret: bytes
) -> pl.DataFrame:
    """Find texts with half of the anchors, and two at least, of a protected one: `PAIRS`.

    Args:
        texts: batches of number (UInt32) and text.
        anchors: those of the protected texts.
        settings: as for the anchors.
        secret: as for the anchors.

    Returns:
        The pairs, for each candidate those with most anchors.
    """
    pairs, marks = [pl.DataFrame(schema=PAIRS)], anchors.marks()
    for batch in texts if anchors.hashes.size else ():
        runs = Runs.of(batch, settings, secret)
        hits = np.flatnonzero(marks[runs.hashes >> np.uint64(64 - _MARK_BITS)])
        if not hits.size:
            continue
        owner, hashes = runs.owner[hits], runs.hashes[hits]
        low, high = (np.searchsorted(anchors.hashes, hashes, side=side) for side in ("left", "right"))
        each = np.repeat(np.arange(hits.size), high - low)
        at = np.arange(each.size) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[each]
        ids = runs.ids.to_numpy()
        found = pl.DataFrame({"candidate": ids[owner[each]], "protected": anchors.texts[at], "hash": hashes[each]})
        counted = found.unique().group_by("candidate", "protected").len("hits")
        total = pl.Series(anchors.counts[np.searchsorted(anchors.numbers, counted["protected"].to_numpy())])
        likely = counted.filter((pl.col("hits") >= 2) & (2 * pl.col("hits") >= total))
        best = likely.sort("candidate", -pl.col("hits").cast(pl.Int64), "protected")
        pairs.append(best.filter(pl.int_range(pl.len()).over("candidate") < _MOST).select(PAIRS.names()).cast(PAIRS))
    return pl.concat(pairs)


def containers(
    likely: pl.DataFrame, texts: Iterable[pl.DataFrame], settings: NearDuplicateSettings, secret: bytes
) -> pl.DataFrame:
    """Compare likely containers exactly.

    Args:
        likely: `PAIRS`, from `likely_containers`.
        texts: batches of number and text: all in `likely`, each once.
        settings: as for the anchors.
        secret: as for the anchors.

    Returns:
        `COPIES`, where similarity is the share of the protected text: each candidate once, with the lowest number.
    """
    shingled = Shingled.concat(Shingled.of(Runs.of(batch, settings, secret)) for batch in texts)
    indices = pl.DataFrame({"number": shingled.ids}).with_row_index("index")
    pairs = likely
    for side in PAIRS:
        pairs = pairs.join(indices.rename({"number": side, "index": f"{side}_index"}), on=side, how="inner")
    found = [pl.DataFrame(schema=COPIES)]
    for part in pairs.iter_slices(_COMPARED_AT_ONCE):
        ones, others = (part[f"{side}_index"].to_numpy().astype(np.int64) for side in PAIRS)
        share = common_shingles(shingled, ones, shingled, others) / np.maximum(shingled.sizes[others], 1)
        found.append(
            part.with_columns(pl.Series("similarity", share), needed=_needed(shingled.sizes[others], settings))
            .filter(pl.col("similarity") >= pl.col("needed"))
            .select(COPIES.names())
        )
    return pl.concat(found).sort(list(PAIRS)).unique("candidate", keep="first", maintain_order=True)


def _needed(sizes: npt.NDArray[np.int64], settings: NearDuplicateSettings) -> pl.Series:
    """Return the share of each protected text, of so many shingles, that a text must have: all of a short one.

    A sentence or two of everyday wording recur with other numbers and names, and are no copies then.
    """
    short = sizes < 2 * settings.contained_words
    return pl.Series(np.where(short, 1.0, settings.contained))


def is_run_together(texts: pl.Series) -> pl.Series:
    """Test which texts lack white space, or have it between their letters; not in scripts that are written without."""
    sizes = texts.str.len_chars().cast(pl.Float64)
    words = texts.str.count_matches(r"\s+").cast(pl.Float64) + 1
    possible = (sizes >= _SHORTEST) & ((sizes > _LONGEST_WORDS * words) | (sizes < _SHORTEST_WORDS * words))
    odd = texts.filter(possible)
    letters = odd.str.replace_all(_LINK, "").str.replace_all(_NO_LETTER, "").str.len_chars()
    return possible.scatter(possible.arg_true(), (letters >= _SHORTEST) & ~odd.str.contains(_SPACELESS))


def as_characters(texts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Write each letter and digit of texts as a word."""
    for batch in texts:
        letters = pl.col("text").str.replace_all(_LINK, "").str.replace_all(_NO_LETTER, "")
        yield batch.with_columns(letters.str.replace_all(r"(.)", "$1 "))


def character_settings(settings: NearDuplicateSettings) -> NearDuplicateSettings:
    """Return the settings by which texts of `as_characters` are compared."""
    words = {"min_words": 4 * settings.min_words, "contained_words": 4 * settings.contained_words}
    return settings.model_copy(update={"shingle_words": _CHARACTERS, **words})
