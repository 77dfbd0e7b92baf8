"""The tagger's network in NumPy: a word encoder and convolutions over words.

The scores of a text do not depend on the rest of the batch (`redaction.detection.models.linear`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from redaction.detection.acceleration.convolutions import GROUP, FilteredConvolutions, Ints
from redaction.detection.acceleration.convolutions import Layer as FastLayer
from redaction.detection.models.linear import BLOCK, Affine, Floats, whole_blocks

_EPSILON: Final = np.float32(1e-6)


@dataclass(frozen=True)
class Maxout:
    """Two linear layers, `pieces`; each output is the larger of theirs."""

    pieces: Affine
    scale: Floats

    @classmethod
    def of(cls, weights: Mapping[str, Floats], name: str) -> Maxout:
        """Take the weights of layer `name`."""
        halves = np.split(weights[f"{name}.weight"], 2, axis=1)
        return cls(Affine.of(halves, np.split(weights[f"{name}.bias"], 2)), weights[f"{name}.scale"])

    def of_block(self, block: Floats, buffers: list[Floats]) -> Floats:
        """Map (BLOCK, inputs) to (BLOCK, outputs), without the norm; `buffers` come from `pieces`."""
        return np.maximum(*self.pieces.of_block(block, buffers))

    def largest(self, pieces: Sequence[Floats]) -> Floats:
        """Return the larger of two outputs, with the norm."""
        return norm(np.maximum(*pieces), self.scale)


@dataclass(frozen=True)
class Layer:
    """A convolution over three words that are `dilation` apart."""

    maxout: Maxout
    dilation: int


@dataclass(frozen=True)
class WordEncoder:
    """Computes a word vector from the joined features of a word."""

    first: Maxout
    second: Maxout

    def apply(self, inputs: Floats) -> Floats:
        """Map (words, features) to (words, width)."""
        first = norm(np.maximum(*np.split(self.first.pieces.apply(inputs), 2, axis=1)), self.first.scale)
        second = np.maximum(*np.split(self.second.pieces.apply(first), 2, axis=1))
        return first + norm(second, self.second.scale)


def linear(weight: Floats, bias: Floats | None = None) -> Affine:
    """Create a linear layer from weights (inputs, outputs)."""
    return Affine.of([weight], [np.zeros(weight.shape[1], np.float32) if bias is None else bias])


def norm(x: Floats, scale: Floats) -> Floats:
    """Divide each row by its root mean square, then multiply by a learned scale."""
    square = np.einsum("ij,ij->i", x, x)
    square /= x.shape[1]
    square += _EPSILON
    np.sqrt(square, out=square)
    result: Floats = x / square[:, None]
    result *= scale
    return result


def positions_of(lengths: Sequence[int], reach: int) -> tuple[Ints, int]:
    """Lay texts out one after the other, each from the start of a group of positions.

    Args:
        lengths: the number of words of each text.
        reach: how far a layer reads; so many positions or more are between two texts.

    Returns:
        The position of each word, and the number of positions.
    """
    counts = np.array(lengths, np.int64)
    sizes = -(-(counts + reach) // GROUP) * GROUP
    starts, firsts = np.cumsum(sizes) - sizes, np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(starts - firsts, counts), int(sizes.sum())


class Convolutions(Protocol):
    """Computes the layers of a network for words of a vocabulary."""

    def apply(self, encoded: Floats, positions: Ints) -> Floats:
        """Return (positions, width); `positions` holds for each its row of `encoded`, 0 between texts."""

    def forget(self) -> None:
        """Keep nothing that was computed of `encoded`: its rows hold other words from now on."""


class DirectConvolutions:
    """The slow reference of `acceleration.convolutions`: one product for each word and its neighbors."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)

    def apply(self, encoded: Floats, positions: Ints) -> Floats:
        """Apply all layers."""
        return convolve(encoded[positions], (positions > 0).astype(np.float32)[:, None], self._layers)

    def forget(self) -> None:
        """Do nothing: nothing is kept."""


def convolutions(layers: Sequence[Layer], *, filtered: bool) -> Convolutions:
    """Return the layers, computed with fewer products if wanted and possible."""
    fast = [FastLayer(layer.maxout.pieces, layer.dilation, layer.maxout.largest) for layer in layers]
    if filtered and FilteredConvolutions.supports(fast):
        return FilteredConvolutions(fast)
    return DirectConvolutions(layers)


def convolve(x: Floats, is_word: Floats, layers: tuple[Layer, ...]) -> Floats:
    """Apply all layers, block by block, so that a window and its products stay in a core's cache."""
    count, width = x.shape
    reach = max(layer.dilation for layer in layers)
    rows = whole_blocks(count)
    before = np.zeros((reach + rows + reach, width), np.float32)
    before[reach : reach + count] = x
    after = np.zeros_like(before)
    words = np.zeros((rows, 1), np.float32)
    words[:count] = is_word
    window = np.empty((BLOCK, 3 * width), np.float32)
    buffers = layers[0].maxout.pieces.buffers()
    for layer in layers:
        for start in range(reach, reach + rows, BLOCK):
            for i, shift in enumerate((-layer.dilation, 0, layer.dilation)):
                window[:, i * width : (i + 1) * width] = before[start + shift : start + shift + BLOCK]
            out = norm(layer.maxout.of_block(window, buffers), layer.maxout.scale)
            out += before[start : start + BLOCK]
            np.multiply(out, words[start - reach : start - reach + BLOCK], out=after[start : start + BLOCK])
        before, after = after, before
    return before[reach : reach + count]
