"""A conditional logit: which of the candidates of a record is its author?"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]

_PRIOR_STRENGTH: Final = 2.0
"""How strongly the weights are drawn to those that are expected: where nothing links, nothing could be learnt."""


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
    """Fit coefficients to records whose authors are known, by maximum a posteriori.

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
    chosen = known.features[rows, known.author].astype(float)
    scale = 1 / (1 + np.abs(expected))

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        probabilities = known.probabilities(coefficients)
        likelihood = np.log(np.maximum(probabilities[rows, known.author], 1e-12)).sum()
        mean = np.einsum("rc,rcf->f", probabilities, known.features)
        pull = (coefficients - expected) * scale
        return (
            float(-likelihood + _PRIOR_STRENGTH * (pull @ pull) / 2),
            mean - chosen.sum(axis=0) + _PRIOR_STRENGTH * pull * scale,
        )

    found: Floats = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return found
