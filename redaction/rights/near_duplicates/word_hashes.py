"""The words of many texts as numbers: equal words have one number, different ones different numbers, but by chance.

A word is a run of letters, marks and digits, or one sign of a script that writes without spaces. Which number a word
has follows from a secret, so that what is made of the numbers tells nobody without it whether a guess at a text is
right. Texts are read as one array of code points, since making a string of each word takes longer than all the rest of
a comparison.
"""

from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]

_RUNNING: Final = r"[\p{L}\p{M}\p{N}]"
_SPACELESS: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_GAP, _RUN, _SIGN, _UNKNOWN = range(4)

_SURROGATES: Final = range(0xD800, 0xE000)

_AT_ONCE: Final = 1 << 17
"""About how many code points are read at a time, so that what is made of them stays in the cache."""

_FACTOR: Final = np.uint64(0xD6E8FEB86659FD93)


def word_numbers(texts: pl.Series, secret: bytes) -> tuple[Hashes, Counts]:
    """The numbers of the words of all texts, one after the other, and how many words each text has.

    Case counts, and so does how a character is put together: normalise before. The number is a polynomial of the code
    points at a secret place, mixed with another secret. That is no cipher, but needs 128 bits to be guessed.
    """
    key = _key(secret)
    sizes = texts.str.len_chars().to_numpy().astype(np.int64) + 1
    ends = np.cumsum(sizes)
    cuts = [0, *(np.flatnonzero(np.diff(ends // _AT_ONCE)) + 1).tolist(), sizes.size]
    numbers, counts = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for first, last in pairwise(cuts):
        if first < last:
            each, their = _of_block(texts[first:last].str.join("\n").item(), sizes[first:last], key)
            numbers.append(each)
            counts.append(their)
    return np.concatenate(numbers), np.concatenate(counts)


def _of_block(joined: str, sizes: Counts, key: "_Key") -> tuple[Hashes, Counts]:
    """The same of some texts, joined by a sign that is in no word."""
    codes = _codes(joined)
    kinds = np.zeros(codes.size + 2, np.uint8)
    kinds[1:-1] = _table().of(codes)
    before, here, after = kinds[:-2], kinds[1:-1], kinds[2:]
    alone = here == _SIGN
    starts = np.flatnonzero(alone | ((here == _RUN) & (before != _RUN)))
    stops = np.flatnonzero(alone | ((here == _RUN) & (after != _RUN))) + 1
    powers = _powers(key.base, codes.size)
    sums = np.zeros(codes.size + 1, np.uint64)
    np.cumsum(codes * powers.up[: codes.size], out=sums[1:])
    numbers = (sums[stops] - sums[starts]) * powers.down[starts]
    numbers ^= key.mask
    numbers ^= numbers >> np.uint64(32)
    numbers *= _FACTOR
    numbers ^= numbers >> np.uint64(29)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return numbers, np.diff(np.searchsorted(starts, bounds))


def _codes(text: str) -> Codes:
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


class _Key(NamedTuple):
    """Where the polynomial is taken, an odd number, and what its value is mixed with."""

    base: int
    mask: np.uint64


@lru_cache(maxsize=4)
def _key(secret: bytes) -> _Key:
    told = blake2b(secret, digest_size=16, person=b"words").digest()
    return _Key(int.from_bytes(told[:8]) | 1, np.uint64(int.from_bytes(told[8:])))


class _Powers(NamedTuple):
    """Of the base of the polynomial, and of its inverse."""

    up: Hashes
    down: Hashes


def _powers(base: int, size: int) -> _Powers:
    return _usual_powers(base) if size < 2 * _AT_ONCE else _made_powers(base, size)


@lru_cache(maxsize=1)
def _usual_powers(base: int) -> _Powers:
    return _made_powers(base, 2 * _AT_ONCE)


def _made_powers(base: int, size: int) -> _Powers:
    def of(factor: int) -> Hashes:
        return np.concatenate([np.ones(1, np.uint64), np.cumprod(np.full(size, factor, np.uint64))])

    return _Powers(of(base), of(pow(base, -1, 1 << 64)))


class _Table:
    """The kind of each code point of the first plane, and of each beyond that was met so far."""

    def __init__(self) -> None:
        self._kinds = np.full(0x110000, _UNKNOWN, np.uint8)
        plane = np.arange(0x10000)
        self._learn(plane[(plane < _SURROGATES.start) | (plane >= _SURROGATES.stop)])

    def of(self, codes: Codes) -> Kinds:
        """The kinds of some code points."""
        kinds = self._kinds[codes]
        unknown = np.unique(codes[kinds == _UNKNOWN])
        if not unknown.size:
            return kinds
        self._learn(unknown)
        return self._kinds[codes]

    def _learn(self, unknown: npt.NDArray[np.integer[Any]]) -> None:
        signs = pl.Series([chr(code) for code in unknown.tolist()], dtype=pl.String)
        running, spaceless = (signs.str.contains(pattern).to_numpy() for pattern in (_RUNNING, _SPACELESS))
        self._kinds[unknown] = np.where(spaceless, _SIGN, np.where(running, _RUN, _GAP))


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()
