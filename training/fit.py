"""Train a student on labeled texts and on the teacher's answers, with a moving average of its weights."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from training.corpora import TAGS, Sentence
from training.student import Student, WordTable

_TAG_INDEX = {tag: i for i, tag in enumerate(TAGS)}


@dataclass(frozen=True)
class Example:
    """A text as rows of the word table, a distribution over tags per word, and a weight."""

    rows: npt.NDArray[np.int64]
    target: npt.NDArray[np.float32]
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    """Hyperparameters of the training."""

    epochs: int = 12
    rate: float = 2e-3
    tokens: int = 1200
    smoothing: float = 0.05
    decay: float = 0.01
    average: float = 0.998
    seed: int = 0


def hard(sentence: Sentence, table: WordTable, weight: float = 1.0) -> Example:
    """Return an example whose target is the annotators' tags."""
    target = np.zeros((len(sentence.tags), len(TAGS)), np.float32)
    target[np.arange(len(sentence.tags)), [_TAG_INDEX[t] for t in sentence.tags]] = 1
    return Example(table.rows(sentence.words), target, weight)


def soft(sentence: Sentence, log_probs: npt.NDArray[np.float32], table: WordTable, share: float) -> Example:
    """Return an example whose target is a mixture: `share` is the teacher's, the rest the annotators'."""
    gold = hard(sentence, table)
    return Example(gold.rows, share * np.exp(log_probs) + (1 - share) * gold.target)


def collate(examples: Sequence[Example], table: WordTable) -> dict[str, Any]:
    """Pack examples into tensors, each distinct word once."""
    longest = max(len(e.rows) for e in examples)
    flat = np.concatenate([e.rows for e in examples])
    distinct, inverse = np.unique(flat, return_inverse=True)
    at = np.zeros((len(examples), longest), np.int64)
    real = np.zeros((len(examples), longest), np.float32)
    target = np.zeros((len(examples), longest, len(TAGS)), np.float32)
    start = 0
    for i, example in enumerate(examples):
        size = len(example.rows)
        at[i, :size] = inverse[start : start + size]
        real[i, :size] = example.weight
        target[i, :size] = example.target
        start += size
    rows = torch.from_numpy(distinct)
    return {
        "words": {name: values[rows] for name, values in table.tensors().items()},
        "at": torch.from_numpy(at),
        "weight": torch.from_numpy(real),
        "target": torch.from_numpy(target),
    }


def batches(sizes: Sequence[int], tokens: int, rng: np.random.Generator) -> list[list[int]]:
    """Group texts of similar length in batches of about `tokens` tokens, in random order."""
    order = np.argsort(np.asarray(sizes) * rng.uniform(0.8, 1.25, len(sizes)))
    made: list[list[int]] = []
    longest = 0
    for index in order:
        longest = max(longest, sizes[index])
        if not made or longest * (len(made[-1]) + 1) > tokens:
            made.append([])
            longest = sizes[index]
        made[-1].append(int(index))
    rng.shuffle(made)
    return made


def fit(
    student: Student,
    epoch_of: Callable[[int], list[Example]],
    table: WordTable,
    plan: Plan,
    log: Path,
    after_epoch: Callable[[int, Student], None] | None = None,
) -> Student:
    """Train, and return the student with the moving average of the weights."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    optimizer = torch.optim.AdamW(
        student.parameters(), lr=plan.rate, weight_decay=plan.decay, betas=(0.9, 0.98), fused=True
    )
    average = copy.deepcopy(student)
    step, total, began = 0, 0, time.monotonic()
    for epoch in range(plan.epochs):
        examples = epoch_of(epoch)
        made = batches([len(e.rows) for e in examples], plan.tokens, rng)
        total = total or plan.epochs * len(made)
        student.train()
        losses = []
        for picked in made:
            step += 1
            scale = min(step / (0.03 * total), max(0.01, 1 - step / total))
            optimizer.param_groups[0]["lr"] = plan.rate * scale
            batch = collate([examples[i] for i in picked], table)
            loss = _loss(student, batch, plan.smoothing)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            _update_average(average, student, min(plan.average, step / (step + 10)))
        state = {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "s": round(time.monotonic() - began)}
        with log.open("a", encoding="utf-8") as out:
            out.write(json.dumps(state) + "\n")
        if after_epoch is not None:
            after_epoch(epoch, average.eval())
    return average.eval()


def _loss(student: Student, batch: dict[str, Any], smoothing: float) -> torch.Tensor:
    logits = student(batch["words"], batch["at"], (batch["weight"] > 0).float())
    target = batch["target"] * (1 - smoothing) + smoothing / len(TAGS)
    each = -(target * torch.log_softmax(logits, -1)).sum(-1)
    loss: torch.Tensor = (each * batch["weight"]).sum() / batch["weight"].sum()
    return loss


@torch.no_grad()
def _update_average(average: Student, student: Student, share: float) -> None:
    for mean, new in zip(average.parameters(), student.parameters(), strict=True):
        mean.lerp_(new, 1 - share)


@torch.no_grad()
def predict(student: Student, texts: Sequence[Sequence[str]], table: WordTable) -> list[npt.NDArray[np.float32]]:
    """Return log probabilities of the tags, one (tokens, tags) array per text."""
    student.eval()
    out = [np.zeros((len(words), len(TAGS)), np.float32) for words in texts]
    order = sorted((i for i in range(len(texts)) if texts[i]), key=lambda i: len(texts[i]))
    for start in range(0, len(order), 64):
        picked = order[start : start + 64]
        made = [Example(table.rows(texts[i]), np.zeros((len(texts[i]), len(TAGS)), np.float32)) for i in picked]
        batch = collate(made, table)
        scores = torch.log_softmax(student(batch["words"], batch["at"], (batch["weight"] > 0).float()), -1)
        for row, i in enumerate(picked):
            out[i] = scores[row, : len(texts[i])].numpy()
    return out
