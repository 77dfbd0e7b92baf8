"""py3langid's model over many texts at once: the same automaton, features and classes, in NumPy.

The automaton's state depends on the last few bytes alone, so a stream of texts is cut into lanes of one length, each
with a run-up, and all lanes are read in step. A text's scores do not depend on the others'; they equal py3langid's up
to rounding, since they are summed in another order.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from py3langid.langid import LanguageIdentifier

_BREAK: Final = 0xFF
"""A byte of no text: it takes the automaton to its start."""
_RUN_UP: Final = 8
"""After so many bytes, or fewer, the state no longer depends on what came before (a test reckons how many)."""

_LANES: Final = 512
_ROWS: Final = 512
"""How many features of a text are summed in one go: few enough for single precision."""

_BYTES: Final = 1 << 20
"""How much is read in one go; bounds memory."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language, and its probability."""

    language: str
    score: float


class BatchClassifier:
    """What `identifier.classify` says of each of many texts; the identifier must give probabilities."""

    def __init__(self, identifier: LanguageIdentifier) -> None:
        self._next = np.frombuffer(identifier.tk_nextmove, np.uint32)
        self._base = np.asarray(identifier.tk_row, np.int64) << 8
        self._feature = np.asarray(identifier.tk_output, np.int64)
        self._table = np.asarray(identifier.nb_ptc, np.float32)
        self._prior = np.asarray(identifier.nb_pc, np.float32)
        self._languages: list[str] = identifier.nb_classes
        self._aliases: list[tuple[int, int]] = identifier._alias_pairs

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """The guess of each text; equal texts are read once."""
        guesses: dict[str, Guess] = {}
        batch: dict[str, bytes] = {}
        size = 0
        for text in dict.fromkeys(texts):
            batch[text] = _encoded(text)
            size += len(batch[text])
            if size > _BYTES:
                guesses.update(zip(batch, self._guesses(list(batch.values())), strict=True))
                batch, size = {}, 0
        guesses.update(zip(batch, self._guesses(list(batch.values())), strict=True))
        return [guesses[text] for text in texts]

    def _guesses(self, texts: Sequence[bytes]) -> list[Guess]:
        if not texts:
            return []
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
        return [Guess(self._languages[b], c) for b, c in zip(best.tolist(), chances, strict=True)]

    def _raw(self, texts: Sequence[bytes]) -> Floats:
        """The model's scores before they are made probabilities; zeros where there is no feature."""
        owners, features = self._visits(texts)
        visits, counts = np.unique(owners * len(self._table) + features, return_counts=True)
        owners, features = visits // len(self._table), visits % len(self._table)
        weights = np.log1p(counts.astype(np.float32))
        scores = np.zeros((len(texts), len(self._prior)), np.float32)
        places, firsts = np.arange(len(owners)), np.flatnonzero(np.diff(owners, prepend=-1))
        within = places - np.repeat(firsts, np.diff(firsts, append=len(owners)))
        pieces = np.flatnonzero(within % _ROWS == 0)
        told = np.empty((len(pieces), len(self._prior)), np.float32)
        cuts = [*pieces.tolist(), len(owners)]
        for piece, (low, high) in zip(told, pairwise(cuts), strict=True):
            np.einsum("i,ij->j", weights[low:high], self._table[features[low:high]], out=piece)
        whose = owners[pieces]
        firsts = np.flatnonzero(np.diff(whose, prepend=-1))
        if firsts.size:
            scores[whose[firsts]] = np.add.reduceat(told, firsts, axis=0) + self._prior
        return scores

    def _visits(self, texts: Sequence[bytes]) -> tuple[Ints, Ints]:
        """Each feature that is met, and whose text it is in."""
        gap = bytes([_BREAK])
        stream = np.frombuffer(gap * _RUN_UP + gap.join(texts) + gap, np.uint8)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        step = max(64, -(-len(stream) // _LANES))
        lanes = -(-len(stream) // step)
        padded = np.full(_RUN_UP + lanes * step, _BREAK, np.int64)
        padded[_RUN_UP : _RUN_UP + len(stream)] = stream
        starts = np.arange(lanes) * step
        states = np.zeros(lanes, np.int64)
        met = np.empty((lanes, step), np.int64)
        for at in range(_RUN_UP + step):
            states = self._next[self._base[states] + padded[starts + at]].astype(np.int64)
            if at >= _RUN_UP:
                met[:, at - _RUN_UP] = self._feature[states]
        features = met.ravel()[_RUN_UP : _RUN_UP + int(lengths.sum())]
        places = np.flatnonzero(features >= 0)
        return np.searchsorted(np.cumsum(lengths), places, side="right"), features[places]


def _encoded(text: str) -> bytes:
    """As py3langid reads a text."""
    lower = text.lower() if text.isupper() else text
    if lower.isascii():
        return lower.encode()
    return unicodedata.normalize("NFC", lower).encode("utf-8", "surrogatepass")
