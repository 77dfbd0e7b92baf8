"""Compress the teacher's embeddings of words to a few bytes a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def compress(hidden: npt.NDArray[np.float16], width: int) -> npt.NDArray[np.float32]:
    """Project onto the first `width` principal components, each scaled to a standard deviation of 1."""
    sample = hidden[:: max(1, len(hidden) // 20_000)].astype(np.float32)
    mean = sample.mean(0)
    _, _, directions = np.linalg.svd(sample - mean, full_matrices=False)
    out = np.concatenate([(part.astype(np.float32) - mean) @ directions[:width].T for part in _parts(hidden)])
    scaled: npt.NDArray[np.float32] = np.clip(out / out.std(0), -4, 4).astype(np.float32)
    return scaled


def _parts(hidden: npt.NDArray[np.float16]) -> list[npt.NDArray[np.float16]]:
    return [hidden[i : i + 20_000] for i in range(0, len(hidden), 20_000)]
