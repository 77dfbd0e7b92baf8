"""The tagger's network in NumPy alone: a word encoder, whose results are kept, and convolutions over words.

A text's scores do not depend on its neighbours (`redaction.detection.acceleration.linear`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from redaction.detection.acceleration.linear import BLOCK, Affine, Floats, whole_blocks

GAP: Final = 4
_EPSILON: Final = np.float32(1e-6)


@dataclass(frozen=True)
class Maxout:
    """A linear layer of two pieces, of which the larger counts at each output."""

    pieces: Affine
    scale: Floats

    @classmethod
    def of(cls, weights: Mapping[str, Floats], name: str) -> Maxout:
        """Read a layer `name`."""
        halves = np.split(weights[f"{name}.weight"], 2, axis=1)
        return cls(Affine.of(halves, np.split(weights[f"{name}.bias"], 2)), weights[f"{name}.scale"])

    def of_block(self, block: Floats, room: list[Floats]) -> Floats:
        """(BLOCK, inputs) → (BLOCK, outputs), before any norm; `room` is that of `pieces`."""
        return np.maximum(*self.pieces.of_block(block, room))


@dataclass(frozen=True)
class Layer:
    """One convolution over three words, `dilation` apart."""

    maxout: Maxout
    dilation: int


@dataclass(frozen=True)
class WordEncoder:
    """What makes one row of a word's joined features."""

    first: Maxout
    second: Maxout

    def apply(self, inputs: Floats) -> Floats:
        """(words, features) → (words, width)."""
        first = norm(np.maximum(*np.split(self.first.pieces.apply(inputs), 2, axis=1)), self.first.scale)
        second = np.maximum(*np.split(self.second.pieces.apply(first), 2, axis=1))
        return first + norm(second, self.second.scale)


def linear(weight: Floats, bias: Floats | None = None) -> Affine:
    """A linear layer: (inputs, outputs)."""
    return Affine.of([weight], [np.zeros(weight.shape[1], np.float32) if bias is None else bias])


def norm(x: Floats, scale: Floats) -> Floats:
    """Divide each row by its root mean square, then multiply by a learnt scale."""
    square = np.einsum("ij,ij->i", x, x)
    square /= x.shape[1]
    square += _EPSILON
    np.sqrt(square, out=square)
    result: Floats = x / square[:, None]
    result *= scale
    return result


def convolve(x: Floats, real: Floats, layers: tuple[Layer, ...]) -> Floats:
    """Add to every word what its windows say: (rows, width) → (rows, width); rows that are no words stay zero.

    Works block by block, so that a window and its products stay in a core's cache.
    """
    count, width = x.shape
    rows = whole_blocks(count)
    before = np.zeros((GAP + rows + GAP, width), np.float32)
    before[GAP : GAP + count] = x
    after = np.zeros_like(before)
    words = np.zeros((rows, 1), np.float32)
    words[:count] = real
    window = np.empty((BLOCK, 3 * width), np.float32)
    room = layers[0].maxout.pieces.room()
    for layer in layers:
        for start in range(GAP, GAP + rows, BLOCK):
            for i, shift in enumerate((-layer.dilation, 0, layer.dilation)):
                window[:, i * width : (i + 1) * width] = before[start + shift : start + shift + BLOCK]
            out = norm(layer.maxout.of_block(window, room), layer.maxout.scale)
            out += before[start : start + BLOCK]
            np.multiply(out, words[start - GAP : start - GAP + BLOCK], out=after[start : start + BLOCK])
        before, after = after, before
    return before[GAP : GAP + count]
