"""The figures of an attack: how many records and members are found, and how sure one can be."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from redaction.release.gates.linkage.tokens import Integers
from redaction.release.report import LinkageFigures, Rate

_PRECISION: Final = 0.9
_FEWEST_CLAIMS: Final = 10
_DIGITS: Final = 5
_Z: Final = 1.96

Flags = npt.NDArray[np.bool_]


def figures(name: str, ranks: Integers, confidence: npt.NDArray[np.float64], authors: Integers) -> LinkageFigures:
    """Measure an attack.

    Args:
        name: Which records.
        ranks: The rank of the author of each record, from 1.
        confidence: How sure the attack is of the first candidate of each.
        authors: The author of each record.

    Returns:
        The figures.
    """
    return LinkageFigures(
        name=name,
        records=len(ranks),
        independent=int(len(ranks) / _design_effect(ranks == 1, authors)) if len(ranks) else 0,
        first=share_found(ranks == 1, authors),
        first_ten=share_found(ranks <= 10, authors),
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


def share_found(found: Flags, authors: Integers) -> Rate:
    """Return the share that is found, with Wilson's interval; records of one author count for fewer if they agree."""
    if not len(found):
        return Rate(value=0, low=0, high=0)
    share, records = float(found.mean()), len(found) / _design_effect(found, authors)
    middle = (share + _Z**2 / (2 * records)) / (1 + _Z**2 / records)
    half = _Z / (1 + _Z**2 / records) * math.sqrt(share * (1 - share) / records + (_Z / (2 * records)) ** 2)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Rate(value=round(share, _DIGITS), low=round(low, _DIGITS), high=round(high, _DIGITS))


def _design_effect(found: Flags, authors: Integers) -> float:
    """Return how many times as large the variance of the share is as if each record had an author of its own."""
    share = found.mean()
    if share in {0, 1}:
        return 1.0
    _, number = np.unique(authors, return_inverse=True)
    excess = np.bincount(number, weights=found - share)
    return max(float(np.square(excess).sum() / (len(found) * share * (1 - share))), 1.0)
