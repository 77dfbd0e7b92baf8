"""Finds the phrases of a table in texts: each is a hash of up to six words."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.release.gates.linkage.tokens import Hashes, Integers, Words, folded
from redaction.release.gates.linkage.vectors import KnownKeys

LONGEST: Final = 6
"""Phrases of more words are cut to so many."""


class Phrases:
    """Phrases to find, by their keys.

    Args:
        keys: The hashes of the phrases, sorted. A key may be there more than once.
        lengths: The number of words of each; 0 where a key is not of words.
        first_words: The hashes of the first words of those of two words and more.
    """

    def __init__(self, keys: Hashes, lengths: npt.NDArray[np.int8], first_words: Hashes) -> None:
        self._keys, self._lengths = keys, lengths
        self._known, self._begins = KnownKeys(keys), KnownKeys(first_words)
        self._most = int(np.diff(np.flatnonzero(np.diff(keys, prepend=~keys[:1], append=~keys[-1:]))).max(initial=0))

    def find(self, words: Words) -> Iterator[tuple[int, Integers, Integers]]:
        """Yield the phrases of each length in texts: the length, positions, and which phrases begin there."""
        begins = np.flatnonzero(self._begins.maybe(words.hashes))
        for length in range(1, LONGEST + 1):
            at, hashes = words.sequences(length, None if length == 1 else begins)
            position, phrase = self.match(at, hashes, length)
            yield length, position, phrase

    def match(self, values: Integers, hashes: Hashes, length: int) -> tuple[Integers, Integers]:
        """Return the values whose hash is a phrase of that many words, and which phrases; each that has the key."""
        maybe = np.flatnonzero(self._known.maybe(hashes)) if len(self._keys) else np.zeros(0, np.int64)
        hashes, first = hashes[maybe], np.searchsorted(self._keys, hashes[maybe])
        values_found, phrases_found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for more in range(self._most if len(maybe) else 0):
            at = np.minimum(first + more, len(self._keys) - 1)
            same = (first + more < len(self._keys)) & (self._keys[at] == hashes) & (self._lengths[at] == length)
            values_found.append(values[maybe[same]])
            phrases_found.append(at[same])
        return np.concatenate(values_found), np.concatenate(phrases_found)


def with_keys(phrases: pl.DataFrame) -> pl.DataFrame:
    """Hash phrases.

    Args:
        phrases: `phrase` and other columns.

    Returns:
        The phrases that have words, with `key`, `length` in words, and `first`, the hash of the first word.
    """
    words = Words.of(folded(phrases["phrase"]))
    number = np.bincount(words.text, minlength=phrases.height)
    starts, lengths = np.cumsum(number) - number, np.minimum(number, LONGEST)
    keys, first = np.zeros(phrases.height, np.uint64), np.zeros(phrases.height, np.uint64)
    first[lengths > 0] = words.hashes[starts[lengths > 0]]
    for length in range(1, LONGEST + 1):
        chosen = np.flatnonzero(lengths == length)
        keys[chosen] = words.sequences(length, starts[chosen])[1]
    hashed = phrases.with_columns(
        pl.Series("key", keys), pl.Series("length", lengths.astype(np.int8)), pl.Series("first", first)
    )
    return hashed.filter(pl.col("length") > 0)
