"""Build the lexicon from the vectors of an open spaCy pipeline, lists of names, and the teacher's embeddings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from redaction.detection.models.tagger.features import key, normalize
from redaction.detection.models.tagger.lexicon import NO_ROW, Lexicon
from redaction.detection.models.tagger.tokens import tokenize
from training.names import Lists

_LARGE_CITY = 250_000


def read_vectors(pipeline: Path) -> tuple[npt.NDArray[np.float32], list[tuple[str, int]]]:
    """Return the vector table of a spaCy pipeline, and its words with their rows, most common word first."""
    import spacy  # noqa: PLC0415  only the English recipe needs it

    vocab = spacy.load(
        pipeline, exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "ner"]
    ).vocab
    words = [(vocab.strings[k], int(vocab.vectors.key2row[k])) for k in vocab.vectors.keys()]  # noqa: SIM118
    return np.asarray(vocab.vectors.data, dtype=np.float32), words


def _words_of(names: Iterable[str]) -> Iterable[tuple[str, bool]]:
    for name in names:
        words = [name[a:b] for a, b in tokenize(name) if name[a].isalpha()]
        for word in words:
            yield normalize(word), len(words) == 1
            plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
            if plain != word:
                yield normalize(plain), len(words) == 1


def list_bits(lists: Lists) -> dict[str, int]:
    """Return the bits of every word that is in a list, in the order of `lexicon.LISTS`."""
    bits: dict[str, int] = {}

    def mark(names: Iterable[str], bit: int, part: int | None = None) -> None:
        for word, whole in _words_of(names):
            which = bit if whole or part is None else part
            bits[word] = bits.get(word, 0) | 1 << which

    mark(lists.given, 0)
    mark(lists.common_given, 1)
    mark(lists.family, 2)
    mark(lists.common_family, 3)
    mark((name for name, _ in lists.cities), 4, 8)
    mark((name for name, size in lists.cities if size >= _LARGE_CITY), 5, 8)
    mark(lists.countries, 6, 8)
    mark(lists.regions, 7, 8)
    mark(lists.peoples, 9)
    return bits


def _rank(position: int) -> int:
    return min(254, int(np.log2(1 + position / 64) * 19))


def build(
    words: list[tuple[str, int]],
    vectors: npt.NDArray[np.float32],
    lists: Lists,
    senses: Mapping[str, npt.NDArray[np.float32]],
    limit: int,
) -> Lexicon:
    """Build a lexicon of at most `limit` words: common ones first, then those in lists, then the others by rank."""
    rows, ranks = _forms(words)
    bits = list_bits(lists)
    chosen = choose(rows, bits, limit)
    keys = np.array([key(w) for w in chosen], dtype=np.uint64)
    order = np.argsort(keys)
    chosen = [chosen[i] for i in order]
    width = len(next(iter(senses.values()))) if senses else 1
    raw = np.stack([senses.get(w, np.zeros(width, np.float32)) for w in chosen])
    sense_scale = (np.abs(raw).max(0) / 127 + 1e-9).astype(np.float32)
    vector_scale = (np.abs(vectors).max(1) / 127 + 1e-9).astype(np.float32)
    return Lexicon(
        keys=keys[order],
        rows=np.array([rows.get(w, [int(NO_ROW)] * 2) for w in chosen], np.uint16),
        ranks=np.array([ranks.get(w, [255, 255]) for w in chosen], np.uint8),
        lists=np.array([bits.get(w, 0) for w in chosen], np.uint16),
        senses=np.round(raw / sense_scale).astype(np.int8),
        sense_scale=sense_scale,
        vectors=np.round(vectors / vector_scale[:, None]).astype(np.int8),
        vector_scale=vector_scale,
    )


def words_of(words: list[tuple[str, int]], lists: Lists, limit: int) -> list[str]:
    """Return the words that `build` chooses."""
    return choose(_forms(words)[0], list_bits(lists), limit)


def _forms(words: list[tuple[str, int]]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return each word's vector rows and ranks, for its lower-case and its capitalized form."""
    rows: dict[str, list[int]] = {}
    ranks: dict[str, list[int]] = {}
    for position, (word, row) in enumerate(words):
        form = 0 if word == word.lower() else 1 if word[0].isupper() else -1
        if form < 0:
            continue
        lower = normalize(word)
        if rows.setdefault(lower, [int(NO_ROW)] * 2)[form] == int(NO_ROW):
            rows[lower][form] = row
            ranks.setdefault(lower, [255, 255])[form] = _rank(position)
    return rows, ranks


def choose(rows: Mapping[str, Any], bits: Mapping[str, int], limit: int) -> list[str]:
    """Choose the words: the most common half, listed names that are not rare, then others up to the limit."""
    common = list(rows)
    listed = [w for w, b in bits.items() if b & 0b10_1111_1011]
    picked = dict.fromkeys(common[: limit // 2])
    picked.update(dict.fromkeys(sorted(listed)))
    for word in [*common[limit // 2 :], *sorted(bits)]:
        if len(picked) >= limit:
            break
        picked[word] = None
    return list(picked)[:limit]
