"""Finds entities with spaCy's tokenizer and the network in NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from spacy.attrs import IS_SPACE, ORTH
from spacy.language import Language
from spacy.tokens import Doc

from redaction.detection.acceleration.convolutions import GROUP, FilteredConvolutions, Layer
from redaction.detection.acceleration.spacy_numpy.moves import Decoder, Ints
from redaction.detection.acceleration.spacy_numpy.network import encode
from redaction.detection.acceleration.spacy_numpy.weights import NotSupportedError, weights_of
from redaction.detection.acceleration.spacy_numpy.word_vectors import MAX_CACHED, WordEncoder
from redaction.detection.models.linear import Floats

_ROWS: Final = 8_000
_PROBES: Final = (
    "Maria Lindqvist of Northwind Traders moved from Lisbon to New York City on 3 March 2021.",
    "thx!! call JOHN o'brien-smith @ the Blue Harbour office tmrw, he paid $1,200.50 (about 30%)",
    "  \n\tDr. Amina  Yusuf\n\n met the Council of Europe's third envoy in São Paulo;  \n",
    "Two Germans read Hamlet in French at 10:30 pm near Lake Victoria 12 miles away",
    "Anna",
    " ",
    "",
    "12 de mayo, María José Ñ. 🙂🙂 北京 xoxo https://example.org/a?b=c a.b@example.org #tag @name",
)
"""Made-up sentences on which a reader must agree with `nlp.pipe` before it is used."""


class Found(NamedTuple):
    """Characters `[start, end)` of a text and the pipe's label."""

    start: int
    end: int
    label: str


class EntityReader:
    """Finds the entities that `nlp.pipe` finds with the `ner` pipe alone. Not safe to share between threads.

    The entities of a text do not depend on the rest of the batch or its order.
    """

    def __init__(self, nlp: Language, max_cached: int = MAX_CACHED) -> None:
        """Read the weights.

        Args:
            nlp: the pipeline.
            max_cached: the most distinct tokens whose vectors are kept.

        Raises:
            NotSupportedError: the pipeline has another architecture.
        """
        self._nlp = nlp
        self._weights = weights_of(nlp)
        self._decoder = Decoder(self._weights.moves)
        layers = [Layer(layer.pieces, 1, layer.activate) for layer in self._weights.layers]
        self._layers = FilteredConvolutions(layers, zero_gaps=False) if self._weights.reach == 1 else None
        forget = self._layers.forget if self._layers else None
        self._words = WordEncoder(self._weights.words, nlp.vocab.vectors, max_cached, forget)
        by_vector: Any = (getattr(nlp.vocab.vectors, "attr", ORTH),) if self._weights.words.vectors is not None else ()
        self._columns = [*self._weights.words.attributes, *by_vector, IS_SPACE]
        self._gap = self._weights.reach * len(self._weights.layers)

    def entities(self, texts: Sequence[str]) -> list[list[Found]]:
        """Return the entities of each text, by start."""
        found: list[list[Found]] = []
        for docs in self._parts(texts):
            full = [doc for doc in docs if len(doc)]
            entities = iter(self._entities(full) if full else ())
            found.extend(next(entities) if len(doc) else [] for doc in docs)
        return found

    def _parts(self, texts: Sequence[str]) -> Iterator[list[Doc]]:
        """Tokenize the texts and yield about `_ROWS` rows at a time, which bounds memory; a text is never cut."""
        part: list[Doc] = []
        rows = 0
        for text in texts:
            doc = self._nlp.make_doc(text)
            if rows + len(doc) > _ROWS and part:
                yield part
                part, rows = [], 0
            part.append(doc)
            rows += len(doc) + self._gap
        yield part

    def _entities(self, docs: Sequence[Doc]) -> list[list[Found]]:
        features = np.concatenate([doc.to_array(self._columns) for doc in docs])
        lengths = np.array([len(doc) for doc in docs])
        ends = np.cumsum(lengths)
        rows = self._words.rows(features[:, :-1])
        tokens = self._weights.narrow.apply(self._encoded(rows, lengths))
        found: list[list[Found]] = [[] for _ in docs]
        for start, end, label in self._decoder.entities(tokens, features[:, -1] > 0, ends):
            which = int(np.searchsorted(ends, start, side="right"))
            doc, first = docs[which], int(ends[which] - lengths[which])
            span = doc[start - first : end - first]
            found[which].append(Found(span.start_char, span.end_char, label))
        return found

    def _encoded(self, rows: Ints, lengths: Ints) -> Floats:
        """Apply the layers: a text's rows end so far before the next text that neither reads the other."""
        # A group more before the first text and after the last gives the rows around them the bits of any other gap.
        group = GROUP if self._layers else 1
        sizes = -(-(lengths + 2 * self._gap) // group) * group
        firsts = group + np.cumsum(sizes) - sizes + self._gap
        positions = np.arange(len(rows)) + np.repeat(firsts - np.cumsum(lengths) + lengths, lengths)
        laid_out = np.zeros(group + int(sizes.sum()) + group, np.int64)
        laid_out[positions] = rows
        if self._layers:
            return self._layers.apply(self._words.table, laid_out)[positions]
        return encode(self._words.table[laid_out], self._weights.layers, self._weights.reach)[positions]


def reader_of(nlp: Language) -> EntityReader | None:
    """Return a reader if the pipeline is supported and the reader agrees with `nlp.pipe` on made-up sentences."""
    try:
        reader = EntityReader(nlp)
    except NotSupportedError:
        return None
    expected = [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(_PROBES)]
    return reader if [[tuple(f) for f in found] for found in reader.entities(_PROBES)] == expected else None
