"""The tagger in torch, for training; `redaction.detection.models.tagger.network` computes the same in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from redaction.detection.models.tagger.features import HASHED, LOOKS, MAX_GRAMS, Sizes, WordFeatures, features
from redaction.detection.models.tagger.lexicon import FACTS, Lexicon
from training.corpora import TAGS


@dataclass(frozen=True)
class Shape:
    """The sizes and dropout rates of the tagger."""

    width: int = 128
    dilations: tuple[int, ...] = (1, 1, 2, 1)
    hashed_rows: tuple[int, ...] = (8192, 4096, 4096, 8192, 1024)
    hashed_width: tuple[int, ...] = (48, 24, 32, 32, 24)
    gram_rows: int = 32768
    gram_width: int = 64
    vector_width: int = 300
    sense_width: int = 48
    projected: int = 64
    dropout: float = 0.3
    drop_word: float = 0.15
    drop_vector: float = 0.1
    drop_facts: float = 0.1

    @property
    def sizes(self) -> Sizes:
        """The table sizes that hashing needs."""
        return Sizes(self.hashed_rows, self.gram_rows)

    @property
    def inputs(self) -> int:
        """The width of a word's concatenated features."""
        return sum(self.hashed_width) + self.gram_width + LOOKS + FACTS + 2 * self.projected + self.sense_width


@dataclass
class WordTable:
    """Features of every word seen in training, one row per distinct word; a text is a sequence of row numbers."""

    lexicon: Lexicon
    sizes: Sizes
    index: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pending: list[WordFeatures] = []
        self._parts: list[dict[str, torch.Tensor]] = []
        self._all: dict[str, torch.Tensor] = {}

    def rows(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each word; new words are added."""
        out = np.empty(len(words), np.int64)
        for i, word in enumerate(words):
            row = self.index.get(word)
            if row is None:
                row = self.index[word] = len(self.index)
                self._pending.append(features(word, self.sizes))
            out[i] = row
        return out

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the features of all rows so far."""
        if self._pending:
            self._parts.append(as_tensors(self._pending, self.lexicon))
            self._pending = []
            self._all = {name: torch.cat([p[name] for p in self._parts]) for name in self._parts[0]}
            self._parts = [self._all]
        return self._all


def as_tensors(words: Sequence[WordFeatures], lexicon: Lexicon) -> dict[str, torch.Tensor]:
    """Pack word features and their lexicon columns into tensors."""
    grams = np.zeros((len(words), MAX_GRAMS), np.int64)
    for i, word in enumerate(words):
        grams[i, : len(word.grams)] = word.grams
    facts, vectors, senses = lexicon.look_up([w.key for w in words])
    return {
        "hashed": torch.from_numpy(np.array([w.hashed for w in words], np.int64)),
        "grams": torch.from_numpy(grams),
        "looks": torch.from_numpy(np.array([w.looks for w in words], np.float32)),
        "facts": torch.from_numpy(facts),
        "vectors": torch.from_numpy(vectors).half(),
        "senses": torch.from_numpy(senses),
    }


class Norm(nn.Module):
    """Root mean square norm with a learned scale."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalize the last axis."""
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.scale


def maxout(x: torch.Tensor) -> torch.Tensor:
    """Take the larger of the two halves of the last axis."""
    one, two = x.chunk(2, -1)
    return torch.maximum(one, two)


class Student(nn.Module):
    """The tagger: a word encoder, dilated convolutions, tag scores."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.tables = nn.ModuleList(
            nn.Embedding(rows, size) for rows, size in zip(shape.hashed_rows, shape.hashed_width, strict=True)
        )
        self.grams = nn.Embedding(shape.gram_rows, shape.gram_width, padding_idx=0)
        for table in (*self.tables, self.grams):
            nn.init.normal_(table.weight, std=0.1)
        self.grams.weight.data[0] = 0
        self.project = nn.ModuleList(nn.Linear(shape.vector_width, shape.projected, bias=False) for _ in "ab")
        self.word = nn.Linear(shape.inputs, 2 * width)
        self.word_norm = Norm(width)
        self.word2 = nn.Linear(width, 2 * width)
        self.word2_norm = Norm(width)
        self.layers = nn.ModuleList(nn.Linear(3 * width, 2 * width) for _ in shape.dilations)
        self.norms = nn.ModuleList(Norm(width) for _ in shape.dilations)
        self.head = nn.Linear(width, len(TAGS))
        self.drop = nn.Dropout(shape.dropout)

    def encode_words(self, words: dict[str, torch.Tensor]) -> torch.Tensor:
        """Encode distinct words: (words, width)."""
        shape = self.shape
        hashed = [table(words["hashed"][:, i]) for i, table in enumerate(self.tables)]
        grams = self.grams(words["grams"])
        count = (words["grams"] > 0).sum(1, keepdim=True).clamp(min=1)
        gram = grams.sum(1) / count.sqrt()
        vectors = words["vectors"].float().chunk(2, 1)
        projected = torch.cat([p(v) for p, v in zip(self.project, vectors, strict=True)], 1)
        facts, senses = words["facts"], words["senses"]
        if self.training:
            keep = lambda rate: (torch.rand(len(facts), 1) >= rate).float()  # noqa: E731
            hashed[0] = hashed[0] * keep(shape.drop_word)
            projected = projected * keep(shape.drop_vector)
            facts = facts * keep(shape.drop_facts)
            senses = senses * keep(shape.drop_vector)
        joined = torch.cat([*hashed, gram, words["looks"], facts, projected, senses], 1)
        first = self.word_norm(maxout(self.word(self.drop(joined))))
        return first + self.word2_norm(maxout(self.word2(self.drop(first))))  # type: ignore[no-any-return]

    def forward(self, words: dict[str, torch.Tensor], at: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Return tag scores for texts (texts, length) of rows into `words`; `real` is 0 on padding."""
        mask = real.unsqueeze(-1)
        x = self.encode_words(words)[at] * mask
        for layer, normed, dilation in zip(self.layers, self.norms, self.shape.dilations, strict=True):
            pad = x.new_zeros(x.shape[0], dilation, x.shape[2])
            left = torch.cat([pad, x[:, :-dilation]], 1) if x.shape[1] > dilation else torch.zeros_like(x)
            right = torch.cat([x[:, dilation:], pad], 1) if x.shape[1] > dilation else torch.zeros_like(x)
            window = self.drop(torch.cat([left, x, right], -1))
            x = (x + normed(maxout(layer(window)))) * mask
        return self.head(self.drop(x))  # type: ignore[no-any-return]

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the weights under the names that the NumPy network reads, matrices as (in, out)."""
        give = lambda t: t.detach().numpy().astype(np.float32)  # noqa: E731
        out = {f"table.{name}": give(t.weight) for name, t in zip(HASHED, self.tables, strict=True)}  # type: ignore[arg-type]
        out["table.grams"] = give(self.grams.weight)
        for i, projection in enumerate(self.project):
            out[f"project.{i}"] = give(projection.weight).T  # type: ignore[arg-type]
        for name, layer, normed in (
            ("word", self.word, self.word_norm),
            ("word2", self.word2, self.word2_norm),
            *((f"layer.{i}", a, b) for i, (a, b) in enumerate(zip(self.layers, self.norms, strict=True))),
        ):
            out[f"{name}.weight"] = give(layer.weight).T  # type: ignore[arg-type]
            out[f"{name}.bias"] = give(layer.bias)  # type: ignore[arg-type]
            out[f"{name}.scale"] = give(normed.scale)  # type: ignore[arg-type]
        out["head.weight"] = give(self.head.weight).T
        out["head.bias"] = give(self.head.bias)
        out["dilations"] = np.array(self.shape.dilations, np.int64)
        return out
