"""Whether a text is surely in no other language than one, told by far fewer sums than it takes to say in which it is.

A language that has nine tenths of the probability leads over each other language. The others are put into a few groups
of languages that are alike, and of each feature the group's most over the one language is kept: what all features of a
text come to in the group is at least the lead of any of its languages.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import numpy as np

from redaction.detection.acceleration.language import batch_scores
from redaction.detection.acceleration.language import model as model_module
from redaction.detection.acceleration.language.batch_scores import BatchClassifier, Floats, parts_of
from redaction.storage.cache import unpacked

_GROUPS: Final = 8
_DIGITS: Final = 16
_LEAD: Final = 1.0
"""Times the root of a text's bytes: with a lead of no more a language, or two columns of one, has not nine tenths of
the probability. It would take half as much again, which leaves room for rounding."""


class Rivals:
    """All languages of a model but some, against one."""

    def __init__(self, classifier: BatchClassifier, supported: frozenset[str], model: str, own: str) -> None:
        """`own` is one of `supported`, and of the classifier's languages; `model` names these and the model."""
        among = sha256(" ".join(sorted(supported)).encode()).hexdigest()
        name = f"{model}-{among[:_DIGITS]}-{own}"
        arrays = unpacked(name, lambda: {"leads": _leads(classifier, supported, own)}, model_module, batch_scores)
        self._leads = arrays["leads"]
        self._classifier = classifier

    def may_win(self, texts: Sequence[str]) -> list[bool]:
        """Whether one of them could have nine tenths of a text's probability; never wrong when it says no."""
        return [may for part in parts_of(texts) for may in self._may_win(part)]

    def _may_win(self, texts: Sequence[bytes]) -> list[bool]:
        owners, features, weights = self._classifier.visits(texts)
        most = np.zeros((len(texts), self._leads.shape[1]), np.float32)
        firsts = np.flatnonzero(np.diff(owners, prepend=-1))
        if firsts.size:
            gains = np.take(self._leads, features, axis=0, mode="clip") * weights[:, None]
            most[owners[firsts]] = np.add.reduceat(gains, firsts, axis=0) + self._leads[-1]
        least = _LEAD * np.sqrt([len(text) for text in texts])
        may: list[bool] = (most.max(axis=1, initial=-np.inf) > least).tolist()
        return may


def _leads(classifier: BatchClassifier, supported: frozenset[str], own: str) -> Floats:
    """For each feature the most that a language of a group gains on the one: a row a feature, a column a group."""
    rivals = [language for language in classifier.languages if language not in supported]
    leads = classifier.weights_of(rivals) - classifier.weights_of([own])[:, :1]
    groups = [leads[:, group].max(axis=1) for group in _groups(leads)]
    return np.stack(groups, axis=1) if groups else np.empty((len(leads), 0), np.float32)


def _groups(leads: Floats) -> list[list[int]]:
    """Columns that are alike, joined two groups at a time as Ward does it: where the spread within grows least."""
    groups = [[i] for i in range(leads.shape[1])]
    products = (leads.T @ leads).astype(np.float64)
    squares = np.diag(products)
    growth = (squares[:, None] + squares - 2 * products) / 2
    np.fill_diagonal(growth, np.inf)
    while len(groups) > _GROUPS:
        into, gone = sorted(divmod(int(growth.argmin()), len(groups)))
        sizes = np.array([len(group) for group in groups])
        one, other = sizes[into] + sizes, sizes[gone] + sizes
        joined = one * growth[into] + other * growth[gone] - sizes * growth[into, gone]
        growth[into] = growth[:, into] = joined / (one + sizes[gone])
        growth[into, into] = np.inf
        growth = np.delete(np.delete(growth, gone, axis=0), gone, axis=1)
        groups[into] += groups.pop(gone)
    return groups
