"""The network of spaCy's NER in NumPy: the same sums, in blocks of rows that fit a core's cache.

A row's result has the same bits whatever its position and the other rows (`redaction.detection.models.linear`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from redaction.detection.models.linear import BLOCK, Affine, Floats, blocks, whole_blocks

_EPSILON: Final = np.float32(1e-8)


@dataclass(frozen=True)
class Maxout:
    """Maxout layers, then layer normalization."""

    pieces: Affine
    scale: Floats
    shift: Floats

    def of_block(self, block: Floats, buffer: list[Floats]) -> Floats:
        """(BLOCK, inputs) → (BLOCK, outputs); `buffer` is that of `pieces`."""
        return self.activate(self.pieces.of_block(block, buffer))

    def activate(self, pieces: Sequence[Floats]) -> Floats:
        """Return the largest of the pieces, normalized."""
        best = largest(pieces)
        best -= best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best)
        spread /= np.float32(len(self.scale))
        spread += _EPSILON
        np.sqrt(spread, out=spread)
        best /= spread[:, None]
        best *= self.scale
        best += self.shift
        return best

    def apply(self, rows: Floats) -> Floats:
        """(rows, inputs) → (rows, outputs)."""
        out = np.empty((len(rows), len(self.scale)), np.float32)
        buffer = self.pieces.buffers()
        for start, block in blocks(rows):
            out[start : start + BLOCK] = self.of_block(block, buffer)[: len(rows) - start]
        return out


def largest(pieces: Sequence[Floats]) -> Floats:
    """Return the elementwise maximum, in a new array."""
    best: Floats = np.array(pieces[0])
    for piece in pieces[1:]:
        np.maximum(best, piece, out=best)
    return best


def encode(rows: Floats, layers: Sequence[Maxout], reach: int) -> Floats:
    """Convolve the rows, each with those up to `reach` away, layer after layer: (rows, width) → (rows, width)."""
    # Rows between texts start as zeros and are then treated as any other, as spaCy does; a text ends `reach` rows per
    # layer before the next, so that neither reads the other.
    count, width = rows.shape
    span = (2 * reach + 1) * width
    window = np.empty((BLOCK, span), np.float32)
    buffer = layers[0].pieces.buffers()
    before = np.zeros((reach + whole_blocks(count) + reach, width), np.float32)
    before[reach : reach + count] = rows
    after = np.zeros_like(before)
    for layer in layers:
        windows = np.lib.stride_tricks.as_strided(before, (len(before) - 2 * reach, span), before.strides)
        for start in range(0, len(windows), BLOCK):
            np.copyto(window, windows[start : start + BLOCK])
            middle = slice(start + reach, start + reach + BLOCK)
            np.add(layer.of_block(window, buffer), before[middle], out=after[middle])
        before, after = after, before
    return before[reach : reach + count]
