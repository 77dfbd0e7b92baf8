"""The interface of models that name entities.

A profile chooses the implementation: `ner: own` is `redaction.detection.models.tagger`, any other value is an
installed spaCy pipeline (`redaction.detection.models.spacy`).
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

OWN = "own"
"""Value of `ner` in a profile for the model that ships with this project."""

NER_LABELS = {
    "PER": "PERSON",
    "PERSON": "PERSON",
    "LOC": "LOCATION",
    "LOCATION": "LOCATION",
    "GPE": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "ORGANIZATION": "ORGANIZATION",
    "DATE": "DATE_TIME",
    "TIME": "DATE_TIME",
    "NORP": "NRP",
}
"""Labels of the published spaCy pipelines → Presidio's entity types; the mapping is Presidio's own."""


class NerSpan(NamedTuple):
    """Characters `[start, end)` of a text, the entity type in Presidio's name, and a score in [0, 1]."""

    start: int
    end: int
    label: str
    score: float


class NerBackend(Protocol):
    """A model that names entities in a batch of texts."""

    @property
    def name(self) -> str:
        """A short name for reports."""

    @property
    def fingerprint(self) -> str:
        """The sha256, in hex, of everything that decides the findings: weights, labels and settings."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The entity types that it can find, in Presidio's names."""

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """Return the entities of each text, sorted by start; both arguments have the same length."""
