"""Presidio's analysis over batches.

Same registry, recognisers, scores, context words, thresholds and removal of duplicates as
`AnalyzerEngine.analyze`, and the same findings (tests/detection/test_analyzer.py compares them); but the
models see the texts in batches, and a recogniser sees a text only if it could match there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerResult

from redaction.detection.engine import BackendNlpEngine, LazyArtifacts
from redaction.detection.errors import RegexTimedOutError

_ID = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
_NAME = RecognizerResult.RECOGNIZER_NAME_KEY


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that could not be analysed: the type name of what was raised, and where."""

    cause: str
    recognizer: str


class StrictPattern:
    """A compiled pattern that raises when its time is up; Presidio would log it and let the text pass."""

    def __init__(self, compiled: Any, seconds: float) -> None:
        self._compiled = compiled
        self._seconds = seconds

    def finditer(self, text: str, timeout: float | None = None) -> Any:
        """As `regex.Pattern.finditer`, within `seconds` whatever the caller allows."""
        try:
            yield from self._compiled.finditer(text, timeout=self._seconds)
        except TimeoutError:
            raise RegexTimedOutError("a pattern ran out of time (regex_seconds)") from None


class BatchAnalyzer:
    """Analyses texts of one language at a time for an engine whose NLP engine is a BackendNlpEngine."""

    def __init__(self, engine: AnalyzerEngine, nlp: BackendNlpEngine, regex_seconds: float) -> None:
        self._engine = engine
        self._nlp = nlp
        self._recognizers: dict[str, list[Any]] = {}
        self._entities: dict[str, list[str]] = {}
        for language in engine.supported_languages:
            recognizers = engine.registry.get_recognizers(language=language, all_fields=True)
            for recognizer in recognizers:
                _make_strict(recognizer, regex_seconds)
            self._recognizers[language] = recognizers
            self._entities[language] = engine.get_supported_entities(language=language)

    def analyze(self, texts: Sequence[str], language: str) -> list[list[RecognizerResult] | Failure]:
        """The findings of each text, or why there are none."""
        return [
            artifacts if isinstance(artifacts, Failure) else self._analyze(text, language, artifacts)
            for text, artifacts in zip(texts, self._artifacts(texts, language), strict=True)
        ]

    def _artifacts(self, texts: Sequence[str], language: str) -> list[LazyArtifacts | Failure]:
        try:
            return list(self._nlp.process_texts(texts, language))
        except Exception as error:  # noqa: BLE001
            if len(texts) == 1:
                return [Failure(type(error).__name__, "ner")]
        return [self._artifacts([text], language)[0] for text in texts]

    def _analyze(self, text: str, language: str, artifacts: LazyArtifacts) -> list[RecognizerResult] | Failure:
        recognizers = self._recognizers[language]
        entities = self._entities[language]
        results: list[RecognizerResult] = []
        name = "context"
        try:
            for recognizer in recognizers:
                name = recognizer.name
                found = recognizer.analyze(text=text, entities=entities, nlp_artifacts=artifacts)
                for result in found or ():
                    _identify(result, recognizer)
                    results.append(result)
            if not results:
                return results
            name = "context"
            results = self._engine._enhance_using_context(text, results, artifacts, recognizers)
        except Exception as error:  # noqa: BLE001
            return Failure(type(error).__name__, name)
        thresholds = {recognizer.id: recognizer.score_thresholds for recognizer in recognizers}
        default = self._engine.default_score_threshold
        passed = [r for r in results if r.score >= _threshold(r, thresholds, default)]
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(passed)
        return unique


def _make_strict(recognizer: Any, seconds: float) -> None:
    if not recognizer.is_loaded:
        recognizer.load()
        recognizer.is_loaded = True
    if not isinstance(recognizer, PatternRecognizer):
        return
    patterns: list[Any] = vars(recognizer)["patterns"]
    flags = recognizer.global_regex_flags
    for pattern in patterns:
        compiled = pattern.compiled_regex
        if isinstance(compiled, StrictPattern):
            continue
        pattern.compiled_regex = StrictPattern(regex.compile(pattern.regex, flags=flags), seconds)
        pattern.compiled_with_flags = flags


def _identify(result: Any, recognizer: Any) -> None:
    if not result.recognition_metadata:
        result.recognition_metadata = {}
    result.recognition_metadata.setdefault(_ID, recognizer.id)
    result.recognition_metadata.setdefault(_NAME, recognizer.name)


def _threshold(result: Any, by_id: dict[str, dict[str, float]], default: float) -> float:
    own = by_id.get(result.recognition_metadata.get(_ID), {})
    return own.get(result.entity_type, own.get("default", default))
