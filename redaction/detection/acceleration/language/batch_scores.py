"""py3langid's model over many texts at once: the same automaton, features and classes, in NumPy.

The automaton's state depends on the last few bytes alone, so a stream of texts is cut into lanes of one length, each
with a run-up, and all lanes are read in step. A text's scores do not depend on the others'; they equal py3langid's up
to rounding, since they are summed in another order.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from py3langid.langid import LanguageIdentifier

_BREAK: Final = 0xFF
"""A byte of no text: it takes the automaton to its start."""
_RUN_UP: Final = 8
"""After so many bytes, or fewer, the state no longer depends on what came before (a test reckons how many)."""

_LANES: Final = 4096
_LEAST: Final = 32
"""Lanes are not shorter: each has its run-up."""

_BITS: Final = 32
"""More than the number of a feature has."""

_ROWS: Final = 512
"""How many features of a text are summed in one go: few enough for single precision."""

_LINE: Final = 16
"""How many weights a line of memory holds."""

_BYTES: Final = 1 << 20
"""How much is read in one go; bounds memory."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Guess(NamedTuple):
    """The likeliest language, and its probability."""

    language: str
    score: float


class Visits(NamedTuple):
    """Each feature of each text once, text by text: whose it is, which, and its weight there."""

    owners: Ints
    features: Ints
    weights: Floats


def in_lines(weights: npt.NDArray[Any]) -> Floats:
    """A model's weights, a feature a row, each row in one piece and as long as lines of memory: they are read in no
    order.
    """
    table = np.zeros((len(weights), -(-weights.shape[1] // _LINE) * _LINE), np.float32)
    table[:, : weights.shape[1]] = weights
    return table


class BatchClassifier:
    """What `identifier.classify` says of each of many texts; the identifier must give probabilities."""

    def __init__(self, identifier: LanguageIdentifier, table: Floats) -> None:
        """`table` holds the identifier's weights, `in_lines`."""
        self._next = np.frombuffer(identifier.tk_nextmove, np.uint32)
        self._base = np.asarray(identifier.tk_row, np.int64) << 8
        self._feature = np.asarray(identifier.tk_output, np.int64)
        self._table = np.asarray(table)
        self._prior = np.asarray(identifier.nb_pc, np.float32)
        self.languages: tuple[str, ...] = tuple(identifier.nb_classes)
        self._aliases: list[tuple[int, int]] = identifier._alias_pairs

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """The guess of each text; equal texts are read once."""
        distinct = list(dict.fromkeys(texts))
        guesses = dict(zip(distinct, (g for part in parts_of(distinct) for g in self._guesses(part)), strict=True))
        return [guesses[text] for text in texts]

    def weights_of(self, languages: Sequence[str]) -> Floats:
        """The model's weights of these languages, each with all its columns; the last row is the prior."""
        columns = [i for i, language in enumerate(self.languages) if language in languages]
        return np.vstack([self._table[:, columns], self._prior[columns]])

    def visits(self, texts: Sequence[bytes]) -> Visits:
        """The features of each text, as `parts_of` gives it, and what they weigh there."""
        owners, features = self._stops(texts)
        visits, counts = np.unique((owners << _BITS) + features, return_counts=True)
        weights = np.log1p(np.arange(counts.max(initial=0) + 1, dtype=np.float32))[counts]
        return Visits(visits >> _BITS, visits & ((1 << _BITS) - 1), weights)

    def _guesses(self, texts: Sequence[bytes]) -> list[Guess]:
        scores = self._raw(texts)
        lengths = np.maximum([len(text) for text in texts], 1)
        scores *= (1.0 / np.sqrt(lengths)).astype(np.float32)[:, None]
        np.exp(scores - scores.max(axis=1, keepdims=True), out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        for first, again in self._aliases:
            scores[:, first] += scores[:, again]
            scores[:, again] = 0
        best = scores.argmax(axis=1)
        chances = scores[np.arange(len(texts)), best].tolist()
        return [Guess(self.languages[b], c) for b, c in zip(best.tolist(), chances, strict=True)]

    def _raw(self, texts: Sequence[bytes]) -> Floats:
        """The model's scores before they are made probabilities; zeros where there is no feature."""
        owners, features, weights = self.visits(texts)
        scores = np.zeros((len(texts), len(self._prior)), np.float32)
        firsts = np.flatnonzero(np.diff(owners, prepend=-1)).tolist()
        starts = [at for low, high in pairwise([*firsts, len(owners)]) for at in range(low, high, _ROWS)]
        told = np.empty((len(starts), self._table.shape[1]), np.float32)
        room = np.empty((_ROWS, self._table.shape[1]), np.float32)
        for piece, (low, high) in zip(told, pairwise([*starts, len(owners)]), strict=True):
            rows = self._table.take(features[low:high], axis=0, out=room[: high - low], mode="clip")
            np.einsum("i,ij->j", weights[low:high], rows, out=piece)
        told = told[:, : len(self._prior)]
        whose = owners[starts]
        leading = np.flatnonzero(np.diff(whose, prepend=-1))
        if leading.size:
            scores[whose[leading]] = np.add.reduceat(told, leading, axis=0) + self._prior
        return scores

    def _stops(self, texts: Sequence[bytes]) -> tuple[Ints, Ints]:
        """Whose text a feature is met in, and which, each time that one is met."""
        gap = bytes([_BREAK])
        stream = np.frombuffer(gap * _RUN_UP + gap.join(texts) + gap, np.uint8)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        step = max(_LEAST, -(-len(stream) // _LANES))
        lanes = -(-len(stream) // step)
        padded = np.full(_RUN_UP + lanes * step, _BREAK, np.intp)
        padded[_RUN_UP : _RUN_UP + len(stream)] = stream
        columns = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(padded, _RUN_UP + step)[::step].T)
        states = np.zeros(lanes, np.intp)
        moves = np.empty(lanes, np.intp)
        met = np.empty((_RUN_UP + step, lanes), self._next.dtype)
        for column, reached in zip(columns, met, strict=True):
            np.take(self._base, states, out=moves, mode="clip")
            moves += column
            states[:] = np.take(self._next, moves, out=reached, mode="clip")
        stops = met[_RUN_UP:].T.ravel()[_RUN_UP : _RUN_UP + int(lengths.sum())]
        features = np.take(self._feature, stops, mode="clip")
        places = np.flatnonzero(features >= 0)
        return np.repeat(np.arange(len(texts)), lengths)[places], features[places]


def parts_of(texts: Iterable[str]) -> Iterator[list[bytes]]:
    """The texts, encoded, as many at a time as are read in one go."""
    part: list[bytes] = []
    size = 0
    for text in texts:
        part.append(_encoded(text))
        size += len(part[-1])
        if size > _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _encoded(text: str) -> bytes:
    """As py3langid reads a text."""
    lower = text.lower() if text.isupper() else text
    if lower.isascii():
        return lower.encode()
    return unicodedata.normalize("NFC", lower).encode("utf-8", "surrogatepass")
