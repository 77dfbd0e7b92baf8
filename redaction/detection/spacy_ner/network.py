"""The network of spaCy's NER in NumPy: the same sums, in blocks of rows that stay in a core's cache.

A row's result has the same bits wherever it stands and whatever stands beside it, so a text's entities do not
depend on the batch. Three things make it so, and a test holds them to it: every product takes `BLOCK` rows; on
OpenBLAS's kernels for Haswell and Zen rows go through in dozens, and a rest would be summed in another order; and so
would the outermost columns of a product, so eight idle ones stand on either side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
BLOCK: Final = 120
_EDGE: Final = 8
_WIDEST: Final = 304
"""Columns of one product beside the idle ones; OpenBLAS cuts wider ones in two."""
_EPSILON: Final = np.float32(1e-8)


@dataclass(frozen=True)
class Affine:
    """Linear layers of one input, side by side."""

    weights: tuple[Floats, ...]
    """One for each product, with idle columns on either side."""
    biases: tuple[Floats, ...]
    places: tuple[tuple[int, slice], ...]
    """For each layer its product and its columns there."""

    @classmethod
    def of(cls, weights: Sequence[Floats], biases: Sequence[Floats]) -> Affine:
        """From the layers' own weights, (inputs, outputs) each, and biases.

        Raises:
            ValueError: a layer is too wide.
        """
        widths = [weight.shape[1] for weight in weights]
        if max(widths) > _WIDEST:
            raise ValueError(max(widths))
        places: list[tuple[int, slice]] = []
        product, end = 0, _EDGE
        for width in widths:
            if end + width > _EDGE + _WIDEST:
                product, end = product + 1, _EDGE
            places.append((product, slice(end, end + width)))
            end += width
        used = [max(at.stop for p, at in places if p == i) for i in range(product + 1)]
        ends = [-(-end // _EDGE) * _EDGE + _EDGE for end in used]
        padded = [np.zeros((weights[0].shape[0], end), np.float32) for end in ends]
        shifts = [np.zeros(end, np.float32) for end in ends]
        for (i, at), weight, bias in zip(places, weights, biases, strict=True):
            padded[i][:, at] = weight
            shifts[i][at] = bias
        return cls(tuple(padded), tuple(shifts), tuple(places))

    @property
    def width(self) -> int:
        """Outputs of all layers."""
        return sum(at.stop - at.start for _, at in self.places)

    def room(self) -> list[Floats]:
        """What `of_block` writes into."""
        return [np.empty((BLOCK, weight.shape[1]), np.float32) for weight in self.weights]

    def of_block(self, block: Floats, room: list[Floats]) -> list[Floats]:
        """The result of each layer, (BLOCK, inputs) → (BLOCK, outputs); valid until `room` is used again."""
        for weight, bias, out in zip(self.weights, self.biases, room, strict=True):
            np.matmul(block, weight, out=out)
            np.add(out, bias, out=out)
        return [room[i][:, at] for i, at in self.places]

    def apply(self, rows: Floats) -> Floats:
        """(rows, inputs) → (rows, outputs of all layers)."""
        out = np.empty((len(rows), self.width), np.float32)
        room = self.room()
        columns = list(pairwise(np.cumsum([0, *(at.stop - at.start for _, at in self.places)]).tolist()))
        for start, block in blocks(rows):
            for (first, last), part in zip(columns, self.of_block(block, room), strict=True):
                out[start : start + BLOCK, first:last] = part[: len(rows) - start]
        return out


@dataclass(frozen=True)
class Maxout:
    """Several linear layers, of which the largest counts at each output, then normalised."""

    pieces: Affine
    scale: Floats
    shift: Floats

    def of_block(self, block: Floats, room: list[Floats]) -> Floats:
        """(BLOCK, inputs) → (BLOCK, outputs); `room` is that of `pieces`."""
        best = largest(self.pieces.of_block(block, room))
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
        room = self.pieces.room()
        for start, block in blocks(rows):
            out[start : start + BLOCK] = self.of_block(block, room)[: len(rows) - start]
        return out


def largest(pieces: Sequence[Floats]) -> Floats:
    """The largest of all pieces at each place, in an array of its own."""
    best: Floats = np.array(pieces[0])
    for piece in pieces[1:]:
        np.maximum(best, piece, out=best)
    return best


def encode(rows: Floats, layers: Sequence[Maxout], reach: int) -> Floats:
    """Let each row take in its neighbours as far as `reach`, layer after layer: (rows, width) → (rows, width).

    Rows between texts are zero to begin with and are then treated as any other, as spaCy does; a text must end
    `reach` rows a layer before the next so as not to see it.
    """
    count, width = rows.shape
    span = (2 * reach + 1) * width
    window = np.empty((BLOCK, span), np.float32)
    room = layers[0].pieces.room()
    before = np.zeros((reach + whole_blocks(count) + reach, width), np.float32)
    before[reach : reach + count] = rows
    after = np.zeros_like(before)
    for layer in layers:
        windows = np.lib.stride_tricks.as_strided(before, (len(before) - 2 * reach, span), before.strides)
        for start in range(0, len(windows), BLOCK):
            np.copyto(window, windows[start : start + BLOCK])
            middle = slice(start + reach, start + reach + BLOCK)
            np.add(layer.of_block(window, room), before[middle], out=after[middle])
        before, after = after, before
    return before[reach : reach + count]


def blocks(rows: Floats) -> Iterator[tuple[int, Floats]]:
    """Where each block starts, and its rows; the last is filled up with zeros."""
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        if len(block) < BLOCK:
            block = np.concatenate([block, np.zeros((BLOCK - len(block), rows.shape[1]), np.float32)])
        yield start, np.ascontiguousarray(block)


def whole_blocks(rows: int) -> int:
    """The rows of the fewest blocks that hold `rows`."""
    return -(-rows // BLOCK) * BLOCK
