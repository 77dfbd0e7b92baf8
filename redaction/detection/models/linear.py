"""Matrix products whose rows have the same bits whatever their position and the other rows.

So the scores of a text do not depend on its batch. Tests check what ensures it. Each product has `BLOCK` rows, as
OpenBLAS's kernels for Haswell and Zen process rows in dozens and sum a rest in another order. They do so with the
outermost columns, too, so each product has eight idle columns on either side. `one_thread` keeps a product from being
split among threads. This is no accelerator: without it a release would depend on the number of chunks.
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
"""Columns of one product without the idle ones; OpenBLAS splits wider products."""


def one_thread() -> AbstractContextManager[object]:
    """Limit NumPy's products to one thread inside the context."""
    limited: AbstractContextManager[object] = _pools().limit(limits=1, user_api="blas")
    return limited


@cache
def _pools() -> ThreadpoolController:
    return ThreadpoolController()


@dataclass(frozen=True)
class Affine:
    """Linear layers of one input, computed together."""

    weights: tuple[Floats, ...]
    """One matrix per product, with idle columns on either side."""
    biases: tuple[Floats, ...]
    columns: tuple[tuple[int, slice], ...]
    """For each layer the index of its product and its columns there."""

    @classmethod
    def of(cls, weights: Sequence[Floats], biases: Sequence[Floats]) -> Affine:
        """Join layers, each with weights (inputs, outputs) and a bias; raise ValueError if one is too wide."""
        widths = [weight.shape[1] for weight in weights]
        if max(widths) > _WIDEST:
            raise ValueError(max(widths))
        columns: list[tuple[int, slice]] = []
        product, end = 0, _EDGE
        for width in widths:
            if end + width > _EDGE + _WIDEST:
                product, end = product + 1, _EDGE
            columns.append((product, slice(end, end + width)))
            end += width
        used = [max(at.stop for p, at in columns if p == i) for i in range(product + 1)]
        ends = [-(-end // _EDGE) * _EDGE + _EDGE for end in used]
        padded = [np.zeros((weights[0].shape[0], end), np.float32) for end in ends]
        shifts = [np.zeros(end, np.float32) for end in ends]
        for (i, at), weight, bias in zip(columns, weights, biases, strict=True):
            padded[i][:, at] = weight
            shifts[i][at] = bias
        return cls(tuple(padded), tuple(shifts), tuple(columns))

    @property
    def width(self) -> int:
        """The number of outputs of all layers."""
        return sum(at.stop - at.start for _, at in self.columns)

    def buffers(self) -> list[Floats]:
        """Return arrays for `of_block` to write to."""
        return [np.empty((BLOCK, weight.shape[1]), np.float32) for weight in self.weights]

    def of_block(self, block: Floats, buffers: list[Floats]) -> list[Floats]:
        """Return the result of each layer, (BLOCK, inputs) → (BLOCK, outputs); valid until `buffers` are used again."""
        for weight, bias, out in zip(self.weights, self.biases, buffers, strict=True):
            np.matmul(block, weight, out=out)
            np.add(out, bias, out=out)
        return [buffers[i][:, at] for i, at in self.columns]

    def apply(self, rows: Floats) -> Floats:
        """Apply all layers: (rows, inputs) → (rows, outputs of all layers)."""
        out = np.empty((len(rows), self.width), np.float32)
        buffers = self.buffers()
        outputs = list(pairwise(np.cumsum([0, *(at.stop - at.start for _, at in self.columns)]).tolist()))
        for start, block in blocks(rows):
            for (first, last), part in zip(outputs, self.of_block(block, buffers), strict=True):
                out[start : start + BLOCK, first:last] = part[: len(rows) - start]
        return out


def blocks(rows: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield the start and the rows of each block; the last is padded with zeros."""
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        if len(block) < BLOCK:
            block = np.concatenate([block, np.zeros((BLOCK - len(block), rows.shape[1]), np.float32)])
        yield start, np.ascontiguousarray(block)


def whole_blocks(rows: int) -> int:
    """Round a number of rows up to whole blocks."""
    return -(-rows // BLOCK) * BLOCK
