"""Convolutions over three words with fewer products than one for each word and its neighbors.

The products of the first layer are computed once for each word of the vocabulary that was read. The other layers use
Winograd's minimal filtering F(4, 3): six products for four rows instead of twelve (Winograd 1980; Lavin and Gray 2016,
arXiv:1509.09308). The slow references are `models.tagger.network.convolve` and, for spaCy's network,
`spacy_numpy.network.encode`; the results differ by rounding.

The bits of a text's rows do not depend on other texts if each begins at the start of a group and ends two rows or more
before the next: of the six rows that a tile reads, the first and last add to no other row than they do by the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from redaction.detection.models.linear import BLOCK, Affine, Floats

Ints = npt.NDArray[np.int64]
GROUP: Final = 8
"""Rows of two tiles of four, of a dilation of one or two."""
_REST: Final = 24
"""The number of tiles in the last product is a multiple of this; a row has the same bits in it as in a full one."""
_PRODUCTS: Final = 16_384
"""Words whose products are kept: 4.2 kB each."""
_FILTERS: Final = np.array(
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ]
)
"""Transforms the three weights of a filter into six (G of the paper)."""


class Layer(NamedTuple):
    """Linear pieces of the rows `-dilation, 0, dilation`, and what makes a row of theirs."""

    pieces: Affine
    dilation: int
    activate: Callable[[Sequence[Floats]], Floats]


class _Tile(NamedTuple):
    """The planes that a tile reads, each with its distance in groups, and those that it computes."""

    reads: tuple[tuple[int, int], ...]
    writes: tuple[int, ...]


_TILES: Final = {
    1: (
        _Tile(((7, -1), (0, 0), (1, 0), (2, 0), (3, 0), (4, 0)), (0, 1, 2, 3)),
        _Tile(((3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (0, 1)), (4, 5, 6, 7)),
    ),
    2: (
        _Tile(((6, -1), (0, 0), (2, 0), (4, 0), (6, 0), (0, 1)), (0, 2, 4, 6)),
        _Tile(((7, -1), (1, 0), (3, 0), (5, 0), (7, 0), (1, 1)), (1, 3, 5, 7)),
    ),
}
"""Dilation → its two tiles of a group. Plane p holds row p of each group, so that what a tile reads is contiguous."""


class FilteredConvolutions:
    """The layers of a network, each with a residual connection."""

    def __init__(self, layers: Sequence[Layer], *, zero_gaps: bool = True) -> None:
        """Transform the weights of the layers; `supports` says whether that is possible.

        With `zero_gaps` rows between texts remain zero. Without, they are zero at first and then computed as any other.
        """
        self._zero_gaps = zero_gaps
        self._first = _FirstLayer(layers[0])
        self._others = [_FilteredLayer(layer) for layer in layers[1:]]

    @staticmethod
    def supports(layers: Sequence[Layer]) -> bool:
        """Whether the dilations are those of this module: one first, then one or two."""
        return layers[0].dilation == 1 and all(layer.dilation in _TILES for layer in layers)

    def forget(self) -> None:
        """Forget the products of all words: rows of `encoded` hold other words from now on."""
        self._first.forget()

    def apply(self, encoded: Floats, positions: Ints) -> Floats:
        """Apply all layers.

        Args:
            encoded: the vectors of the vocabulary; the first row is zero.
            positions: for each position its row of `encoded`, 0 between texts.

        Returns:
            (positions, width)
        """
        width = encoded.shape[1]
        groups = -(-len(positions) // (GROUP * _REST)) * _REST
        rows = np.zeros(groups * GROUP, np.int64)
        rows[: len(positions)] = positions
        is_computed = rows > 0 if self._zero_gaps else np.ones_like(rows)
        is_word = np.ascontiguousarray(is_computed.reshape(groups, GROUP).T, np.float32)[:, :, None]
        before = np.zeros((GROUP, groups + 2, width), np.float32)
        after = np.zeros_like(before)
        before[:, 1:-1] = self._first.apply(encoded, rows).reshape(groups, GROUP, width).transpose(1, 0, 2)
        before[:, 1:-1] *= is_word
        for layer in self._others:
            layer.apply(before, after, is_word)
            before, after = after, before
        return before[:, 1:-1].transpose(1, 0, 2).reshape(-1, width)[: len(positions)]


class _FirstLayer:
    """Adds the products of a word and its neighbors, each computed once for a word of the vocabulary."""

    def __init__(self, layer: Layer) -> None:
        pieces = layer.pieces
        taps = [np.split(pieces.weights[i][:, at], 3) for i, at in pieces.columns]
        biases = [pieces.biases[i][at] for i, at in pieces.columns]
        none = [np.zeros_like(bias) for bias in biases]
        self._affine = Affine.of([tap[i] for i in range(3) for tap in taps], [*none, *biases, *none])
        self._ends = np.cumsum([0, *map(len, biases)]).tolist()
        self._activate = layer.activate
        self._slot = np.zeros(0, np.int64)
        """Row of the vocabulary → row of `_products`; 0 for none."""
        self._used = 1
        self._products = [np.zeros((1, self._ends[-1]), np.float32) for _ in range(3)]
        self._products[1][0] = np.concatenate(biases)

    def forget(self) -> None:
        """Forget all products."""
        self._slot[:] = 0
        self._used = 1

    def apply(self, encoded: Floats, rows: Ints) -> Floats:
        """Return the vector of each row plus what the layer adds to it."""
        self._learn(encoded, rows)
        slots = np.concatenate([[0], self._slot[rows], [0]])
        out = encoded[rows]
        total, part = (np.empty((BLOCK, self._ends[-1]), np.float32) for _ in range(2))
        for start in range(0, len(rows), BLOCK):
            count = min(BLOCK, len(rows) - start)
            total, part = total[:count], part[:count]
            np.take(self._products[0], slots[start : start + count], axis=0, out=total, mode="clip")
            for i in (1, 2):
                np.take(self._products[i], slots[start + i : start + i + count], axis=0, out=part, mode="clip")
                total += part
            out[start : start + count] += self._activate([total[:, a:b] for a, b in pairwise(self._ends)])
        return out

    def _learn(self, encoded: Floats, rows: Ints) -> None:
        """Compute the products of the words that have none."""
        if len(self._slot) < len(encoded):
            self._slot = np.concatenate([self._slot, np.zeros(len(encoded) - len(self._slot), np.int64)])
        new = np.unique(rows[(self._slot[rows] == 0) & (rows > 0)])
        if self._used + len(new) > _PRODUCTS:
            self.forget()
            new = np.unique(rows[rows > 0])
        if not len(new):
            return
        slots = np.arange(self._used, self._used + len(new))
        self._slot[new] = slots
        self._used += len(new)
        added = np.split(self._affine.apply(encoded[new]), 3, axis=1)
        for i, products in enumerate(self._products):
            if self._used > len(products):
                larger = np.zeros((max(self._used, 2 * len(products)), products.shape[1]), np.float32)
                larger[: len(products)] = products
                self._products[i] = larger
            self._products[i][slots] = added[i]


class _FilteredLayer:
    """One layer by Winograd's minimal filtering."""

    def __init__(self, layer: Layer) -> None:
        pieces = layer.pieces
        self._filters = [
            np.einsum("ft,tij->fij", _FILTERS, np.stack(np.split(weight, 3)).astype(np.float64)).astype(np.float32)
            for weight in pieces.weights
        ]
        self._biases = pieces.biases
        self._columns = pieces.columns
        self._tiles = _TILES[layer.dilation]
        self._activate = layer.activate

    def apply(self, before: Floats, after: Floats, is_word: Floats) -> None:
        """Write to `after` what the layer makes of `before`, (planes, groups + 2, width)."""
        groups, width = before.shape[1] - 2, before.shape[2]
        inputs = np.empty((8, BLOCK, width), np.float32)
        products = [np.empty((6, BLOCK, filters.shape[2]), np.float32) for filters in self._filters]
        for start in range(1, groups + 1, BLOCK):
            count = min(BLOCK, groups + 1 - start)
            some = inputs[:, :count]
            for tile in self._tiles:
                _transform([before[p, start + k : start + k + count] for p, k in tile.reads], some)
                sums = [
                    _sums(some, filters, bias, out[:, :count])
                    for filters, bias, out in zip(self._filters, self._biases, products, strict=True)
                ]
                for i, plane in enumerate(tile.writes):
                    made = self._activate([sums[product][i][:, at] for product, at in self._columns])
                    made *= is_word[plane, start - 1 : start - 1 + count]
                    np.add(made, before[plane, start : start + count], out=after[plane, start : start + count])


def _transform(rows: Sequence[Floats], out: Floats) -> None:
    """Transform the six rows of each tile into the inputs of the products, `out[:6]`."""
    a, b, c, d, e, f = rows
    even, odd = out[6], out[7]
    np.subtract(e, c, out=even)
    np.subtract(d, b, out=odd)
    odd += odd
    np.add(even, odd, out=out[3])
    np.subtract(even, odd, out=out[4])
    np.subtract(a, c, out=out[0])
    out[0] *= 4
    out[0] += even
    np.subtract(f, d, out=out[5])
    odd += odd
    out[5] -= odd
    np.multiply(c, 4, out=even)
    np.subtract(e, even, out=even)
    np.multiply(b, 4, out=odd)
    np.subtract(d, odd, out=odd)
    np.add(even, odd, out=out[1])
    np.subtract(even, odd, out=out[2])


def _sums(inputs: Floats, filters: Floats, bias: Floats, out: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the outputs of the four rows of each tile; they are views of `out`."""
    for i, weight in enumerate(filters):
        np.matmul(inputs[i], weight, out=out[i])
    first, a, b, c, d, last = out
    a += bias
    near, near_odd = a + b, a - b
    np.add(c, d, out=a)
    np.subtract(c, d, out=b)
    first += near
    first += a
    b += b
    np.add(near_odd, b, out=c)
    a *= 4
    a += near
    b *= 4
    b += near_odd
    b += last
    return first, c, a, b
