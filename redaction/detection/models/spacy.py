"""Named entities by an installed spaCy pipeline. Nothing is ever downloaded."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from redaction.detection.acceleration.spacy_numpy import reader_of
from redaction.detection.errors import DetectionError
from redaction.detection.models.backend import NER_LABELS, NerSpan
from redaction.detection.models.linear_tokenizer import bound_tokenizer


class SpacyNer:
    """A `NerBackend` that runs the `ner` pipe of a spaCy pipeline and only those pipes that it listens to.

    `redaction.detection.acceleration.spacy_numpy` computes the network where it supports the pipeline, spaCy
    elsewhere; the entities are the same.
    """

    def __init__(self, model: str, score: float = 0.85, batch_size: int = 64, *, numpy: bool = True) -> None:
        """Load the `ner` pipe; every entity gets `score`, as spaCy gives none (the default is Presidio's)."""
        self._path = _installed(model)
        self.nlp = _load_for_ner(model)
        self._reader = reader_of(self.nlp) if numpy else None
        self._score = score
        self._batch_size = batch_size
        self.name = model

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of every file of the pipeline, and of the score."""
        digest = hashlib.sha256(f"{self.name}\0{self._score}\0".encode())
        for file in sorted(p for p in self._path.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            digest.update(file.relative_to(self._path).as_posix().encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    @property
    def labels(self) -> tuple[str, ...]:
        """The entity types that the pipe can find."""
        pipe: Any = self.nlp.get_pipe("ner")
        return tuple(sorted({NER_LABELS[label] for label in pipe.labels if label in NER_LABELS}))

    def spans(self, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[NerSpan, ...]]:
        """Return the entities of each text; `languages` is ignored, as a pipeline has one language.

        The memory zone frees the strings of the batch, which spaCy would otherwise store for as long as it lives.
        """
        with self.nlp.memory_zone():
            entities_of_texts = self._reader.entities(texts) if self._reader else self._run_pipe(texts)
        return [
            tuple(
                NerSpan(start, end, NER_LABELS[label], self._score)
                for start, end, label in entities
                if label in NER_LABELS
            )
            for entities in entities_of_texts
        ]

    def _run_pipe(self, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
        """Run spaCy itself, on texts sorted by length so that batches need little padding."""
        entities: list[list[tuple[int, int, str]]] = [[] for _ in texts]
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        docs = self.nlp.pipe((texts[i] for i in order), batch_size=self._batch_size)
        for i, doc in zip(order, docs, strict=True):
            entities[i] = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
        return entities


def load_lemma_pipeline(model: str) -> Language:
    """Load only the pipes of a pipeline that make lemmas, for the context words of Presidio's recognizers."""
    _installed(model)
    return bound_tokenizer(spacy.load(model, exclude=["ner", "parser", "senter"]))


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
    if "ner" not in pipes:
        raise DetectionError(f"spaCy pipeline {model!r} has no `ner` pipe; choose one that has")
    needed = {"ner"} | ({"tok2vec", "transformer"} if _is_listener(config["components"].get("ner", {})) else set())
    return bound_tokenizer(spacy.load(model, exclude=sorted(pipes - needed)))


def _is_listener(component: dict[str, Any]) -> bool:
    tok2vec = (component.get("model") or {}).get("tok2vec") or {}
    return "Listener" in str(tok2vec.get("@architectures", ""))
