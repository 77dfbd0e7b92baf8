"""Compute embeddings of the lexicon's words with the teacher."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from training.teacher import Teacher, batches

_WORDS_PER_TEXT = 30


@torch.no_grad()
def embed_words(model: Teacher, words: Sequence[str], seed: int) -> npt.NDArray[np.float16]:
    """Return the last hidden state of each word, capitalized, in a text of random words: (words, width)."""
    model.eval()
    order = np.random.default_rng(seed).permutation(len(words))
    rows = [order[i : i + _WORDS_PER_TEXT] for i in range(0, len(order), _WORDS_PER_TEXT)]
    texts = [[part for i in row for part in (words[i][:1].upper() + words[i][1:], ".")] for row in rows]
    word_pieces = model.word_pieces(texts)
    out = np.zeros((len(words), model.head.in_features), np.float16)
    for length, picked in batches(word_pieces):
        batch = model.batch([word_pieces[i] for i in picked], length)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model.hidden(batch).half()
        for row, i in enumerate(picked):
            size = min(2 * len(rows[i]), hidden.shape[1])
            seen = hidden[row, :size:2].numpy()
            out[rows[i][: len(seen)]] = seen
    return out
