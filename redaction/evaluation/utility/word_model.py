"""A language model of words: trigrams, interpolated by Kneser and Ney with one absolute discount.

Chen and Goodman, "An empirical study of smoothing techniques for language modeling", 1999, section 3: the lower orders
count in how many different contexts a word was seen, not how often.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log
from typing import Final

_DISCOUNT: Final = 0.75
_EDGE: Final = "\n"
"""Before the first and after the last word of a text."""
_UNKNOWN: Final = "\x00"


class WordModel:
    """A trigram model over a closed vocabulary; all other words are one unknown word."""

    def __init__(self, texts: Iterable[Sequence[str]], vocabulary: Iterable[str] | None = None) -> None:
        """Count the words of texts.

        Args:
            texts: The words of each text.
            vocabulary: The words that are known; by default those of the texts. To compare models, give all the same.
        """
        listed = list(texts)
        self._known = frozenset(vocabulary if vocabulary is not None else (word for text in listed for word in text))
        triples = Counter[tuple[str, ...]]()
        for text in listed:
            words = self._framed(text)
            triples.update(zip(words, words[1:], words[2:], strict=False))
        pairs = Counter(triple[1:] for triple in triples)
        self._orders = [_Order(counts) for counts in (Counter(pair[1:] for pair in pairs), pairs, triples)]

    def log_probabilities(self, text: Sequence[str]) -> list[float]:
        """Return the logarithm of the probability of each word of a text after the two before it, and of its end."""
        words = self._framed(text)
        return [log(self._probability(words[at - 2 : at + 1])) for at in range(2, len(words))]

    def log_likelihood(self, text: Sequence[str]) -> float:
        """Return the logarithm of the probability of a text."""
        return sum(self.log_probabilities(text))

    def _framed(self, text: Sequence[str]) -> list[str]:
        return [_EDGE, _EDGE, *(word if word in self._known else _UNKNOWN for word in text), _EDGE]

    def _probability(self, words: Sequence[str]) -> float:
        probability = 1 / (len(self._known) + 2)  # unknown and end
        for size, order in enumerate(self._orders, 1):
            probability = order.interpolated(tuple(words[-size:]), probability)
        return probability


class _Order:
    """The counts of one length of word sequences, and of their contexts."""

    def __init__(self, counts: Counter[tuple[str, ...]]) -> None:
        self._counts = counts
        self._totals, self._kinds = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
        for words, count in counts.items():
            self._totals[words[:-1]] += count
            self._kinds[words[:-1]] += 1

    def interpolated(self, words: tuple[str, ...], shorter: float) -> float:
        """Return the probability of the last word after the others; `shorter` is that after fewer of them."""
        context = words[:-1]
        total = self._totals[context]
        if not total:
            return shorter
        return (max(self._counts[words] - _DISCOUNT, 0) + _DISCOUNT * self._kinds[context] * shorter) / total


def perplexity(log_probabilities: Iterable[float]) -> float:
    """Return the perplexity: how many equally likely words would be as hard to predict."""
    listed = list(log_probabilities)
    return exp(-sum(listed) / len(listed))
