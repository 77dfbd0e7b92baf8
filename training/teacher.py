"""Fine-tune a transformer encoder as a token classifier, the teacher of the small tagger; it is not shipped."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from training.augment import Augmenter
from training.corpora import TAGS, Sentence

_CASES = 6
_BATCH = 1536
_LENGTHS = (12, 16, 24, 32, 48, 64, 96, 128, 256)
_TAG_INDEX = {tag: index for index, tag in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class WordPieces:
    """A text in word pieces, the casing of each, and the index of each token's first piece (-1: truncated)."""

    ids: tuple[int, ...]
    casing: tuple[int, ...]
    first: tuple[int, ...]


def mask_links(word: str) -> str:
    """Return the token, or one common token for all links and one for all handles."""
    if word.startswith("@") and len(word) > 1:
        return "@user"
    if word.startswith(("http://", "https://", "www.")):
        return "http"
    return word


def case_of(word: str) -> int:
    """Return the casing class of a token, for an encoder that only reads lower case."""
    if not any(ch.isalpha() for ch in word):
        return 1
    if word.islower():
        return 2
    if word.isupper():
        return 3 if len(word) > 1 else 4
    return 4 if word[0].isupper() else 5


class Teacher(nn.Module):
    """An encoder with an embedding of casing added to its input, and one linear layer to the tags."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(path, local_files_only=True)
        self.encoder: Any = AutoModel.from_pretrained(path, local_files_only=True, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.casing = nn.Embedding(_CASES, width)
        nn.init.zeros_(self.casing.weight)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(width, len(TAGS))

    def word_pieces(self, texts: Sequence[Sequence[str]]) -> list[WordPieces]:
        """Split tokens into word pieces."""
        cut = self.tokenizer(
            [[mask_links(w) for w in words] for words in texts],
            is_split_into_words=True,
            truncation=True,
            max_length=256,
        )
        made = []
        for row, words in enumerate(texts):
            cases = [case_of(w) for w in words]
            first = [-1] * len(words)
            casing = [0] * len(cut["input_ids"][row])
            for piece, word in enumerate(cut.word_ids(row)):
                if word is not None:
                    casing[piece] = cases[word]
                    if first[word] < 0:
                        first[word] = piece
            made.append(WordPieces(tuple(cut["input_ids"][row]), tuple(casing), tuple(first)))
        return made

    def batch(self, rows: Sequence[WordPieces], length: int) -> dict[str, torch.Tensor]:
        """Pack texts of at most `length` word pieces into tensors of `_BATCH` word pieces, with padding.

        Every batch has the same size, since oneDNN prepares its kernels for each new shape.

        Returns:
            `ids`, `mask` and `casing`, one row per text, and `first`, the index of each token's first word piece.
        """
        count = _BATCH // length
        pad = self.tokenizer.pad_token_id
        ids, casing = torch.full((count, length), pad), torch.zeros((count, length), dtype=torch.long)
        first = torch.full((count, length), -1)
        for row, text in enumerate(rows):
            ids[row, : len(text.ids)] = torch.tensor(text.ids)
            casing[row, : len(text.ids)] = torch.tensor(text.casing)
            first[row, : len(text.first)] = torch.tensor(text.first)
        return {"ids": ids, "mask": (ids != pad).long(), "casing": casing, "first": first}

    def hidden(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the last layer at the first piece of every token: (texts, tokens, width)."""
        embedded = self.encoder.get_input_embeddings()(batch["ids"]) + self.casing(batch["casing"])
        out = self.encoder(inputs_embeds=embedded, attention_mask=batch["mask"]).last_hidden_state
        at = batch["first"].clamp(min=0).unsqueeze(-1).expand(-1, -1, out.shape[-1])
        return torch.gather(out, 1, at)

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return tag logits, (texts, tokens, tags)."""
        return self.head(self.drop(self.hidden(batch)))  # type: ignore[no-any-return]


def targets(sentences: Sequence[Sentence], first: torch.Tensor) -> torch.Tensor:
    """Return tag indices, -100 where a token was truncated."""
    gold = torch.full(first.shape, -100)
    for row, sentence in enumerate(sentences):
        gold[row, : len(sentence.tags)] = torch.tensor([_TAG_INDEX[t] for t in sentence.tags])
    gold[first < 0] = -100
    return gold


def batches(pieces: Sequence[WordPieces]) -> list[tuple[int, list[int]]]:
    """Group texts of similar length; return (padded length, indices) of each batch, shortest first."""
    order = sorted(range(len(pieces)), key=lambda i: max(len(pieces[i].ids), len(pieces[i].first)))
    made: list[tuple[int, list[int]]] = []
    for index in order:
        needed = max(len(pieces[index].ids), len(pieces[index].first))
        length = next((size for size in _LENGTHS if size >= needed), _LENGTHS[-1])
        if not made or made[-1][0] != length or len(made[-1][1]) >= _BATCH // length:
            made.append((length, []))
        made[-1][1].append(index)
    return made


def train(
    model: Teacher,
    corpus: Sequence[Sentence],
    augmenter: Augmenter,
    *,
    epochs: int,
    rate: float,
    seed: int,
    log: Path,
) -> None:
    """Fine-tune in bfloat16 autocast with a linear warm-up and decay."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    fast = [*model.casing.parameters(), *model.head.parameters()]
    model.encoder.get_input_embeddings().weight.requires_grad_(False)
    slow = [p for p in model.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": rate}, {"params": fast, "lr": rate * 20}], weight_decay=0.01, fused=True
    )
    total = epochs * len(batches(model.word_pieces([s.words for s in corpus])))
    step, began = 0, time.monotonic()
    losses: list[float] = []
    model.train()
    for epoch in range(epochs):
        texts = [s for s in map(augmenter, corpus) if len(s.words) <= _LENGTHS[-1]]
        texts = [texts[i] for i in rng.permutation(len(texts))]
        pieces = model.word_pieces([s.words for s in texts])
        made = batches(pieces)
        for which in rng.permutation(len(made)):
            length, picked = made[which]
            step += 1
            scale = min(step / (0.08 * total), max(0.02, (total - step) / total))
            for group, base in zip(optimizer.param_groups, (rate, rate * 20), strict=True):
                group["lr"] = base * scale
            batch = model.batch([pieces[i] for i in picked], length)
            gold = targets([texts[i] for i in picked], batch["first"])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(batch)
            loss = nn.functional.cross_entropy(
                logits.float().flatten(0, 1), gold.flatten(), ignore_index=-100, label_smoothing=0.03
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            if step % 50 == 0:
                state = {
                    "epoch": epoch,
                    "step": step,
                    "of": total,
                    "loss": round(float(np.mean(losses[-50:])), 4),
                }
                with log.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(state | {"seconds": round(time.monotonic() - began)}) + "\n")


@torch.no_grad()
def predict(model: Teacher, texts: Sequence[Sequence[str]]) -> list[np.ndarray[Any, Any]]:
    """Return log probabilities of the tags, one (tokens, tags) array per text; truncated tokens are outside."""
    model.eval()
    outside = torch.log_softmax(torch.tensor([8.0] + [0.0] * (len(TAGS) - 1)), 0)
    out = [outside.repeat(len(words), 1).numpy() for words in texts]
    pieces = model.word_pieces([words[: _LENGTHS[-1]] for words in texts])
    for length, picked in batches(pieces):
        batch = model.batch([pieces[i] for i in picked], length)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(batch)
        scores = torch.log_softmax(logits.float(), -1)
        scores[batch["first"] < 0] = outside
        for row, i in enumerate(picked):
            size = min(len(texts[i]), length)
            out[i][:size] = scores[row, :size].numpy()
    return out
