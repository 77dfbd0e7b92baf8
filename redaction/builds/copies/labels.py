"""Reads the short labels among the compared texts, as these are read, and compares them."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.builds.copies.compared_texts import ComparedTexts

Flags = npt.NDArray[np.bool_]

_LABELS_AT_ONCE: Final = 8192
"""Labels are hashed in larger batches than texts are read, which takes less time."""


class LabelReader:
    """Collects the short labels of protected and candidate texts.

    How many people have a label, and whether it is a common form, changes from build to build, so that all labels are
    compared at every build: those of posts whose sketches are stored are read for it.
    """

    def __init__(self, texts: ComparedTexts, settings: rights.NearDuplicateSettings, secret: bytes) -> None:
        """Store the arguments; nothing is read yet."""
        self._texts, self._settings, self._secret = texts, settings, secret
        self._protected, self._candidates = list[rights.ShortLabels](), list[rights.ShortLabels]()

    def watch(self, batches: Iterator[pl.DataFrame], *, protected: bool) -> Iterator[pl.DataFrame]:
        """Yield batches of texts unchanged, and collect the short labels in them."""
        found, waiting = self._protected if protected else self._candidates, list[pl.DataFrame]()
        for batch in batches:
            waiting.append(batch.filter(self._texts.is_label(pl.col("number"))))
            if sum(labels.height for labels in waiting) >= _LABELS_AT_ONCE:
                found.append(self._short(waiting))
                waiting = []
            yield batch
        if waiting:
            found.append(self._short(waiting))

    def _short(self, labels: list[pl.DataFrame]) -> rights.ShortLabels:
        return rights.ShortLabels.of(pl.concat(labels), self._settings, self._secret)

    def compare(self, known: Flags) -> tuple[Flags, pl.DataFrame]:
        """Find the labels that are the same as a protected one.

        Args:
            known: The posts that were not among the batches, since their sketches are stored.

        Returns:
            The texts that are short labels, by number, and the copies among them, as `rights.near_copies` returns them.
        """
        if known.any():
            for _ in self.watch(self._texts.titles(known), protected=False):
                pass
        originals, others = (rights.ShortLabels.concat(side) for side in (self._protected, self._candidates))
        labels = rights.ShortLabels.concat([originals, others])
        short = np.zeros(self._texts.size, np.bool_)
        short[labels.numbers] = True
        people = self._texts.people(pl.Series(labels.numbers))
        protected = np.arange(labels.numbers.size) < originals.numbers.size
        return short, rights.same_labels(labels, protected, people, self._settings)
