"""Computes the network of a spaCy `ner` pipe in NumPy: the same entities, several times as fast.

`reader_of(nlp)` returns a reader for a pipeline with a supported architecture, after it gave the entities of `nlp.pipe`
on some made-up sentences, and None for any other pipeline. The slow reference is `nlp.pipe`.
"""

from redaction.detection.acceleration.spacy_numpy.reader import EntityReader, reader_of

__all__ = ["EntityReader", "reader_of"]
