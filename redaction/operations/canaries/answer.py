"""Judges a model's log-likelihoods: was it trained on a release, and on which?"""

from collections.abc import Iterator
from math import comb
from pathlib import Path
from typing import Final, Self

from redaction.base_model import FrozenModel
from redaction.config import Config
from redaction.operations.canaries.candidates import CanaryError, CanaryList, canary_lists
from redaction.operations.canaries.scores import read_scores
from redaction.release.canaries.scoring import LEVEL, Estimate, Exposure, correct, measure_exposure
from redaction.wording import counted, listed

_LEAST_STATED: Final = 1e-9
"""A smaller p-value is not spelled out as a number of times: no model of chance holds so far."""


class ReleaseExposure(FrozenModel):
    """What the scores say about one release."""

    version: str
    """Its version."""
    successors: tuple[str, ...]
    """The releases of takedowns that have the same canaries."""
    placed: int
    """How many sentences it has."""
    reference: int
    """How many were drawn for comparison."""
    exposure: Estimate
    """The mean exposure of the placed sentences, in bits."""
    exposure_by_chance: float
    """The exposure of sentences that a model never saw."""
    exposure_at_most: float
    """The exposure of sentences that are all likelier than the others."""
    pairs: Estimate
    """The share of pairs of a placed sentence and another in which the placed one is likelier."""
    p_value: float
    """How likely a model that never saw them would rank them as high."""
    p_corrected: float
    """The same after Holm's correction for the number of releases."""
    used: bool
    """Whether that is below .01."""
    reversed: bool
    """Whether the placed sentences are much less likely than the others, as where losses were given."""

    @classmethod
    def of(cls, one: CanaryList, exposure: Exposure) -> Self:
        """Describe the exposure of the canaries of a list."""
        return cls(
            version=one.version,
            successors=one.successors,
            placed=exposure.placed,
            reference=exposure.reference,
            exposure=exposure.exposure,
            exposure_by_chance=exposure.by_chance,
            exposure_at_most=exposure.most,
            pairs=exposure.pairs,
            p_value=exposure.p_value,
            p_corrected=exposure.p_corrected,
            used=exposure.is_used,
            reversed=exposure.is_reversed,
        )

    @property
    def name(self) -> str:
        """The version, with those of takedowns that have the same canaries."""
        return f"{self.version} (or its successor {listed(self.successors)})" if self.successors else self.version

    @property
    def figures(self) -> str:
        """The figures in one sentence."""
        pairs, bits = self.pairs, self.exposure
        return (
            f"{self.version}: a placed sentence is likelier than one that was only drawn in {pairs.value:.1%} of pairs "
            f"(95 % interval {pairs.low:.1%} to {pairs.high:.1%}; by chance 50 %); exposure {bits.value:.2f} bits "
            f"({bits.low:.2f} to {bits.high:.2f}; by chance {self.exposure_by_chance:.2f}, at most "
            f"{self.exposure_at_most:.2f}); p = {self.p_value:.2g} for {counted(self.placed, 'sentence')} and "
            f"{self.reference} for comparison."
        )


class CanaryAnswer(FrozenModel):
    """Whether a model was trained on a release."""

    corpus: str
    """The corpus."""
    used: bool
    """Whether the model ranks the canaries of a release higher than chance explains."""
    best: str | None
    """The release that explains the scores best; null if none does."""
    releases: tuple[ReleaseExposure, ...]
    """Each release, the one that explains best first."""

    def lines(self) -> Iterator[str]:
        """Yield the answer in words, the verdict first."""
        first = self.releases[0]
        used = [each for each in self.releases if each.used]
        if used:
            once_in = 1 / max(first.p_corrected, _LEAST_STATED)
            about = "about" if first.p_corrected > _LEAST_STATED else "less than"
            yield (
                f"Yes: this model was very probably trained on {self.corpus} {first.name}. A model that never saw it "
                f"would rank its canaries so high {about} once in {once_in:,.0f} times."
            )
        elif all(_smallest(each) * len(self.releases) >= LEVEL for each in self.releases):
            yield "Not known: there are too few canaries to tell use from chance; set release.canaries to 20 or more."
        else:
            yield f"No evidence that this model was trained on a release of {self.corpus}."
        yield from (each.figures for each in self.releases)
        if len(used) > 1:
            yield f"The canaries of {listed(each.name for each in used[1:])} rank higher than chance explains, too."
        if not used:
            yield (
                "This does not prove that it was not: a model may see a sentence once and not keep it, and whoever "
                "knows of canaries can take them out."
            )
        if any(each.reversed for each in self.releases):
            yield "The placed sentences are less likely than the others: are these losses? Log-likelihoods are needed."


def score_canaries(config: Config, file: Path, release: str | None = None) -> CanaryAnswer:
    """Judge the scores of a model.

    Args:
        config: The config of the corpus.
        file: The log-likelihoods, as `read_scores`.
        release: The version of the only release to judge; by default all of which a sentence is scored.

    Returns:
        The answer.

    Raises:
        CanaryError: A sentence of the release is not scored, or a score is of no sentence of the corpus.
    """
    scores, lists = read_scores(file), canary_lists(config)
    known = {each.candidate for one in lists for each in one.canaries}
    if unknown := len(scores.keys() - known):
        raise CanaryError(
            f"{file}: {counted(unknown, 'candidate')} of no release of {config.corpus}; score the sentences of "
            "discreet canary list"
        )
    wanted = canary_lists(config, release) if release else lists
    judged = [one for one in wanted if release or any(each.candidate in scores for each in one.canaries)]
    for one in judged:
        if missing := sum(each.candidate not in scores for each in one.canaries):
            raise CanaryError(
                f"{file}: lacks {missing} of the {len(one.canaries)} sentences of {one.version}; score all of them, "
                "since a choice among them proves nothing"
            )
    measured = [
        measure_exposure(
            one.version,
            [scores[each.candidate] for each in one.canaries if each.placed],
            [scores[each.candidate] for each in one.canaries if not each.placed],
        )
        for one in judged
    ]
    by_version = {one.version: one for one in judged}
    found = tuple(ReleaseExposure.of(by_version[each.version], each) for each in correct(measured))
    best = found[0].version if found[0].used else None
    return CanaryAnswer(corpus=config.corpus, used=best is not None, best=best, releases=found)


def _smallest(release: ReleaseExposure) -> float:
    """Return the smallest p-value that so few sentences can give."""
    return 1 / comb(release.placed + release.reference, release.placed)
