"""Joins records with records: are two of them by the same author? By words, and by habits of writing."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.release.gates.linkage.conditional_logit import Choices, Floats, fit
from redaction.release.gates.linkage.figures import share_found
from redaction.release.gates.linkage.tokens import Integers, Words, folded, without_placeholders
from redaction.release.gates.linkage.vectors import Weights, count_signs, count_words
from redaction.release.report import JoinedFigures, Rate

_WORDS: Final = 20
_RECORDS: Final = 600
_OF_AUTHOR: Final = 10
_FEWEST: Final = 50
_OTHERS: Final = 40
_EDGE: Final = 24
_EXPECTED: Final[Floats] = np.array([4.0, 4.0, 2.0, 2.0])
"""What each likeness is expected to weigh: words, characters as written, how texts begin and end, signs."""
_DIGITS: Final = 5
_Z: Final = 1.96

Likeness = npt.NDArray[np.float32]


def joined_figures(records: pl.DataFrame, seed: int) -> JoinedFigures | None:
    """Measure how well records of the same author are found among some records.

    The weights of the likenesses are learnt from the records of one half of the authors, and applied to those of the
    other half.

    Args:
        records: `author` and `text`.
        seed: Chooses the records, the halves and the order of equals.

    Returns:
        The figures; None if there are too few records.
    """
    chosen = _chosen(records, seed)
    if chosen.height < _FEWEST:
        return None
    authors = chosen["author"].rank("dense").to_numpy().astype(np.int64) - 1
    chance = np.random.default_rng(seed)
    half = chance.permutation(int(authors.max()) + 1)[authors] % 2 == 0
    likenesses = _likenesses(chosen["text"])
    parts = []
    for side in (half, ~half):
        learnt = fit(_choices(likenesses, authors, np.flatnonzero(side), chance), _EXPECTED)
        rows = np.flatnonzero(~side)
        if len(rows) > 1:
            parts.append(_compared(likenesses[:, rows[:, None], rows], learnt, authors[rows], chance))
    nearest, guesses, above, pairs, of = (np.concatenate(each) for each in zip(*parts, strict=True))
    return JoinedFigures(
        records=chosen.height,
        nearest=share_found(nearest, of),
        chance=round(float(guesses.mean()), _DIGITS),
        auc=_auc(above, pairs, of),
    )


def _chosen(records: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Choose records of some length, of authors who have two at least, and some of each."""
    long = records.filter(without_placeholders(records["text"]).str.count_matches(r"[\p{L}\p{N}]+") >= _WORDS)
    several = long.filter(pl.len().over("author") > 1).sort(pl.col("author").hash(seed), pl.col("text").hash(seed))
    return several.filter(pl.int_range(pl.len()).over("author") < _OF_AUTHOR).head(_RECORDS)


def _likenesses(texts: pl.Series) -> Likeness:
    """Return the cosines of all pairs of texts, of each kind."""
    bare = without_placeholders(texts).str.strip_chars().str.replace_all(r"\s*\n", "\r")
    edges = bare.str.head(_EDGE) + "\r\r\r" + bare.str.tail(_EDGE)
    signs = bare.str.replace_all(r"[\p{L}\p{N}]+", "x").str.replace_all(r"(?:x ?)+", "x")
    counts = (
        count_words(Words.of(folded(texts)), len(texts)),
        count_signs(bare),
        count_signs(edges),
        count_signs(signs),
    )
    cosines = []
    for each, common in zip(counts, (0.1, 0.5, 1.0, 1.0), strict=True):
        vectors = Weights.of(each, common).vectors(each)
        cosines.append((vectors @ vectors.T).toarray())
    return np.stack(cosines, dtype=np.float32)


def _choices(likenesses: Likeness, authors: Integers, rows: Integers, chance: np.random.Generator) -> Choices:
    """Put to each record one other of its author first, and then records of others."""
    features, known = [], []
    for row in rows:
        own = rows[(authors[rows] == authors[row]) & (rows != row)]
        others = rows[authors[rows] != authors[row]]
        if len(own) and len(others):
            candidates = np.concatenate([chance.choice(own, 1), chance.choice(others, _OTHERS)])
            features.append(likenesses[:, row, candidates].T)
            known.append(row)
    stacked = np.array(features, np.float32).reshape(-1, _OTHERS + 1, len(_EXPECTED))
    return Choices(stacked, np.ones(stacked.shape[:2], np.float32), np.zeros(len(known), np.int64))


def _compared(
    likenesses: Likeness, learnt: Floats, authors: Integers, chance: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], Floats, Floats, Floats, Integers]:
    """Compare each record with all others.

    Returns:
        For each record: whether the nearest is of its author, how often a guess is, the sum over the others of its
        author of the share of pairs of strangers that are less alike, how many these are, and the author.
    """
    scores = np.einsum("frc,f->rc", likenesses, learnt) + chance.random(likenesses.shape[1:]) * 1e-6
    np.fill_diagonal(scores, -np.inf)
    same = authors[:, None] == authors
    np.fill_diagonal(same, val=False)
    strangers = np.sort(scores[authors[:, None] != authors])
    shares = np.where(same, np.searchsorted(strangers, scores) / max(len(strangers), 1), 0)
    nearest = authors[scores.argmax(axis=1)] == authors
    pairs = same.sum(axis=1).astype(float)
    return nearest, pairs / (len(authors) - 1), shares.sum(axis=1), pairs, authors


def _auc(above: Floats, pairs: Floats, authors: Integers) -> Rate:
    """Return the share of pairs of strangers that are less alike than a pair of one author, with a 95 % interval."""
    _, number = np.unique(authors, return_inverse=True)
    sums, counts = np.bincount(number, weights=above), np.bincount(number, weights=pairs)
    auc = float(sums.sum() / counts.sum())
    half = _Z * math.sqrt(float(np.square(sums - auc * counts).sum())) / float(counts.sum())
    return Rate(
        value=round(auc, _DIGITS), low=round(max(auc - half, 0), _DIGITS), high=round(min(auc + half, 1), _DIGITS)
    )
