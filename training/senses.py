"""Asks the teacher how it reads each word of the lexicon: what a large encoder knows, in a few bytes a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from training.teacher import Teacher, batches

_A_ROW = 30


@torch.no_grad()
def read_words(model: Teacher, words: Sequence[str], seed: int) -> npt.NDArray[np.float16]:
    """Give the last hidden state of each word, capitalised, among random others: (words, width)."""
    model.eval()
    order = np.random.default_rng(seed).permutation(len(words))
    rows = [order[i : i + _A_ROW] for i in range(0, len(order), _A_ROW)]
    texts = [[part for i in row for part in (words[i][:1].upper() + words[i][1:], ".")] for row in rows]
    pieces = model.pieces(texts)
    out = np.zeros((len(words), model.head.in_features), np.float16)
    for length, picked in batches(pieces):
        batch = model.batch([pieces[i] for i in picked], length)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model.hidden(batch).half()
        for row, i in enumerate(picked):
            size = min(2 * len(rows[i]), hidden.shape[1])
            seen = hidden[row, :size:2].numpy()
            out[rows[i][: len(seen)]] = seen
    return out


def compress(hidden: npt.NDArray[np.float16], width: int) -> npt.NDArray[np.float32]:
    """Keep the `width` directions in which words differ most, each scaled to unit spread."""
    sample = hidden[:: max(1, len(hidden) // 20_000)].astype(np.float32)
    mean = sample.mean(0)
    _, _, directions = np.linalg.svd(sample - mean, full_matrices=False)
    out = np.concatenate([(part.astype(np.float32) - mean) @ directions[:width].T for part in _parts(hidden)])
    spread: npt.NDArray[np.float32] = np.clip(out / out.std(0), -4, 4).astype(np.float32)
    return spread


def _parts(hidden: npt.NDArray[np.float16]) -> list[npt.NDArray[np.float16]]:
    return [hidden[i : i + 20_000] for i in range(0, len(hidden), 20_000)]
