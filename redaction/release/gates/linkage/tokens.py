"""Splits texts into words, sequences of words and n-grams of characters, all as hashes in columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_PLACEHOLDER: Final = r"\[[A-Z][A-Z_]*(?:_(?:[0-9]+|k[a-z2-7]+))?\]"
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_NGRAM: Final = 4
_GAP: Final = "\n" * _NGRAM
_AT_A_TIME: Final = 8
_LONGEST_WORD: Final = 64
"""Of a longer word, so many bytes and the length are hashed."""
_LOW_BYTES: Final = np.array([(1 << 8 * n) - 1 for n in range(_AT_A_TIME + 1)], np.uint64)
_IS_WORD: Final = np.array([chr(byte).isalnum() or byte >= 0x80 for byte in range(256)])
_YEAR_DIGITS: Final = 4


def without_placeholders(texts: pl.Series) -> pl.Series:
    """Return texts with a space for each placeholder."""
    return texts.str.replace_all(_PLACEHOLDER, " ")


def folded(texts: pl.Series) -> pl.Series:
    """Return texts in lower case, without placeholders, accents and invisible characters."""
    bare = without_placeholders(texts)
    others = _not_ascii(bare)
    plain = bare.gather(others).str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}]", "")
    return bare.scatter(others, plain).str.to_lowercase()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, one after the other: the number of the text, a hash, and the year where it is one."""

    text: Integers
    hashes: Hashes
    year: Integers

    @classmethod
    def of(cls, texts: pl.Series) -> "Words":
        """Split folded texts into sequences of letters and numbers."""
        others = _not_ascii(texts)
        plain = texts.clone().scatter(others, texts.gather(others).str.replace_all(r"[^\p{L}\p{N}\x00-\x7F]", " "))
        content = "\n".join(plain.to_list()).encode()
        characters = np.frombuffer(content + bytes(_AT_A_TIME), np.uint8)
        is_word = np.concatenate([[False], _IS_WORD[characters]])
        edges = np.flatnonzero(is_word[1:] != is_word[:-1])
        starts, ends = edges[::2], edges[1::2]
        ends_of_texts = np.cumsum(plain.str.len_bytes().to_numpy().astype(np.int64) + 1)
        number = np.searchsorted(ends_of_texts, starts, "right")
        return cls(number, _hashed(characters, starts, ends - starts), _years(characters, starts, ends - starts))

    def sequences(self, length: int, at: Integers | None = None) -> tuple[Integers, Hashes]:
        """Return the positions (all, or of those in `at`) at which `length` words of one text begin, and hashes."""
        last = len(self.hashes) - length + 1
        if last <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.uint64)
        within = np.arange(last) if at is None else at[at < last]
        within = within[self.text[within] == self.text[within + (length - 1)]]
        whole = self.hashes[within]
        for more in range(1, length):
            whole = (whole ^ (whole >> np.uint64(29))) * _FACTOR + self.hashes[within + more]
        return within, whole


def character_ngrams(texts: pl.Series) -> tuple[Integers, Hashes]:
    """Return the number of the text and a hash of each n-gram of four characters of one line."""
    characters = np.frombuffer((_GAP.join(texts.to_list()) + _GAP).encode("utf-32-le"), np.uint32)
    number = np.repeat(np.arange(len(texts)), texts.str.len_chars().to_numpy() + len(_GAP))
    last = len(characters) - _NGRAM + 1
    valid = np.ones(last, bool)
    for more in range(_NGRAM):
        valid &= characters[more : last + more] != ord("\n")
    at = np.flatnonzero(valid)
    whole = np.zeros(len(at), np.uint64)
    for more in range(_NGRAM):
        whole = (whole ^ (whole >> np.uint64(29))) * _FACTOR + characters[at + more]
    return number[at], whole


def _not_ascii(texts: pl.Series) -> pl.Series:
    return (texts.str.len_bytes() != texts.str.len_chars()).arg_true()


def _hashed(characters: npt.NDArray[np.uint8], starts: Integers, lengths: Integers) -> Hashes:
    """Hash words of UTF-8, eight bytes at a time."""
    eights = np.ndarray((len(characters) - _AT_A_TIME + 1,), "<u8", characters.data, strides=(1,))
    hashes = lengths.astype(np.uint64)
    for first in range(0, _LONGEST_WORD, _AT_A_TIME):
        longer = np.flatnonzero(lengths > first) if first else np.arange(len(lengths))
        if not len(longer):
            break
        part = eights[starts[longer] + first] & _LOW_BYTES[np.minimum(lengths[longer] - first, _AT_A_TIME)]
        mixed = (hashes[longer] ^ part) * _FACTOR
        hashes[longer] = mixed ^ (mixed >> np.uint64(32))
    return hashes * _FACTOR


def _years(characters: npt.NDArray[np.uint8], starts: Integers, lengths: Integers) -> Integers:
    """Return the year that each word is, from 1900 to 2099; 0 for other words."""
    years = np.zeros(len(starts), np.int64)
    of_four = np.flatnonzero(lengths == _YEAR_DIGITS)
    digits = characters[starts[of_four, None] + np.arange(_YEAR_DIGITS)].astype(np.int64) - ord("0")
    values = digits @ 10 ** np.arange(_YEAR_DIGITS)[::-1]
    is_year = ((digits >= 0) & (digits <= 9)).all(axis=1) & (values >= 1900) & (values < 2100)
    years[of_four[is_year]] = values[is_year]
    return years
