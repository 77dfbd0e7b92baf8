"""A conditional logit: which of the candidates of a record is its author?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PRIOR_STRENGTH: Final = 2.0
"""How strongly the weights are drawn to those that are expected: where nothing links, nothing could be learnt."""
_STEPS: Final = 30
_SMALLEST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Choices:
    """Records with their candidates.

    Attributes:
        features: Of each record, candidate and feature.
        weights: For how many members each candidate stands; 0 for none.
        author: The position of the author among the candidates; -1 where the author is not one of them.
    """

    features: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    author: npt.NDArray[np.int64]

    def of(self, rows: npt.NDArray[np.bool_]) -> "Choices":
        """Return some of the records."""
        return Choices(self.features[rows], self.weights[rows], self.author[rows])

    def probabilities(self, coefficients: Floats) -> Floats:
        """Return the probability of each candidate."""
        scores = self.features @ coefficients
        scores -= scores.max(axis=1, keepdims=True)
        likelihoods = self.weights * np.exp(scores)
        shares: Floats = (likelihoods / likelihoods.sum(axis=1, keepdims=True)).astype(np.float64)
        return shares


def fit(choices: Choices, expected: Floats) -> Floats:
    """Fit coefficients to records whose authors are known, by maximum a posteriori (Newton steps, halved if too long).

    Args:
        choices: The records; those whose author is not among the candidates are left out.
        expected: The coefficients that are expected, around which they are normally distributed.

    Returns:
        The coefficients.
    """
    known = choices.of(choices.author >= 0)
    if not len(known.author):
        return expected
    rows = np.arange(len(known.author))
    chosen = known.features[rows, known.author].sum(axis=0, dtype=float)
    precision = _PRIOR_STRENGTH / np.square(1 + np.abs(expected))
    loss, coefficients = _loss(known, expected, expected), expected
    for _ in range(_STEPS):
        shares = known.probabilities(coefficients)
        weighted = shares[:, :, None] * known.features
        means = weighted.sum(axis=1)
        spread = weighted.reshape(-1, len(expected)).T @ known.features.reshape(-1, len(expected)) - means.T @ means
        gradient = means.sum(axis=0) - chosen + precision * (coefficients - expected)
        step = np.linalg.solve(spread + np.diag(precision), gradient)
        size = 1.0
        while (less := _loss(known, coefficients - size * step, expected)) > loss and size > _SMALLEST:
            size /= 2
        coefficients, gain, loss = coefficients - size * step, loss - less, less
        if gain < _SMALLEST:
            break
    return coefficients


def _loss(known: Choices, coefficients: Floats, expected: Floats) -> float:
    shares = known.probabilities(coefficients)[np.arange(len(known.author)), known.author]
    pull = np.square((coefficients - expected) / (1 + np.abs(expected))).sum()
    return float(_PRIOR_STRENGTH * pull / 2 - np.log(np.maximum(shares, 1e-300)).sum())
