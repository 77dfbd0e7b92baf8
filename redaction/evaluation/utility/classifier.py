"""A classifier of texts: logistic regression with an L2 penalty on hashed words."""

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]

_BUCKETS: Final = 1 << 15
_PENALTY: Final = 1e-4
_STEPS: Final = 150


class Classifier:
    """Finds the class of a text by the words that are in it."""

    def __init__(self, texts: Sequence[Sequence[str]], classes: Sequence[str]) -> None:
        """Fit it to the words of texts and their classes, at least two. The same texts give the same classifier."""
        self._classes = sorted(set(classes))
        numbers = {name: number for number, name in enumerate(self._classes)}
        wanted = np.eye(len(numbers))[[numbers[name] for name in classes]]
        words = _hashed(texts)

        def loss(flat: Floats) -> tuple[float, Floats]:
            weights = flat.reshape(_BUCKETS, len(numbers))
            scores = words @ weights
            scores -= scores.max(axis=1, keepdims=True)
            log_sums = np.log(np.exp(scores).sum(axis=1, keepdims=True))
            missed = np.exp(scores - log_sums) - wanted
            value = float(((log_sums - scores) * wanted).sum()) / len(texts) + _PENALTY / 2 * float(flat @ flat)
            return value, (words.T @ missed / len(texts)).ravel() + _PENALTY * flat

        start = np.zeros(_BUCKETS * len(numbers))
        fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
        self._weights: Floats = fitted.x.reshape(_BUCKETS, len(numbers))

    def classify(self, texts: Sequence[Sequence[str]]) -> list[str]:
        """Return the likeliest class of each text."""
        return [self._classes[number] for number in np.argmax(_hashed(texts) @ self._weights, axis=1)]

    def accuracy(self, texts: Sequence[Sequence[str]], classes: Sequence[str]) -> float:
        """Return the share of the texts whose class is found."""
        return float(np.mean([found == right for found, right in zip(self.classify(texts), classes, strict=True)]))


def _hashed(texts: Sequence[Sequence[str]]) -> Any:
    """Return a sparse matrix of texts by buckets: 1 where a word of the text has the bucket, each row of length one."""
    buckets = [sorted({crc32(word.encode()) % _BUCKETS for word in text}) for text in texts]
    lengths = np.array([len(each) for each in buckets])
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    columns = np.fromiter((bucket for each in buckets for bucket in each), np.int64)
    return csr_array((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(texts), _BUCKETS))
