"""Short labels (titles, headlines, descriptions) that are the same: many people write similar ones, few the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.search import COPIES
from redaction.rights.near_duplicates.shingles import Runs, Shingled
from redaction.rights.near_duplicates.word_hashes import Counts, Hashes
from redaction.rights.settings import NearDuplicateSettings

Flags = npt.NDArray[np.bool_]

_LONG: Final = 2
"""A label of this many times `min_words` words is compared as a text is."""
_RARE: Final = 2
"""A shingle is rare if at most so many different labels have it: the original, and an edited copy."""
_OWN: Final = 2 / 3
"""A label is distinctive if more than this share of its shingles is rare; in a form with a few blanks fewer are."""
_MARK_BITS: Final = 22


@dataclass(frozen=True, slots=True)
class ShortLabels:
    """Labels that are long enough to compare, and too short to be compared as texts.

    numbers: uint32, their numbers. contents: uint64, keyed hashes of their sets of shingles. hashes: uint32, those of
    the shingles, concatenated. sizes: how many shingles each label has.
    """

    numbers: npt.NDArray[np.uint32]
    contents: Hashes
    hashes: npt.NDArray[np.uint32]
    sizes: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, texts: pl.DataFrame, settings: NearDuplicateSettings, secret: bytes) -> Self:
        """Select the short ones among some labels; what makes no difference in texts makes none here.

        Args:
            texts: number (UInt32) and text.
            settings: how many words a short label has: `min_words`, and fewer than twice as many.
            secret: the key of the hashes.

        Returns:
            The labels.
        """
        runs = Runs.of(texts, settings, secret)
        words = runs.sizes + settings.shingle_words - 1
        short = Shingled.of(runs.only(words < _LONG * settings.min_words))
        hashes = (short.hashes >> np.uint64(32)).astype(np.uint32)
        return cls(short.ids.to_numpy(), short.contents, hashes, np.minimum(short.sizes, 255).astype(np.uint8))

    @classmethod
    def concat(cls, parts: Iterable[Self]) -> Self:
        """Concatenate batches."""
        labels = list(parts)
        return cls(
            np.concatenate([np.zeros(0, np.uint32), *(each.numbers for each in labels)]),
            np.concatenate([np.zeros(0, np.uint64), *(each.contents for each in labels)]),
            np.concatenate([np.zeros(0, np.uint32), *(each.hashes for each in labels)]),
            np.concatenate([np.zeros(0, np.uint8), *(each.sizes for each in labels)]),
        )


def same_labels(
    labels: ShortLabels, protected: Flags, people: pl.Series, settings: NearDuplicateSettings
) -> pl.DataFrame:
    """Find the labels that are the same as a protected one, if few people have it and it is no common form.

    Args:
        labels: the labels of all candidates, and all protected ones.
        protected: which of them are protected.
        people: the author of each, as a number.
        settings: how many people may have a label that is compared, the author of the protected one included.

    Returns:
        `COPIES`, each candidate once, with the lowest number among the protected labels.
    """
    every = pl.DataFrame(
        {"candidate": labels.numbers, "content": labels.contents, "guarded": protected, "person": people}
    ).with_row_index("label")
    originals = every.filter("guarded").group_by("content").agg(pl.col("candidate").min().alias("protected"))
    alike = every.join(originals, on="content", how="inner")
    groups = alike.group_by("content").agg(
        pl.col("person").n_unique().alias("people"),
        (~pl.col("guarded")).any().alias("copied"),
        pl.col("label").min(),
    )
    few = groups.filter("copied", pl.col("people") <= settings.label_people)
    distinct = every.unique("content", keep="first", maintain_order=True)["label"].to_numpy()
    own = few.filter(pl.Series(_are_distinctive(labels, few["label"].to_numpy(), distinct)))
    copies = alike.filter(~pl.col("guarded")).join(own, on="content", how="semi")
    return copies.select("candidate", "protected", pl.lit(1.0).alias("similarity")).match_to_schema(COPIES)


def _are_distinctive(labels: ShortLabels, which: Counts, distinct: Counts) -> Flags:
    """Test which labels have mostly shingles that few of the `distinct` labels have."""
    ends = np.cumsum(labels.sizes, dtype=np.int64)
    owner = np.repeat(np.arange(labels.sizes.size), labels.sizes)
    asked = np.zeros(labels.sizes.size, np.bool_)
    asked[which] = True
    wanted = np.unique(labels.hashes[asked[owner]])
    marks = np.zeros(1 << _MARK_BITS, np.bool_)
    marks[wanted >> np.uint32(32 - _MARK_BITS)] = True
    once = np.zeros(labels.sizes.size, np.bool_)
    once[distinct] = True
    likely = labels.hashes[once[owner] & marks[labels.hashes >> np.uint32(32 - _MARK_BITS)]]
    at = np.minimum(np.searchsorted(wanted, likely), max(wanted.size - 1, 0))
    counts = np.bincount(at[wanted[at] == likely] if wanted.size else at, minlength=wanted.size)
    shares = []
    for label in which.tolist():
        shingles = labels.hashes[ends[label] - labels.sizes[label] : ends[label]]
        shares.append((counts[np.searchsorted(wanted, shingles)] <= _RARE).mean())
    return np.array(shares, np.float64) > _OWN
