"""Keyed 64-bit hashes of the words of many texts.

A word is a run of letters, marks and digits, or one character of a script that is written without spaces. The hash of a
word depends on a secret: without it nobody can test whether a guess at a text is right. Texts are read as one array of
code points, since making a string of each word takes longer than the rest of a comparison.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.rights.plain_words import DIGITS_AS_LETTERS, LATIN

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]

_RUNNING: Final = r"[\p{L}\p{M}\p{N}]"
_SPACELESS: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_GAP, _RUN, _SINGLE, _UNKNOWN = range(4)

_ACCENTED: Final = (range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000))
_SURROGATES: Final = range(0xD800, 0xE000)

_AT_ONCE: Final = 1 << 17
"""About how many code points are processed at a time, so that the arrays stay in the processor's cache."""

_PARTS_OF: Final = 256
"""Texts of which all parts are hashed at a time."""

_FACTOR: Final = np.uint64(0xD6E8FEB86659FD93)


def hash_words(texts: pl.Series, secret: bytes, *, fold: bool = False) -> tuple[Hashes, Counts]:
    """Hash the words of texts.

    The hash is a polynomial of the code points, evaluated at a secret number and mixed with another secret. That is no
    cipher, but 128 bits must be guessed.

    Args:
        texts: strings. Case and composition of characters matter, so normalize before.
        secret: the key of the hashes.
        fold: whether look-alike letters, digits for letters and accents make no difference; texts in lower case.

    Returns:
        The hashes of the words of all texts, concatenated, and the number of words of each text.
    """
    key = _key(secret)
    sizes = texts.str.len_chars().to_numpy().astype(np.int64) + 1
    ends = np.cumsum(sizes)
    cuts = [0, *(np.flatnonzero(np.diff(ends // _AT_ONCE)) + 1).tolist(), sizes.size]
    hashes, counts = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for first, last in pairwise(cuts):
        if first < last:
            joined = texts[first:last].str.join("\n").item()
            block_hashes, block_counts = _hash_block(joined, sizes[first:last], key, fold=fold)
            hashes.append(block_hashes)
            counts.append(block_counts)
    return np.concatenate(hashes), np.concatenate(counts)


def _hash_block(joined: str, sizes: Counts, key: "_Key", *, fold: bool) -> tuple[Hashes, Counts]:
    """Hash the words of some texts, joined by a character that is in no word."""
    codes = _codes(joined)
    kinds = np.zeros(codes.size + 2, np.uint8)
    kinds[1:-1] = _table().of(codes)
    if fold:
        codes = _folded(codes)
    before, here, after = kinds[:-2], kinds[1:-1], kinds[2:]
    single = here == _SINGLE
    starts = np.flatnonzero(single | ((here == _RUN) & (before != _RUN)))
    stops = np.flatnonzero(single | ((here == _RUN) & (after != _RUN))) + 1
    hashes = _Sums.of(codes, key).hashes(starts, stops)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return hashes, np.diff(np.searchsorted(starts, bounds))


def hash_parts(texts: pl.Series, secret: bytes, longest: int) -> Iterator[Hashes]:
    """Hash all parts of up to `longest` letters of texts, as if each were a word of `hash_words` with `fold`.

    Args:
        texts: strings of letters and digits alone, in lower case.
        secret: the key of the hashes.
        longest: the letters of the longest part.

    Yields:
        The hashes of all parts of one length, of some texts.
    """
    key = _key(secret)
    for some in texts.to_frame("text").iter_slices(_PARTS_OF):
        codes = _folded(_codes("\n".join(some["text"])))
        sums, ends = _Sums.of(codes, key), np.cumsum(codes == ord("\n"))
        crossed = np.concatenate([np.zeros(1, np.int64), ends])
        for length in range(1, min(longest, codes.size) + 1):
            starts = np.flatnonzero(crossed[length:] == crossed[:-length])
            yield sums.hashes(starts, starts + length)


class _Sums(NamedTuple):
    """The sums of a polynomial over the code points of a text."""

    sums: Hashes
    down: Hashes
    mask: np.uint64

    @classmethod
    def of(cls, codes: Codes, key: "_Key") -> "_Sums":
        powers = _powers(key.base, codes.size)
        sums = np.zeros(codes.size + 1, np.uint64)
        np.cumsum(codes * powers.up[: codes.size], out=sums[1:])
        return cls(sums, powers.down, key.mask)

    def hashes(self, starts: Counts, stops: Counts) -> Hashes:
        """Return the hash of each part, `[start, stop)`."""
        hashes = (self.sums[stops] - self.sums[starts]) * self.down[starts]
        hashes ^= self.mask
        hashes ^= hashes >> np.uint64(32)
        hashes *= _FACTOR
        hashes ^= hashes >> np.uint64(29)
        return hashes


def _codes(text: str) -> Codes:
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _folded(codes: Codes) -> Codes:
    table = _fold_table()
    return table[:128].astype(np.uint8)[codes] if codes.dtype == np.uint8 else table[codes]


@lru_cache(maxsize=1)
def _fold_table() -> npt.NDArray[np.uint32]:
    """Map each code point to the letter that it looks like or is an accented form of."""
    table = np.arange(0x110000, dtype=np.uint32)
    for code in chain.from_iterable(_ACCENTED):
        table[code] = ord(unicodedata.normalize("NFD", chr(code))[0])
    for code, letter in LATIN.items():
        table[code] = ord(letter)
    for code, letter_code in DIGITS_AS_LETTERS.items():
        table[code] = letter_code
    return table[table]


class _Key(NamedTuple):
    """The odd number at which the polynomial is evaluated, and the mask of its value."""

    base: int
    mask: np.uint64


@lru_cache(maxsize=4)
def _key(secret: bytes) -> _Key:
    digest = blake2b(secret, digest_size=16, person=b"words").digest()
    return _Key(int.from_bytes(digest[:8]) | 1, np.uint64(int.from_bytes(digest[8:])))


class _Powers(NamedTuple):
    """The powers of the base of the polynomial, and of its inverse."""

    up: Hashes
    down: Hashes


def _powers(base: int, size: int) -> _Powers:
    return _cached_powers(base) if size < 2 * _AT_ONCE else _compute_powers(base, size)


@lru_cache(maxsize=1)
def _cached_powers(base: int) -> _Powers:
    return _compute_powers(base, 2 * _AT_ONCE)


def _compute_powers(base: int, size: int) -> _Powers:
    def powers(factor: int) -> Hashes:
        return np.concatenate([np.ones(1, np.uint64), np.cumprod(np.full(size, factor, np.uint64))])

    return _Powers(powers(base), powers(pow(base, -1, 1 << 64)))


class _Table:
    """The kind of each code point: those of the first plane, and those beyond it on first use."""

    def __init__(self) -> None:
        self._kinds = np.full(0x110000, _UNKNOWN, np.uint8)
        plane = np.arange(0x10000)
        self._learn(plane[(plane < _SURROGATES.start) | (plane >= _SURROGATES.stop)])

    def of(self, codes: Codes) -> Kinds:
        """Return the kinds of some code points."""
        kinds = self._kinds[codes]
        unknown = np.unique(codes[kinds == _UNKNOWN])
        if not unknown.size:
            return kinds
        self._learn(unknown)
        return self._kinds[codes]

    def _learn(self, unknown: npt.NDArray[np.integer[Any]]) -> None:
        characters = pl.Series([chr(code) for code in unknown.tolist()], dtype=pl.String)
        running, spaceless = (characters.str.contains(pattern).to_numpy() for pattern in (_RUNNING, _SPACELESS))
        self._kinds[unknown] = np.where(spaceless, _SINGLE, np.where(running, _RUN, _GAP))


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()
