"""The last layer of the tagger, fitted to labeled texts; the layers before it stay as they are.

The last layer turns what the network knows of a word into the probabilities of its tags: a multinomial logistic
regression. Its loss is convex, so the fit has one answer, in seconds. The distance from the shipped layer is penalized,
so few labels change little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_ITERATIONS: Final = 200
_FLOOR: Final = -1e9


@dataclass(frozen=True, slots=True)
class TaggedWords:
    """Words with the tags that they may have.

    inputs: (words, inputs of the last layer).
    allowed: (words, tags); several where the labels do not say which, for example of a type that was not labeled.
    """

    inputs: npt.NDArray[np.float32]
    allowed: Flags

    def __getitem__(self, which: npt.NDArray[np.int64] | Flags) -> TaggedWords:
        """Return some of the words."""
        return TaggedWords(self.inputs[which], self.allowed[which])


def fit_head(
    head: npt.NDArray[np.float32], temperature: float, words: TaggedWords, stiffness: float
) -> npt.NDArray[np.float32]:
    """Fit the last layer.

    Args:
        head: (inputs + 1, tags), where the fit starts; the last row is the bias.
        temperature: what the layer's outputs are divided by.
        words: the words to learn from.
        stiffness: the weight of the squared distance from `head`, beside the sum of the words' losses.

    Returns:
        The fitted layer.
    """
    inputs = np.concatenate([words.inputs, np.ones((len(words.inputs), 1), np.float32)], axis=1).astype(np.float64)
    start = head.astype(np.float64)

    def objective(flat: Floats) -> tuple[float, Floats]:
        layer = flat.reshape(start.shape)
        outputs = inputs @ layer / temperature
        change = layer - start
        loss = -_log_allowed(outputs, words.allowed).sum() + stiffness / 2 * float((change * change).sum())
        within = softmax(np.where(words.allowed, outputs, _FLOOR), axis=1)
        gradient = inputs.T @ (softmax(outputs, axis=1) - within) / temperature + stiffness * change
        return loss, gradient.ravel()

    found = minimize(objective, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    fitted: npt.NDArray[np.float32] = found.x.reshape(start.shape).astype(np.float32)
    return fitted


def mean_loss(head: npt.NDArray[np.float32], temperature: float, words: TaggedWords) -> float:
    """Return the mean negative log probability of the allowed tags, in nats a word."""
    outputs = (words.inputs @ head[:-1] + head[-1]).astype(np.float64) / temperature
    return float(-_log_allowed(outputs, words.allowed).mean())


def allowed_tags(
    tokens: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int, str]], labels: Sequence[str], labeled: set[str]
) -> tuple[Flags, Flags]:
    """Find the tags that labels allow for each word of a text.

    Args:
        tokens: `[start, end)` of each word.
        spans: `[start, end)` and type of each label, sorted by start.
        labels: the types of the tagger; the tags are "none", then beginning and inside of each type.
        labeled: the types that the labels of this text would have named.

    Returns:
        (words, tags), and for each word whether it can be learnt from: labels of other types say nothing about names.
    """
    tags = 1 + 2 * len(labels)
    other = np.zeros(tags, np.bool_)
    other[0] = True
    for index, label in enumerate(labels):
        if label not in labeled:
            other[1 + 2 * index : 3 + 2 * index] = True
    allowed, usable = np.tile(other, (len(tokens), 1)), np.ones(len(tokens), np.bool_)
    for start, end, label in spans:
        inside = [i for i, (first, last) in enumerate(tokens) if first < end and last > start]
        if label not in labels:
            usable[inside] = False
            continue
        for position, i in enumerate(inside):
            allowed[i] = False
            allowed[i, 1 + 2 * labels.index(label) + (position > 0)] = True
    return allowed, usable


def _log_allowed(outputs: Floats, allowed: Flags) -> Floats:
    whole: Floats = logsumexp(np.where(allowed, outputs, _FLOOR), axis=1) - logsumexp(outputs, axis=1)
    return whole
