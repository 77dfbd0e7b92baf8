"""The tagger: finds people, locations and organizations in posts, with NumPy only."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from redaction.detection.models.backend import NerSpan
from redaction.detection.models.linear import BLOCK, Affine
from redaction.detection.models.tagger.errors import ModelError
from redaction.detection.models.tagger.features import HASHED, Sizes, WordFeatures, features
from redaction.detection.models.tagger.lexicon import Lexicon
from redaction.detection.models.tagger.network import (
    Layer,
    Maxout,
    WordEncoder,
    convolutions,
    linear,
    positions_of,
)
from redaction.detection.models.tagger.tokens import Token, tokenize
from redaction.storage.cache import Arrays, cached_arrays

Floats = npt.NDArray[np.float32]
FORMAT: Final = 1
LABELS: Final = ("PERSON", "LOCATION", "ORGANIZATION")
_MAX_CACHED_WORDS: Final = 60_000
_ROWS_PER_RUN: Final = 64 * BLOCK
_SLASH: Final = "-"
"""Replaces the slash in array names, which become file names in the cache."""
_LEXICON: Final = ("keys", "rows", "ranks", "lists", "senses", "sense_scale", "vectors", "vector_scale")


@dataclass(frozen=True)
class _Weights:
    """The contents of a weights file, arranged for computation."""

    arrays: dict[str, Floats]
    words: WordEncoder
    projections: tuple[Affine, ...]
    layers: tuple[Layer, ...]
    head: Affine
    lexicon: Lexicon
    sizes: Sizes
    labels: tuple[str, ...]
    offsets: Floats
    temperature: float


class Tagger:
    """Finds names in batches of texts. Not safe to share between threads; create one per worker.

    The object caches the vectors of the words it has read. With BLAS on one thread (`models.linear.one_thread`)
    the spans and scores of a text are identical, to the last bit, whatever else is in the batch.
    """

    def __init__(self, weights: _Weights, fingerprint: str, *, filtered: bool = True) -> None:
        self._weights = weights
        self._filtered = filtered
        self._reach = max(layer.dilation for layer in weights.layers)
        self._convolutions = convolutions(weights.layers, filtered=filtered)
        self._width = weights.head.weights[0].shape[0]
        self._index: dict[str, int] = {}
        self._encoded = np.zeros((1024, self._width), np.float32)
        self._fingerprint = fingerprint

    @classmethod
    def load(cls, path: Path, *, filtered: bool = True) -> Tagger:
        """Read a weights file.

        Args:
            path: the file.
            filtered: whether `acceleration.convolutions` computes the layers, or else its slow reference.

        Returns:
            The tagger.

        Raises:
            ModelError: the file is missing or not in this version's format.
        """
        try:
            content = path.read_bytes()
            fingerprint = hashlib.sha256(content).hexdigest()
            arrays = cached_arrays(f"model-{fingerprint}", lambda: _arrays(content))
            weights = _arrange(arrays)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
            raise ModelError(f"{path.name}: no weights of format {FORMAT}; install the release's own file") from None
        return cls(weights, fingerprint, filtered=filtered)

    def with_cautions(self, cautions: Mapping[str, float]) -> Tagger:
        """Return a tagger that adds `cautions` to the log odds of single types; unknown types are ignored."""
        shifts = [float(cautions.get(label, 0.0)) for label in self.labels]
        if not any(shifts):
            return self
        weights = replace(self._weights, offsets=self._weights.offsets + np.array([0.0, *shifts], np.float32))
        fingerprint = hashlib.sha256(f"{self._fingerprint} {shifts}".encode()).hexdigest()
        return Tagger(weights, fingerprint, filtered=self._filtered)

    def with_head(self, head: Floats) -> Tagger:
        """Return a tagger with another last layer: `head` is (inputs + 1, tags), the last row the bias."""
        weights = replace(self._weights, head=linear(head[:-1], head[-1]))
        fingerprint = hashlib.sha256(self._fingerprint.encode() + head.tobytes()).hexdigest()
        return Tagger(weights, fingerprint, filtered=self._filtered)

    @property
    def head(self) -> Floats:
        """The last layer: (inputs + 1, tags), the last row the bias."""
        layer = self._weights.head
        _, columns = layer.columns[0]
        return np.concatenate([layer.weights[0][:, columns], layer.biases[0][None, columns]])

    def name_odds(self, inputs: Floats, hidden: Set[str]) -> Floats:
        """Return the log odds of "any name", before the general caution.

        Args:
            inputs: what the last layer reads of each word, (words, inputs).
            hidden: the types that matter; where another type is likelier, the odds are minus infinity.
        """
        outputs = (inputs @ self.head[:-1] + self.head[-1]) / self._weights.temperature
        types = _by_type(outputs) + self._weights.offsets
        odds: Floats = np.logaddexp.reduce(types[:, 1:], axis=1) - types[:, 0]
        matters = np.array([label in hidden for label in self.labels])
        odds[~matters[types[:, 1:].argmax(axis=1)]] = -np.inf
        return odds

    @property
    def temperature(self) -> float:
        """What the outputs of the last layer are divided by."""
        return self._weights.temperature

    @property
    def fingerprint(self) -> str:
        """The sha256, in hex, of the weights file, of another last layer, and of the cautions."""
        return self._fingerprint

    @property
    def labels(self) -> tuple[str, ...]:
        """The entity types that it can find."""
        return self._weights.labels

    def predict(self, texts: Sequence[str], caution: float = 0.0) -> list[list[NerSpan]]:
        """Find the names in each text.

        Args:
            texts: the texts.
            caution: added to the log odds of every type against "no name": higher leaks less and redacts more.

        Returns:
            The spans of each text, sorted by start, not overlapping. The score is the probability of being any name.
        """
        return [
            self._decode(text, tokens, scores, caution)
            for text, (tokens, scores) in zip(texts, self.tag_scores(texts), strict=True)
        ]

    def tag_scores(self, texts: Sequence[str]) -> Iterator[tuple[list[Token], Floats]]:
        """Yield the tokens of each text and their (tokens, tags) log probabilities, before any caution."""
        return self._by_text(texts, self._scores)

    def inputs_of_head(self, texts: Sequence[str]) -> Iterator[tuple[list[Token], Floats]]:
        """Yield the tokens of each text and what the last layer reads of them: (tokens, inputs)."""
        return self._by_text(texts, self._states)

    def _by_text(
        self, texts: Sequence[str], compute: Callable[[Sequence[str], Sequence[list[Token]]], Floats]
    ) -> Iterator[tuple[list[Token], Floats]]:
        tokens = [tokenize(text) for text in texts]
        for first, last in _runs(tokens):
            rows = compute(texts[first:last], tokens[first:last])
            begin = 0
            for text_tokens in tokens[first:last]:
                yield text_tokens, rows[begin : begin + len(text_tokens)]
                begin += len(text_tokens)

    def _states(self, texts: Sequence[str], tokens: Sequence[list[Token]]) -> Floats:
        """Compute the network up to its last layer for all tokens of some texts, one text after the other."""
        words = [text[a:b] for text, text_tokens in zip(texts, tokens, strict=True) for a, b in text_tokens]
        at, count = positions_of(list(map(len, tokens)), self._reach)
        rows = np.zeros(count, np.int64)
        rows[at] = self._rows(words)
        return self._convolutions.apply(self._encoded, rows)[at]

    def _scores(self, texts: Sequence[str], tokens: Sequence[list[Token]]) -> Floats:
        """Compute the tag log probabilities of all tokens of some texts, one text after the other."""
        head = self._weights.head.apply(self._states(texts, tokens))
        head /= self._weights.temperature
        head -= head.max(axis=1, keepdims=True)
        head -= np.log(np.exp(head).sum(axis=1, keepdims=True))
        return head

    def _rows(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each word in the cache of encoded words, and encode those that are new."""
        index = self._index
        new = [word for word in dict.fromkeys(words) if word not in index]
        if len(index) + len(new) > _MAX_CACHED_WORDS:
            index.clear()
            self._convolutions.forget()
            new = list(dict.fromkeys(words))
        if new:
            start = len(index) + 1  # the first row is that of a gap
            self._reserve(start + len(new))
            self._encoded[start : start + len(new)] = self._encode(new)
            index.update(zip(new, range(start, start + len(new)), strict=True))
        return np.fromiter((index[word] for word in words), np.int64, len(words))

    def _reserve(self, rows: int) -> None:
        if rows > len(self._encoded):
            larger = np.zeros((max(rows, 2 * len(self._encoded)), self._width), np.float32)
            larger[: len(self._encoded)] = self._encoded
            self._encoded = larger

    def _encode(self, words: Sequence[str]) -> Floats:
        arrays = self._weights.arrays
        word_features = [features(word, self._weights.sizes) for word in words]
        hashed = np.array([f.hashed for f in word_features], np.int64)
        facts, vectors, senses = self._weights.lexicon.look_up([f.key for f in word_features])
        half = vectors.shape[1] // 2
        joined = [
            *(arrays[f"table.{name}"][hashed[:, i]].astype(np.float32) for i, name in enumerate(HASHED)),
            self._grams(word_features),
            np.array([f.looks for f in word_features], np.float32),
            facts,
            *(p.apply(vectors[:, i * half : (i + 1) * half]) for i, p in enumerate(self._weights.projections)),
            senses,
        ]
        return self._weights.words.apply(np.concatenate(joined, axis=1))

    def _grams(self, words: Sequence[WordFeatures]) -> Floats:
        table = self._weights.arrays["table.grams"]
        out = np.zeros((len(words), table.shape[1]), np.float32)
        for i, word in enumerate(words):
            if word.grams:
                out[i] = table[list(word.grams)].astype(np.float32).sum(0) / np.sqrt(np.float32(len(word.grams)))
        return out

    def _decode(self, text: str, tokens: list[Token], scores: Floats, caution: float) -> list[NerSpan]:
        if not tokens:
            return []
        types = _by_type(scores) + self._weights.offsets
        odds = np.logaddexp.reduce(types[:, 1:], axis=1) - types[:, 0] + caution
        hits = np.flatnonzero(odds > 0)
        best = types[:, 1:].argmax(axis=1)
        probabilities = 1 / (1 + np.exp(-odds))
        starts = scores[:, 1::2].max(axis=1) > scores[:, 2::2].max(axis=1)
        spans: list[NerSpan] = []
        last = -2
        for i in hits.tolist():
            start, end = tokens[i]
            label, score = self._weights.labels[best[i]], float(probabilities[i])
            if i == last + 1 and spans[-1].label == label and not starts[i]:
                spans[-1] = NerSpan(spans[-1].start, end, label, max(spans[-1].score, score))
            else:
                spans.append(NerSpan(start, end, label, score))
            last = i
        return [
            span._replace(score=round(span.score, 4))
            for span in spans
            if any(character.isalnum() for character in text[span.start : span.end])
        ]


def _by_type(scores: Floats) -> Floats:
    """Add the probabilities of the B and I tags of each type: (tokens, 1 + 2 × types) → (tokens, 1 + types)."""
    joined = np.logaddexp(scores[:, 1::2], scores[:, 2::2])
    return np.concatenate([scores[:, :1], joined], axis=1)


def _runs(tokens: Sequence[list[Token]]) -> list[tuple[int, int]]:
    """Split a batch into runs of texts, `[first, last)`, of about `_ROWS_PER_RUN` rows, to limit memory."""
    runs, first, rows = [], 0, 0
    for i, text_tokens in enumerate(tokens):
        if rows and rows + len(text_tokens) > _ROWS_PER_RUN:
            runs.append((first, i))
            first, rows = i, 0
        rows += len(text_tokens)
    return [*runs, (first, len(tokens))] if tokens else []


def _arrays(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name.replace("/", _SLASH): file[name] for name in file.files}


def _arrange(arrays: Arrays) -> _Weights:
    if int(arrays["format"]) != FORMAT:
        raise ValueError
    tables = {n: a for n, a in arrays.items() if n.startswith("table.")}
    dense = {n: np.ascontiguousarray(a, dtype=np.float32) for n, a in arrays.items() if "." in n and n not in tables}
    layers = tuple(
        Layer(Maxout.of(dense, f"layer.{i}"), int(dilation)) for i, dilation in enumerate(arrays["dilations"])
    )
    return _Weights(
        arrays=tables,
        words=WordEncoder(Maxout.of(dense, "word"), Maxout.of(dense, "word2")),
        projections=tuple(linear(dense[f"project.{i}"]) for i in range(2)),
        layers=layers,
        head=linear(dense["head.weight"], dense["head.bias"]),
        lexicon=Lexicon(**{name: arrays[f"lexicon{_SLASH}{name}"] for name in _LEXICON}),
        sizes=Sizes(tuple(len(tables[f"table.{name}"]) for name in HASHED), len(tables["table.grams"])),
        labels=tuple(str(label) for label in arrays["labels"]),
        offsets=arrays["offsets"].astype(np.float32),
        temperature=float(arrays["temperature"]),
    )
