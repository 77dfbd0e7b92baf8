"""The figures of an attack: how many records and members are found, and how sure one can be."""

from typing import Final

import numpy as np
import numpy.typing as npt

from redaction.release.gates.linkage.tokens import Integers
from redaction.release.report import LinkageFigures, Rate

_RESAMPLES: Final = 400
_PRECISION: Final = 0.9
_FEWEST_CLAIMS: Final = 10
_DIGITS: Final = 5

Flags = npt.NDArray[np.bool_]


def figures(
    name: str, ranks: Integers, confidence: npt.NDArray[np.float64], authors: Integers, seed: int
) -> LinkageFigures:
    """Measure an attack.

    Args:
        name: Which records.
        ranks: The rank of the author of each record, from 1.
        confidence: How sure the attack is of the first candidate of each.
        authors: The author of each record.
        seed: The seed of the bootstrap.

    Returns:
        The figures.
    """
    return LinkageFigures(
        name=name,
        records=len(ranks),
        first=_rate(ranks == 1, authors, seed),
        first_ten=_rate(ranks <= 10, authors, seed),
        claimed=round(recall_at_precision(ranks == 1, confidence), _DIGITS),
    )


def recall_at_precision(right: Flags, confidence: npt.NDArray[np.float64]) -> float:
    """Return the largest share of records that can be claimed rightly while 90 % of the claims are right."""
    if not len(right):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    claims = np.arange(1, len(right) + 1)
    enough = (hits >= _PRECISION * claims) & (claims >= _FEWEST_CLAIMS)
    return float(hits[enough].max() / len(right)) if enough.any() else 0.0


def _rate(found: Flags, authors: Integers, seed: int) -> Rate:
    if not len(found):
        return Rate(value=0, low=0, high=0)
    _, number = np.unique(authors, return_inverse=True)
    totals, hits = np.bincount(number), np.bincount(number, weights=found)
    weights = np.random.default_rng(seed).multinomial(len(totals), np.full(len(totals), 1 / len(totals)), _RESAMPLES)
    low, high = np.quantile((weights @ hits) / np.maximum(weights @ totals, 1), [0.025, 0.975])
    return Rate(
        value=round(float(found.mean()), _DIGITS), low=round(float(low), _DIGITS), high=round(float(high), _DIGITS)
    )
