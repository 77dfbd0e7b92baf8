"""Texts without white space, or with one between all letters: they are compared as runs of letters and digits."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.near_duplicates.shingles import Words, plain_letters
from redaction.rights.near_duplicates.word_hashes import Counts, hash_parts
from redaction.rights.settings import NearDuplicateSettings

_CHARACTERS: Final = 10
"""The width of a shingle of characters."""
_LONGEST_WORDS, _SHORTEST_WORDS = 10, 2.5
"""Characters a word, white space included, beyond which white space is missing or was inserted."""
_USUAL_WORDS: Final = 8
"""Characters a word of a text that has few words of more than `_LONGEST_PART` letters."""
_SHORTEST: Final = 32
"""Letters and digits of the shortest text that is compared by characters."""
_LINK: Final = r"https?://\S+"
_NO_LETTER: Final = r"[^\p{L}\p{M}\p{N}]+"
_SPACELESS: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_LONGEST_PART: Final = 16
_MARK_BITS: Final = 24
_MARK_SHIFT: Final = np.uint64(64 - _MARK_BITS)
_WORDS_INSIDE: Final = 0.6
"""The share of a text's words that must be part of another text, which has `contained` of its letters."""


def is_run_together(texts: pl.Series) -> pl.Series:
    """Test which texts lack white space, or have it between their letters; not in scripts that are written without."""
    sizes = texts.str.len_chars().cast(pl.Float64)
    words = texts.str.count_matches(r"\s+").cast(pl.Float64) + 1
    possible = (sizes >= _SHORTEST) & ((sizes > _LONGEST_WORDS * words) | (sizes < _SHORTEST_WORDS * words))
    odd = texts.filter(possible)
    letters = _letters(odd).str.len_chars()
    return possible.scatter(possible.arg_true(), (letters >= _SHORTEST) & ~odd.str.contains(_SPACELESS))


def as_characters(texts: pl.DataFrame) -> pl.DataFrame:
    """Write each letter and digit of texts (column text) as a word."""
    return texts.with_columns(_letters(texts["text"]).str.replace_all(r"(.)", "$1 ").alias("text"))


def character_settings(settings: NearDuplicateSettings) -> NearDuplicateSettings:
    """Return the settings by which texts of `as_characters` are compared."""
    words = {"min_words": 4 * settings.min_words, "contained_words": 4 * settings.contained_words}
    return settings.model_copy(update={"shingle_words": _CHARACTERS, **words})


class WordsInside:
    """Tells which texts may be part of some that are run together: most of their words are, as parts of them."""

    def __init__(self, run_together: Iterable[pl.Series], secret: bytes) -> None:
        """Mark all parts of the texts that are as short as a word."""
        self._marks: npt.NDArray[np.bool_] | None = None
        for texts in run_together:
            if self._marks is None:
                self._marks = np.zeros(1 << _MARK_BITS, np.bool_)
            for hashes in hash_parts(plain_letters(_letters(texts)), secret, _LONGEST_PART):
                self._marks[hashes >> _MARK_SHIFT] = True

    def may_be_part(self, texts: Words, characters: Counts) -> npt.NDArray[np.bool_]:
        """Test each text; it is never one whose letters are in a text as `contained` says.

        Args:
            texts: the words of the texts.
            characters: the size of each text. One with long words may be run together itself.

        Returns:
            A flag for each text.
        """
        if self._marks is None:
            return np.zeros(texts.lengths.size, np.bool_)
        owner = np.repeat(np.arange(texts.lengths.size), texts.lengths)
        inside = np.bincount(owner[self._marks[texts.hashes >> _MARK_SHIFT]], minlength=texts.lengths.size)
        words = np.maximum(texts.lengths, 1)
        return (inside >= _WORDS_INSIDE * words) | (characters > _USUAL_WORDS * words)


def _letters(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(_LINK, "").str.replace_all(_NO_LETTER, "")
