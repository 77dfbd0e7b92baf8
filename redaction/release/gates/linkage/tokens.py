"""Splits texts into words, sequences of words and n-grams of characters, all as hashes in columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_PLACEHOLDER: Final = r"\[[A-Z][A-Z_]*(?:_(?:[0-9]+|k[a-z2-7]+))?\]"
_SEED: Final = 7
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_NGRAM: Final = 4
_GAP: Final = "\n" * _NGRAM


def folded(texts: pl.Series) -> pl.Series:
    """Return texts in lower case, without placeholders, accents and invisible characters."""
    bare = texts.str.replace_all(_PLACEHOLDER, " ").str.normalize("NFKD")
    return bare.str.replace_all(r"[\p{M}\p{Cf}]", "").str.to_lowercase()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, one after the other: the number of the text, a hash, and the year where it is one."""

    text: Integers
    hashes: Hashes
    year: Integers

    @classmethod
    def of(cls, texts: pl.Series) -> "Words":
        """Split folded texts."""
        lists = texts.str.extract_all(r"[\p{L}\p{N}]+")
        number = np.repeat(np.arange(len(texts)), lists.list.len().fill_null(0).to_numpy())
        words = lists.explode(empty_as_null=False).drop_nulls()
        years = pl.when(words.str.contains(r"^(?:19|20)\d\d$")).then(words.str.to_integer(strict=False)).otherwise(0)
        return cls(number, words.hash(_SEED).to_numpy(), pl.select(years).to_series().cast(pl.Int64).to_numpy())

    def sequences(self, length: int) -> tuple[Integers, Hashes]:
        """Return the positions at which `length` words of one text begin, and their hashes."""
        last = len(self.hashes) - length + 1
        if last <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.uint64)
        whole = self.hashes[:last].copy()
        for more in range(1, length):
            whole = (whole ^ (whole >> np.uint64(29))) * _FACTOR + self.hashes[more : last + more]
        within = np.flatnonzero(self.text[:last] == self.text[length - 1 :])
        return within, whole[within]


def character_ngrams(texts: pl.Series) -> tuple[Integers, Hashes]:
    """Return the number of the text and a hash of each n-gram of four characters of folded texts."""
    plain = texts.str.replace_all(r"[^\p{L}\p{N}]+", " ")
    characters = np.frombuffer((_GAP.join(plain.to_list()) + _GAP).encode("utf-32-le"), np.uint32).astype(np.uint64)
    number = np.repeat(np.arange(len(texts)), plain.str.len_chars().to_numpy() + len(_GAP))
    last = len(characters) - _NGRAM + 1
    whole = np.zeros(last, np.uint64)
    valid = np.ones(last, bool)
    for more in range(_NGRAM):
        window = characters[more : last + more]
        whole = (whole ^ (whole >> np.uint64(29))) * _FACTOR + window
        valid &= window != ord("\n")
    return number[:last][valid], whole[valid]
