"""The tagger: names people, places and organisations in posts, with NumPy alone."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from redaction.detection.acceleration.linear import BLOCK, Affine
from redaction.detection.models.tagger.errors import ModelError
from redaction.detection.models.tagger.features import HASHED, Sizes, WordFeatures, features
from redaction.detection.models.tagger.lexicon import Lexicon
from redaction.detection.models.tagger.network import GAP, Layer, Maxout, WordEncoder, convolve, linear
from redaction.detection.models.tagger.tokens import Token, tokenize
from redaction.storage.cache import Arrays, unpacked

Floats = npt.NDArray[np.float32]
FORMAT: Final = 1
LABELS: Final = ("PERSON", "LOCATION", "ORGANIZATION")
_KEPT_WORDS: Final = 60_000
_ROWS: Final = 64 * BLOCK
_BELOW: Final = "-"
"""For the slash in the names of the file's arrays."""
_LEXICON: Final = ("keys", "rows", "ranks", "lists", "senses", "sense_scale", "vectors", "vector_scale")


class Found(NamedTuple):
    """Characters `[start, end)` of a text, its type, and the probability, 0 to 1, that it is a name at all."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True)
class _Weights:
    """What the file holds, laid out for use."""

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
    """Reads texts in batches. Not safe to share between threads; make one per worker.

    On one thread of BLAS (`acceleration.linear.one_thread`) the same text gives the same spans, to the last bit of
    their scores, whatever the rest of the batch and its order.
    """

    def __init__(self, weights: _Weights, fingerprint: str) -> None:
        self._weights = weights
        self._width = weights.head.weights[0].shape[0]
        self._index: dict[str, int] = {}
        self._encoded = np.zeros((1024, self._width), np.float32)
        self._fingerprint = fingerprint

    @classmethod
    def load(cls, path: Path) -> Tagger:
        """Read weights.

        Raises:
            ModelError: there is no such file, or it is not of this version's format.
        """
        try:
            content = path.read_bytes()
            fingerprint = hashlib.sha256(content).hexdigest()
            arrays = unpacked(f"model-{fingerprint}", lambda: _arrays(content))
            if int(arrays["format"]) != FORMAT:
                raise ValueError
            weights = _laid_out(arrays)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
            raise ModelError(f"{path.name}: no weights of format {FORMAT}; install the release's own file") from None
        return cls(weights, fingerprint)

    def leaning(self, cautions: Mapping[str, float]) -> Tagger:
        """The same tagger with more caution for single types, in log odds; types that it does not name are passed over.

        Its fingerprint is another one.
        """
        shifts = [float(cautions.get(label, 0.0)) for label in self.labels]
        if not any(shifts):
            return self
        weights = replace(self._weights, offsets=self._weights.offsets + np.array([0.0, *shifts], np.float32))
        return Tagger(weights, hashlib.sha256(f"{self._fingerprint} {shifts}".encode()).hexdigest())

    @property
    def fingerprint(self) -> str:
        """sha256, in hex, of the weights file, and of what it leans to."""
        return self._fingerprint

    @property
    def labels(self) -> tuple[str, ...]:
        """The types that it can find."""
        return self._weights.labels

    def predict(self, texts: Sequence[str], caution: float = 0.0) -> list[list[Found]]:
        """Name what stands in each text, by start, none overlapping.

        `caution` is added to the log odds of every type against "no name": higher leaks less and hides more.
        """
        out: list[list[Found]] = []
        tokens = [tokenize(text) for text in texts]
        for first, last in _parts(tokens):
            scores = self._scores(texts[first:last], tokens[first:last])
            begin = 0
            for text, cut in zip(texts[first:last], tokens[first:last], strict=True):
                out.append(self._decode(text, cut, scores[begin : begin + len(cut)], caution))
                begin += len(cut)
        return out

    def log_probabilities(self, texts: Sequence[str]) -> list[Floats]:
        """Give each text's (tokens, 1 + types) log probabilities, "no name" first, before any caution."""
        tokens = [tokenize(text) for text in texts]
        out: list[Floats] = []
        for first, last in _parts(tokens):
            scores = self._scores(texts[first:last], tokens[first:last])
            out += np.split(_by_type(scores), np.cumsum([len(cut) for cut in tokens[first:last]])[:-1])
        return out

    def _scores(self, texts: Sequence[str], tokens: Sequence[list[Token]]) -> Floats:
        """Give tag log probabilities of all tokens of some texts, one after the other."""
        rows = self._rows([text[a:b] for text, cut in zip(texts, tokens, strict=True) for a, b in cut])
        places = np.empty(len(rows), np.int64)
        begin, at = 0, GAP
        for cut in tokens:
            places[begin : begin + len(cut)] = np.arange(at, at + len(cut))
            begin, at = begin + len(cut), at + len(cut) + GAP
        x = np.zeros((at, self._width), np.float32)
        x[places] = self._encoded[rows]
        real = np.zeros((at, 1), np.float32)
        real[places] = 1
        head = self._weights.head.apply(convolve(x, real, self._weights.layers)[places])
        head /= self._weights.temperature
        head -= head.max(axis=1, keepdims=True)
        head -= np.log(np.exp(head).sum(axis=1, keepdims=True))
        return head

    def _rows(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """Give each word's row among the encoded words, encoding those that are new."""
        index = self._index
        new = [word for word in dict.fromkeys(words) if word not in index]
        if len(index) + len(new) > _KEPT_WORDS:
            index.clear()
            new = list(dict.fromkeys(words))
        if new:
            start = len(index)
            self._make_room(start + len(new))
            self._encoded[start : start + len(new)] = self._encode(new)
            index.update(zip(new, range(start, start + len(new)), strict=True))
        return np.fromiter((index[word] for word in words), np.int64, len(words))

    def _make_room(self, rows: int) -> None:
        if rows > len(self._encoded):
            larger = np.zeros((max(rows, 2 * len(self._encoded)), self._width), np.float32)
            larger[: len(self._encoded)] = self._encoded
            self._encoded = larger

    def _encode(self, words: Sequence[str]) -> Floats:
        arrays = self._weights.arrays
        found = [features(word, self._weights.sizes) for word in words]
        hashed = np.array([f.hashed for f in found], np.int64)
        facts, vectors, senses = self._weights.lexicon.look_up([f.key for f in found])
        half = vectors.shape[1] // 2
        joined = [
            *(arrays[f"table.{name}"][hashed[:, i]].astype(np.float32) for i, name in enumerate(HASHED)),
            self._grams(found),
            np.array([f.looks for f in found], np.float32),
            facts,
            *(p.apply(vectors[:, i * half : (i + 1) * half]) for i, p in enumerate(self._weights.projections)),
            senses,
        ]
        return self._weights.words.apply(np.concatenate(joined, axis=1))

    def _grams(self, found: Sequence[WordFeatures]) -> Floats:
        table = self._weights.arrays["table.grams"]
        out = np.zeros((len(found), table.shape[1]), np.float32)
        for i, word in enumerate(found):
            if word.grams:
                out[i] = table[list(word.grams)].astype(np.float32).sum(0) / np.sqrt(np.float32(len(word.grams)))
        return out

    def _decode(self, text: str, tokens: list[Token], scores: Floats, caution: float) -> list[Found]:
        if not tokens:
            return []
        types = _by_type(scores) + self._weights.offsets
        odds = np.logaddexp.reduce(types[:, 1:], axis=1) - types[:, 0] + caution
        hits = np.flatnonzero(odds > 0)
        best = types[:, 1:].argmax(axis=1)
        chances = 1 / (1 + np.exp(-odds))
        starts = scores[:, 1::2].max(axis=1) > scores[:, 2::2].max(axis=1)
        found: list[Found] = []
        last = -2
        for i in hits.tolist():
            start, end = tokens[i]
            label, chance = self._weights.labels[best[i]], float(chances[i])
            joined = i == last + 1 and found[-1].label == label and not starts[i]
            if joined:
                found[-1] = Found(found[-1].start, end, label, max(found[-1].score, chance))
            else:
                found.append(Found(start, end, label, chance))
            last = i
        return [f._replace(score=round(f.score, 4)) for f in found if _says_something(text, f)]


def _says_something(text: str, found: Found) -> bool:
    return any(ch.isalnum() for ch in text[found.start : found.end])


def _by_type(scores: Floats) -> Floats:
    """Join the B and I tags of each type: (tokens, 1 + 2 × types) → (tokens, 1 + types)."""
    joined = np.logaddexp(scores[:, 1::2], scores[:, 2::2])
    return np.concatenate([scores[:, :1], joined], axis=1)


def _parts(tokens: Sequence[list[Token]]) -> list[tuple[int, int]]:
    """Cut a batch into runs of texts of about `_ROWS` rows, which bounds memory; a text is never cut."""
    parts, first, rows = [], 0, 0
    for i, cut in enumerate(tokens):
        if rows and rows + len(cut) + GAP > _ROWS:
            parts.append((first, i))
            first, rows = i, 0
        rows += len(cut) + GAP
    return [*parts, (first, len(tokens))] if tokens else []


def _arrays(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name.replace("/", _BELOW): file[name] for name in file.files}


def _laid_out(arrays: Arrays) -> _Weights:
    tables = {n: a for n, a in arrays.items() if n.startswith("table.")}
    dense = {n: np.ascontiguousarray(a, dtype=np.float32) for n, a in arrays.items() if "." in n and n not in tables}
    layers = tuple(
        Layer(Maxout.of(dense, f"layer.{i}"), int(dilation)) for i, dilation in enumerate(arrays["dilations"])
    )
    if max(layer.dilation for layer in layers) > GAP:
        raise ValueError
    return _Weights(
        arrays=tables,
        words=WordEncoder(Maxout.of(dense, "word"), Maxout.of(dense, "word2")),
        projections=tuple(linear(dense[f"project.{i}"]) for i in range(2)),
        layers=layers,
        head=linear(dense["head.weight"], dense["head.bias"]),
        lexicon=Lexicon(**{name: arrays[f"lexicon{_BELOW}{name}"] for name in _LEXICON}),
        sizes=Sizes(tuple(len(tables[f"table.{name}"]) for name in HASHED), len(tables["table.grams"])),
        labels=tuple(str(label) for label in arrays["labels"]),
        offsets=arrays["offsets"].astype(np.float32),
        temperature=float(arrays["temperature"]),
    )
