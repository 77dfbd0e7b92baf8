"""Tells from a model's log-likelihoods whether it was trained on the canaries of a release.

The *exposure* of a placed canary (Carlini et al., "The Secret Sharer", USENIX Security 2019) is log2 of the number of
sentences it is compared with, itself included, less log2 of its rank among them: 0 if all are likelier than it. Here it
is ranked among the sentences that were drawn in the same way and not placed. The key decides which half is placed. So
all ranks are equally likely for a model that never saw them: the p-value is that of the exact rank test of Wilcoxon,
Mann and Whitney, and needs no assumption about the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import mannwhitneyu, rankdata

from redaction.base_model import FrozenModel

Floats = npt.NDArray[np.float64]

RESAMPLES: Final = 2_000
_SEED: Final = 20_190_814
_EXACT: Final = 10_000
"""Up to so many pairs the exact distribution of the test is computed, and beyond it the normal one."""
LEVEL: Final = 0.01
"""The p-value, corrected for the number of releases, below which a release counts as used."""


class Estimate(FrozenModel):
    """A figure with its 95 % bootstrap interval, for which placed and other sentences are drawn with replacement."""

    value: float
    """The figure."""
    low: float
    """The lower end of the interval."""
    high: float
    """The upper end."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the log-likelihoods say about the canaries of one release.

    `exposure` is the mean over the placed canaries, in bits; by chance it is `by_chance`, at most it is `most`. `pairs`
    is the share of pairs of a placed and another sentence in which the placed one is likelier; by chance one half.
    `p_value` is the chance that a model that never saw them ranks the placed ones as high, `p_corrected` that after
    Holm's correction for the number of releases.
    """

    version: str
    placed: int
    reference: int
    exposure: Estimate
    by_chance: float
    most: float
    pairs: Estimate
    p_value: float
    p_corrected: float = 1.0

    @property
    def is_used(self) -> bool:
        """Whether the model ranks the placed sentences higher than chance explains."""
        return self.p_corrected < LEVEL

    @property
    def is_reversed(self) -> bool:
        """Whether the placed sentences are much less likely than the others, as where losses were given."""
        return self.pairs.high < 0.5 and 1 - self.p_value < LEVEL


def measure_exposure(version: str, placed: Sequence[float], reference: Sequence[float]) -> Exposure:
    """Measure the exposure of the canaries of one release.

    Args:
        version: The release.
        placed: The log-likelihoods of the placed sentences, at least one.
        reference: Those of the sentences that were only drawn, at least one.

    Returns:
        The exposure. The same arguments give the same figures.
    """
    inside, outside = np.asarray(placed, np.float64), np.asarray(reference, np.float64)
    has_ties = np.unique(np.concatenate([inside, outside])).size < inside.size + outside.size
    method = "asymptotic" if has_ties or inside.size * outside.size > _EXACT else "exact"
    constant = np.ptp(np.concatenate([inside, outside])) == 0
    p_value = 1.0 if constant else float(mannwhitneyu(inside, outside, alternative="greater", method=method).pvalue)
    random = np.random.default_rng(_SEED)
    samples = [
        (
            inside[random.integers(0, inside.size, inside.size)],
            outside[random.integers(0, outside.size, outside.size)],
        )
        for _ in range(RESAMPLES)
    ]
    ranks = np.arange(1, outside.size + 2)
    return Exposure(
        version=version,
        placed=inside.size,
        reference=outside.size,
        exposure=_estimate(_exposure(inside, outside), [_exposure(*sample) for sample in samples]),
        by_chance=float(np.mean(np.log2(outside.size + 1) - np.log2(ranks))),
        most=float(np.log2(outside.size + 1)),
        pairs=_estimate(_pairs(inside, outside), [_pairs(*sample) for sample in samples]),
        p_value=p_value,
    )


def correct(exposures: Sequence[Exposure]) -> tuple[Exposure, ...]:
    """Correct the p-values of several releases by Holm's method, and sort them, the best explanation first."""
    ordered = sorted(exposures, key=lambda each: (each.p_value, -each.pairs.value, each.version))
    corrected, largest = list[Exposure](), 0.0
    for index, each in enumerate(ordered):
        largest = max(largest, min(1.0, each.p_value * (len(ordered) - index)))
        corrected.append(replace(each, p_corrected=largest))
    return tuple(corrected)


def _exposure(inside: Floats, outside: Floats) -> float:
    """Return the mean exposure; a tie counts half."""
    ordered = np.sort(outside)
    likelier = outside.size - np.searchsorted(ordered, inside, "right")
    equal = np.searchsorted(ordered, inside, "right") - np.searchsorted(ordered, inside, "left")
    return float(np.mean(np.log2(outside.size + 1) - np.log2(1 + likelier + equal / 2)))


def _pairs(inside: Floats, outside: Floats) -> float:
    """Return the share of pairs in which the placed one is likelier; a tie counts half."""
    ranks = rankdata(np.concatenate([inside, outside]))[: inside.size]
    return float((ranks.sum() - inside.size * (inside.size + 1) / 2) / (inside.size * outside.size))


def _estimate(value: float, resampled: Sequence[float]) -> Estimate:
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Estimate(value=value, low=float(low), high=float(high))
