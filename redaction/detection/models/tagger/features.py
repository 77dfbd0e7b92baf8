"""Computes what the tagger's word encoder reads of a word: hashed parts, its lexicon key, and its surface form.

The features do not depend on the neighbors, so each distinct word is encoded once and cached.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

HASHED: Final = ("norm", "prefix", "suffix", "ending", "shape")
GRAMS: Final = (3, 4, 5)
MAX_GRAMS: Final = 24
LOOKS: Final = 16

_DIGITS: Final = re.compile(r"\d")
_REPEATED: Final = re.compile(r"(.)\1{2,}")


def normalize(word: str) -> str:
    """Fold case, digits and repeated letters of a word; links, handles and e-mail addresses become placeholders."""
    if word.startswith("@") and len(word) > 1:
        return "@handle"
    lower = word.lower()
    if lower.startswith(("http://", "https://", "www.")):
        return "@link"
    if "@" in lower and len(word) > 1:
        return "@mail"
    return _REPEATED.sub(r"\1\1", _DIGITS.sub("0", lower).replace("\u2019", "'"))


def key(lower: str) -> int:
    """Return the 64-bit key of a lower-case word in the lexicon."""
    return int.from_bytes(hashlib.blake2b(lower.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _crc(kind: str, part: str, rows: int) -> int:
    return crc32(f"{kind}\0{part}".encode("utf-8", "surrogatepass")) % (rows - 1) + 1


def shape(word: str) -> str:
    """Return the shape of a word, with runs cut to three: `Janet` is `Xxxx`, `B2B` is `XdX`."""
    out: list[str] = []
    for ch in word[:40]:
        mark = "X" if ch.isupper() else "x" if ch.islower() else "d" if ch.isdigit() else "c" if ch.isalpha() else ch
        if out[-3:] != [mark] * 3:
            out.append(mark)
    return "".join(out)


def _fold(lower: str) -> str:
    if lower.isascii():
        return lower
    return "".join(ch for ch in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(ch)) or lower


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows of each hashed table, in the order of `HASHED`, and of the table of letter n-grams."""

    hashed: tuple[int, ...]
    grams: int


@dataclass(frozen=True, slots=True)
class WordFeatures:
    """Features of one word: table rows, rows of its letter n-grams, its surface form as numbers in [0, 1], its key."""

    hashed: tuple[int, ...]
    grams: tuple[int, ...]
    looks: tuple[float, ...]
    key: int


def features(word: str, sizes: Sizes) -> WordFeatures:
    """Compute the features of one word in its original spelling."""
    norm = normalize(word)
    folded = _fold(norm)
    parts = (norm, folded[:3], folded[-3:], folded[-5:], shape(word) if norm[0] != "@" else norm)
    return WordFeatures(
        hashed=tuple(_crc(k, p, n) for k, p, n in zip(HASHED, parts, sizes.hashed, strict=True)),
        grams=_grams(folded, sizes.grams),
        looks=_looks(word, norm),
        key=key(norm),
    )


def _grams(folded: str, rows: int) -> tuple[int, ...]:
    if folded[0] == "@" or not folded[0].isalpha():
        return ()
    padded = f"<{folded[:30]}>"
    grams = [padded[i : i + n] for n in GRAMS for i in range(len(padded) - n + 1)]
    return tuple(_crc("gram", gram, rows) for gram in grams[:MAX_GRAMS])


def _looks(word: str, norm: str) -> tuple[float, ...]:
    letters = [ch for ch in word if ch.isalpha()]
    cased = any(ch.lower() != ch.upper() for ch in letters)
    lower, upper = cased and word.islower(), cased and word.isupper()
    title = cased and not upper and letters[0].isupper() and not any(ch.isupper() for ch in letters[1:])
    first = word[0]
    flags = (
        lower,
        upper and len(letters) > 1,
        upper and len(letters) == 1,
        title,
        cased and not (lower or upper or title),
        bool(letters) and not cased,
        bool(letters) and not all(ch.isascii() for ch in letters),
        not letters and first.isdigit(),
        not letters and not first.isdigit(),
        norm == "@handle",
        norm == "@link",
        norm == "@mail",
        first == "#",
        first in ".!?\u2026",
        "'" in norm or "." in norm,
    )
    return (*(float(flag) for flag in flags), min(len(word), 16) / 16)
