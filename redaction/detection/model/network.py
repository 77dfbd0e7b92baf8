"""The tagger's network in NumPy alone: a word encoder, whose results are kept, and convolutions over words.

Every matrix product has the same shape whatever the batch, so a text's scores do not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
BLOCK: Final = 512
GAP: Final = 4
_EPSILON: Final = np.float32(1e-6)


@dataclass(frozen=True)
class Layer:
    """Weights of one convolution over `2 × reach + 1` words, `dilation` apart, with a maxout of two pieces."""

    weight: Floats
    bias: Floats
    scale: Floats
    dilation: int


def norm(x: Floats, scale: Floats) -> Floats:
    """Divide each row by its root mean square, then multiply by a learnt scale."""
    square = np.einsum("ij,ij->i", x, x)
    square /= x.shape[1]
    square += _EPSILON
    np.sqrt(square, out=square)
    result: Floats = x / square[:, None]
    result *= scale
    return result


def product(x: Floats, weight: Floats, bias: Floats | None) -> Floats:
    """Multiply blocks of `BLOCK` rows, the last one padded, so that rows do not depend on how many there are."""
    rows = x.shape[0]
    out = np.empty((rows, weight.shape[1]), np.float32)
    whole = rows - rows % BLOCK
    for start in range(0, whole, BLOCK):
        np.matmul(x[start : start + BLOCK], weight, out=out[start : start + BLOCK])
    if whole < rows:
        last = np.zeros((BLOCK, x.shape[1]), np.float32)
        last[: rows - whole] = x[whole:]
        out[whole:] = (last @ weight)[: rows - whole]
    if bias is not None:
        out += bias
    return out


def maxout(x: Floats) -> Floats:
    """Take the larger of the two halves of each row."""
    half = x.shape[1] // 2
    return np.maximum(x[:, :half], x[:, half:])


def encode_words(inputs: Floats, weights: Mapping[str, Floats]) -> Floats:
    """Give the encoding of words from their joined features: (words, features) → (words, width)."""
    first = norm(maxout(product(inputs, weights["word.weight"], weights["word.bias"])), weights["word.scale"])
    second = maxout(product(first, weights["word2.weight"], weights["word2.bias"]))
    return first + norm(second, weights["word2.scale"])


def convolve(x: Floats, real: Floats, layer: Layer) -> Floats:
    """Add to every word what its window says: (rows, width) → (rows, width); rows that are no words stay zero."""
    rows, width = x.shape
    reach = layer.dilation
    window = np.zeros((rows, 3 * width), np.float32)
    window[reach:, :width] = x[: rows - reach]
    window[:, width : 2 * width] = x
    window[: rows - reach, 2 * width :] = x[reach:]
    out = norm(maxout(product(window, layer.weight, layer.bias)), layer.scale)
    out += x
    out *= real
    return out
