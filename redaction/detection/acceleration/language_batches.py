"""Classifies the languages of many texts at once: py3langid's automaton, features and classes, in NumPy.

The automaton's state depends on the last few bytes only. So the texts are joined and cut into lanes of equal length,
each with a run-up, and all lanes advance together. The score of a text does not depend on the other texts. It equals
py3langid's up to rounding, as it is summed in another order. The slow reference is `TextByText`.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from py3langid.langid import LanguageIdentifier

_BREAK: Final = 0xFF
"""A byte that is in no UTF-8 text: it resets the automaton."""
_RUN_UP: Final = 8
"""After so many bytes the state does not depend on earlier ones; a test computes how many are needed."""

_LANES: Final = 4096
_MIN_LANE: Final = 32
"""Bytes of the shortest lane; a run-up is added to each."""

_BITS: Final = 32
"""Bits of a packed number that hold the feature; it has fewer."""

_ROWS: Final = 512
"""Features of a text that are summed at once: few enough for single precision."""

_LINE: Final = 16
"""Weights in a cache line."""

_MAX_BYTES: Final = 1 << 20
"""Bytes of text that are classified at once; bounds memory."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Guess(NamedTuple):
    """The likeliest language, and its probability."""

    language: str
    score: float


class Classifier(Protocol):
    """Classifies the languages of texts."""

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """Return the likeliest language of each text."""


class TextByText:
    """The slow reference of `BatchClassifier`: py3langid itself, text by text."""

    def __init__(self, identifier: LanguageIdentifier) -> None:
        self._identifier = identifier

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """Return the likeliest language of each text."""
        return [Guess(*self._identifier.classify(text)) for text in texts]


def align_rows(weights: npt.NDArray[Any]) -> Floats:
    """Copy a model's weights, a feature per row, so that each row fills whole cache lines; rows are read at random."""
    table = np.zeros((len(weights), -(-weights.shape[1] // _LINE) * _LINE), np.float32)
    table[:, : weights.shape[1]] = weights
    return table


class BatchClassifier:
    """Classifies as `identifier.classify` does, in batches."""

    def __init__(self, identifier: LanguageIdentifier, table: Floats) -> None:
        """Read the model.

        Args:
            identifier: an identifier with `norm_probs`.
            table: its weights, from `align_rows`.
        """
        self._next = np.frombuffer(identifier.tk_nextmove, np.uint32)
        self._base = np.asarray(identifier.tk_row, np.int64) << 8
        self._feature = np.asarray(identifier.tk_output, np.int64)
        self._table = np.asarray(table)
        self._prior = np.asarray(identifier.nb_pc, np.float32)
        self.languages: tuple[str, ...] = tuple(identifier.nb_classes)
        self._aliases: list[tuple[int, int]] = identifier._alias_pairs

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """Return the likeliest language of each text; equal texts are classified once."""
        distinct = list(dict.fromkeys(texts))
        guesses = dict(zip(distinct, (g for part in _parts(distinct) for g in self._guesses(part)), strict=True))
        return [guesses[text] for text in texts]

    def _guesses(self, texts: Sequence[bytes]) -> list[Guess]:
        scores = self._scores(texts)
        lengths = np.maximum([len(text) for text in texts], 1)
        scores *= (1.0 / np.sqrt(lengths)).astype(np.float32)[:, None]
        np.exp(scores - scores.max(axis=1, keepdims=True), out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        for first, alias in self._aliases:
            scores[:, first] += scores[:, alias]
            scores[:, alias] = 0
        best = scores.argmax(axis=1)
        chances = scores[np.arange(len(texts)), best].tolist()
        return [Guess(self.languages[b], c) for b, c in zip(best.tolist(), chances, strict=True)]

    def _scores(self, texts: Sequence[bytes]) -> Floats:
        """Return (texts, classes) scores before normalization; zeros for a text without a feature."""
        owners, features = self._features(texts)
        pairs, counts = np.unique((owners << _BITS) + features, return_counts=True)
        owners, features = pairs >> _BITS, pairs & ((1 << _BITS) - 1)
        weights = np.log1p(np.arange(counts.max(initial=0) + 1, dtype=np.float32))[counts]
        scores = np.zeros((len(texts), len(self._prior)), np.float32)
        firsts = np.flatnonzero(np.diff(owners, prepend=-1)).tolist()
        starts = [at for low, high in pairwise([*firsts, len(owners)]) for at in range(low, high, _ROWS)]
        sums = np.empty((len(starts), self._table.shape[1]), np.float32)
        buffer = np.empty((_ROWS, self._table.shape[1]), np.float32)
        for partial, (low, high) in zip(sums, pairwise([*starts, len(owners)]), strict=True):
            rows = self._table.take(features[low:high], axis=0, out=buffer[: high - low], mode="clip")
            np.einsum("i,ij->j", weights[low:high], rows, out=partial)
        sums = sums[:, : len(self._prior)]
        owners = owners[starts]
        firsts_of_texts = np.flatnonzero(np.diff(owners, prepend=-1))
        if firsts_of_texts.size:
            scores[owners[firsts_of_texts]] = np.add.reduceat(sums, firsts_of_texts, axis=0) + self._prior
        return scores

    def _features(self, texts: Sequence[bytes]) -> tuple[Ints, Ints]:
        """Run the automaton; return for each occurrence of a feature the number of its text, and the feature."""
        gap = bytes([_BREAK])
        stream = np.frombuffer(gap * _RUN_UP + gap.join(texts) + gap, np.uint8)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        step = max(_MIN_LANE, -(-len(stream) // _LANES))
        lanes = -(-len(stream) // step)
        padded = np.full(_RUN_UP + lanes * step, _BREAK, np.intp)
        padded[_RUN_UP : _RUN_UP + len(stream)] = stream
        columns = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(padded, _RUN_UP + step)[::step].T)
        states = np.zeros(lanes, np.intp)
        moves = np.empty(lanes, np.intp)
        all_reached = np.empty((_RUN_UP + step, lanes), self._next.dtype)
        for column, reached in zip(columns, all_reached, strict=True):
            np.take(self._base, states, out=moves, mode="clip")
            moves += column
            states[:] = np.take(self._next, moves, out=reached, mode="clip")
        reached_states = all_reached[_RUN_UP:].T.ravel()[_RUN_UP : _RUN_UP + int(lengths.sum())]
        features = np.take(self._feature, reached_states, mode="clip")
        hits = np.flatnonzero(features >= 0)
        return np.repeat(np.arange(len(texts)), lengths)[hits], features[hits]


def _parts(texts: Iterable[str]) -> Iterator[list[bytes]]:
    """Yield the encoded texts, as many at a time as are classified at once."""
    part: list[bytes] = []
    size = 0
    for text in texts:
        part.append(_encode(text))
        size += len(part[-1])
        if size > _MAX_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _encode(text: str) -> bytes:
    """Encode a text as py3langid does."""
    lower = text.lower() if text.isupper() else text
    if lower.isascii():
        return lower.encode()
    return unicodedata.normalize("NFC", lower).encode("utf-8", "surrogatepass")
