"""Named entities by a model: the seam, and its implementation on spaCy pipelines.

A backend is any object with the members of `NerBackend`. `ner: own` in the settings means the model that
is shipped with this project: the package `redaction.detection.models.tagger` then offers
`load_backend(language: str, caution: float, cautions: Mapping[str, float]) -> NerBackend`.
"""

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import spacy
from spacy.language import Language
from thinc.api import Model

from redaction.detection.acceleration.blas import use_blas
from redaction.detection.acceleration.spacy_numpy import reader_of
from redaction.detection.errors import DetectionError

OWN = "own"

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
"""Labels of the published spaCy pipelines in Presidio's names; the same mapping that Presidio uses."""


class NerSpan(NamedTuple):
    """Characters `[start, end)` of a text, Presidio's name of the type, and a score in [0, 1]."""

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
        """sha256, in hex, over everything that decides the findings: weights, labels and settings."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The types that it can find, in Presidio's names."""

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """For each text its entities, by start. Both sequences are of one length."""


class SpacyNer:
    """The `ner` pipe of an installed spaCy pipeline, and no other pipe that it does not listen to.

    `redaction.detection.acceleration.spacy_numpy` computes its network where it can, spaCy elsewhere; the entities are
    the same.
    """

    def __init__(self, model: str, score: float = 0.85, batch_size: int = 64) -> None:
        self._path = _installed(model)
        self._nlp = _load_for_ner(model)
        self._reader = reader_of(self._nlp)
        self._score = score
        self._batch_size = batch_size
        self.name = model

    @cached_property
    def fingerprint(self) -> str:
        """Over every file of the pipeline, and the score."""
        digest = hashlib.sha256(f"{self.name}\0{self._score}\0".encode())
        for file in sorted(p for p in self._path.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            digest.update(file.relative_to(self._path).as_posix().encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def labels(self) -> tuple[str, ...]:
        """The pipe's labels that are types of ours."""
        pipe: Any = self._nlp.get_pipe("ner")
        return tuple(sorted({NER_LABELS[label] for label in pipe.labels if label in NER_LABELS}))

    @property
    def language(self) -> Language:
        """The loaded pipeline; its tokenizer serves context words."""
        return self._nlp

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """Entities of each text; a pipeline has one language, so `languages` says nothing new here.

        All inside a memory zone, so that the strings of one batch do not stay for ever.
        """
        with self._nlp.memory_zone():
            found = self._reader.entities(texts) if self._reader else self._through_pipe(texts)
        return [
            tuple(
                NerSpan(start, end, NER_LABELS[label], self._score)
                for start, end, label in entities
                if label in NER_LABELS
            )
            for entities in found
        ]

    def _through_pipe(self, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        """By spaCy itself, by length, so that batches are even."""
        found: list[list[tuple[int, int, str]]] = [[] for _ in texts]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        docs = self._nlp.pipe((texts[i] for i in order), batch_size=self._batch_size)
        for i, doc in zip(order, docs, strict=True):
            found[i] = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
        return found


def load_ner(model: str, language: str, caution: float, cautions: Mapping[str, float]) -> NerBackend:
    """The backend that a language's `ner` names.

    Raises:
        DetectionError: the model is not installed. Nothing is ever downloaded.
    """
    if model != OWN:
        return SpacyNer(model)
    room = "redaction.detection.models.tagger"
    if importlib.util.find_spec(room) is None:
        raise DetectionError(f"languages.{language}.ner: own: no model is shipped here; name a spaCy pipeline")
    backend: NerBackend = importlib.import_module(room).load_backend(language, caution, cautions)
    return backend


def load_for_context(model: str) -> Language:
    """The pipeline with only what makes lemmas, for the context words of Presidio's recognisers."""
    _installed(model)
    nlp = spacy.load(model, exclude=["ner", "parser", "senter"])
    _use_blas(nlp)
    return nlp


def _installed(model: str) -> Path:
    if not spacy.util.is_package(model):
        raise DetectionError(
            f"spaCy pipeline {model!r} is not installed; add it to the dependencies (nothing is downloaded)"
        )
    return Path(spacy.util.get_package_path(model))


def _load_for_ner(model: str) -> Language:
    folder = _installed(model)
    config = spacy.util.load_config(next(iter(sorted(folder.glob("*/config.cfg"))), folder / "config.cfg"))
    pipes = set(config["nlp"]["pipeline"])
    keep = {"ner"} | ({"tok2vec", "transformer"} if _listens(config["components"].get("ner", {})) else set())
    if "ner" not in pipes:
        raise DetectionError(f"spaCy pipeline {model!r} has no `ner` pipe; choose one that has")
    nlp = spacy.load(model, exclude=sorted(pipes - keep))
    _use_blas(nlp)
    return nlp


def _use_blas(nlp: Language) -> None:
    for _, pipe in nlp.pipeline:
        if isinstance(getattr(pipe, "model", None), Model):
            use_blas(pipe.model)  # type: ignore[attr-defined]


def _listens(component: dict[str, Any]) -> bool:
    tok2vec = (component.get("model") or {}).get("tok2vec") or {}
    return "Listener" in str(tok2vec.get("@architectures", ""))
