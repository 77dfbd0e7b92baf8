"""Matrix products whose rows have the same bits wherever they stand and whatever stands beside them.

So what a model says of a text does not depend on the batch. Four things make it so, and tests hold them to it: every
product takes `BLOCK` rows; on OpenBLAS's kernels for Haswell and Zen rows go through in dozens, and a rest would be
summed in another order; so would the outermost columns of a product, so eight idle ones stand on either side; and
`one_thread` keeps a product from being cut up among threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

Floats = npt.NDArray[np.float32]
BLOCK: Final = 120
_EDGE: Final = 8
_WIDEST: Final = 304
"""Columns of one product beside the idle ones; OpenBLAS cuts wider ones in two."""


def one_thread() -> AbstractContextManager[object]:
    """Inside, NumPy's products run on one thread, however many the environment allows."""
    limited: AbstractContextManager[object] = _pools().limit(limits=1, user_api="blas")
    return limited


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()


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
        """Join layers, each with weights (inputs, outputs) and a bias; raise ValueError if one is too wide."""
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
