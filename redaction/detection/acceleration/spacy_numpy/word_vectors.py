"""Computes the vectors of single tokens, once for each distinct token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from thinc.api import NumpyOps

from redaction.detection.acceleration.spacy_numpy.weights import NotSupportedError, Words
from redaction.detection.models.linear import Affine, Floats

Features = npt.NDArray[np.uint64]
MAX_CACHED: Final = 60_000


class WordEncoder:
    """Caches vectors by the hashes of a token's attributes, never by its text. Not safe to share between threads."""

    def __init__(
        self, words: Words, vectors: Any, max_cached: int = MAX_CACHED, on_clear: Callable[[], None] | None = None
    ) -> None:
        """Prepare an empty cache; the first row of `table` is zero and belongs to no token.

        Args:
            words: the weights.
            vectors: the pipeline's vectors, if the model reads them.
            max_cached: the most tokens that are cached.
            on_clear: is called when rows of `table` get other tokens.

        Raises:
            NotSupportedError: the vectors are of another kind.
        """
        self._words = words
        self._on_clear = on_clear
        if words.vectors is not None and getattr(vectors, "mode", None) != "default":
            raise NotSupportedError
        self._vectors = vectors
        self._max_cached = max_cached
        self._ops = NumpyOps()
        self._index: dict[bytes, int] = {}
        self.table = np.zeros((1024, len(words.mix.scale)), np.float32)

    def rows(self, features: Features) -> npt.NDArray[np.int64]:
        """Return the row of `table` of each token, valid until the next call.

        Args:
            features: one row per token: the attributes of the model in its order, then the key of its static vector.

        Returns:
            The rows of the tokens.
        """
        index = self._index
        keys: Sequence[bytes] = np.ascontiguousarray(features).view(f"V{features.shape[1] * 8}").ravel().tolist()
        new = {key: i for i, key in enumerate(keys) if key not in index}
        if len(index) + len(new) > self._max_cached:
            index.clear()
            if self._on_clear is not None:
                self._on_clear()
            new = {key: i for i, key in enumerate(keys)}
        if new:
            start = len(index) + 1
            self._grow(start + len(new))
            self.table[start : start + len(new)] = self._encode(features[list(new.values())])
            index.update(zip(new, range(start, start + len(new)), strict=True))
        return np.fromiter(map(index.__getitem__, keys), np.int64, len(keys))

    def _encode(self, features: Features) -> Floats:
        parts = []
        for i, table in enumerate(self._words.tables):
            keys = self._ops.hash(np.ascontiguousarray(features[:, i]), table.seed) % len(table.rows)
            parts.append(self._ops.gather_add(table.rows, keys))
        if self._words.vectors is not None:
            parts.append(self._static(features[:, -1], self._words.vectors))
        return self._words.mix.apply(np.concatenate(parts, axis=1))

    def _static(self, keys: npt.NDArray[np.uint64], narrow: Affine) -> Floats:
        found = self._vectors.find(keys=keys)
        narrowed = narrow.apply(np.asarray(self._vectors.data[found], np.float32))
        narrowed[found < 0] = 0
        return narrowed

    def _grow(self, rows: int) -> None:
        if rows > len(self.table):
            larger = np.zeros((max(rows, 2 * len(self.table)), self.table.shape[1]), np.float32)
            larger[: len(self.table)] = self.table
            self.table = larger
