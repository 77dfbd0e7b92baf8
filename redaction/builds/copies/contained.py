"""Collects, as texts are read for the search for copies, what shows which rows contain a protected text.

A text may be within a longer one, spread over the fields of a row, or written without white space. Of each row that
may be kept the hashes of its shingles are stored, so that on later nights they need not be read again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction import rights
from redaction.builds.copies.compared_texts import ComparedTexts

Flags = npt.NDArray[np.bool_]


class Rows(NamedTuple):
    """The shingles of rows, by their lowest number: of words, and of letters where white space is missing."""

    words: rights.RowShingles
    letters: rights.RowShingles


class RowsByUnit(NamedTuple):
    """Batches of the shingles of rows, of words and of letters."""

    words: Iterator[rights.RowShingles]
    letters: Iterator[rights.RowShingles]


class ContainedTexts:
    """The search for rows that contain a protected text."""

    def __init__(
        self, texts: ComparedTexts, settings: rights.NearDuplicateSettings, secret: bytes, scratch: Path
    ) -> None:
        """Read nothing yet; the shingles of protected texts are written to `scratch`."""
        self._texts, self._settings, self._secret = texts, settings, secret
        self._by_letter = rights.character_settings(settings)
        self._words = rights.ProtectedShingles(scratch / "protected-words", settings)
        self._letters = rights.ProtectedShingles(scratch / "protected-letters", self._by_letter, pure=True)
        self._run_together = list[pl.Series]()

    def of_candidates(self, batch: pl.DataFrame, shingled: rights.Shingled) -> Rows:
        """Return the shingles of the rows of a batch of candidates.

        Args:
            batch: number and text; the texts of a row are in one batch.
            shingled: the shingles of its texts.
        """
        rows = batch.select("number", "text", row=self._texts.row_of(pl.col("number")))
        alone = rows.filter(pl.col("row").is_unique())
        several = self._texts.whole(rows.filter(~pl.col("row").is_unique()).select("number", "text"))
        own = rights.RowShingles.of(shingled).only(shingled.ids.is_in(alone["number"].implode()).to_numpy())
        numbers = pl.Series("number", own.numbers).to_frame().select(self._texts.row_of(pl.col("number")))
        words = [replace(own, numbers=numbers.to_series().to_numpy())]
        if several.height:
            runs = rights.Runs.of(several, self._settings, self._secret)
            words.append(rights.RowShingles.of(rights.Shingled.of(runs)))
        whole = pl.concat([alone.select("text", number="row").select("number", "text"), several])
        odd = whole.filter(rights.is_run_together(whole["text"]))
        if not odd.height:
            return Rows(rights.RowShingles.concat(words), rights.RowShingles.concat([]))
        self._run_together.append(odd["text"])
        return Rows(rights.RowShingles.concat(words), rights.RowShingles.of(self._letters_of(odd)))

    def watch(self, batches: Iterable[pl.DataFrame], compared: Flags) -> Iterator[rights.Shingled]:
        """Yield the shingles of batches of protected texts, and collect what may be contained in a candidate.

        Args:
            batches: number and text.
            compared: by number, whether a text is compared with rows that are not among the candidates.
        """
        inside = rights.WordsInside(self._run_together, self._secret)
        least = 2 * self._settings.min_words - self._settings.shingle_words + 1
        for batch in batches:
            words = rights.Words.of(batch, self._settings, self._secret)
            runs = rights.Runs.of_words(words, self._settings)
            shingled = rights.Shingled.of(runs)
            label = runs.ids.to_frame("number").select(self._texts.is_label(pl.col("number"))).to_series().to_numpy()
            # Short labels follow forms, and are compared with each other only.
            self._words.add(shingled.only(np.flatnonzero(~label | (runs.sizes >= least))))
            possible = words.ids.filter(
                pl.Series(inside.may_be_part(words, _characters(batch, words)))
                | pl.Series(compared[words.ids.to_numpy()])
            )
            if possible.len():
                by_letter = batch.filter(pl.col("number").is_in(possible.implode()))
                self._letters.add(self._letters_of(by_letter))
            yield shingled

    def find(self, *rows: RowsByUnit) -> pl.DataFrame:
        """Find the rows that contain a protected text.

        Args:
            rows: the rows, in several parts.

        Returns:
            `rights.COPIES`; the candidate is the lowest number of its row.
        """
        by_word = rights.find_containers(
            chain.from_iterable(part.words for part in rows), self._words.anchors(), self._settings
        )
        letters = chain.from_iterable(part.letters for part in rows)
        by_letter = rights.find_containers(letters, self._letters.anchors(), self._by_letter, most=None)
        return pl.concat([by_word, by_letter])

    def _letters_of(self, texts: pl.DataFrame) -> rights.Shingled:
        return rights.Shingled.of(rights.Runs.of(rights.as_characters(texts), self._by_letter, self._secret))


def _characters(batch: pl.DataFrame, words: rights.Words) -> npt.NDArray[np.int64]:
    sizes = batch.select("number", size=pl.col("text").str.len_chars().fill_null(0).cast(pl.Int64))
    return words.ids.to_frame("number").join(sizes, on="number", how="left", maintain_order="left")["size"].to_numpy()
