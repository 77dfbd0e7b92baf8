"""Presidio's analysis over batches.

The registry, recognizers, scores, context words, thresholds and removal of duplicates are those of
`AnalyzerEngine.analyze`, and so are the findings; tests/detection/presidio/test_batch_analyzer.py compares them. But
the models process texts in batches, and a recognizer runs only on texts in which it could match.
"""

import time
from collections.abc import Sequence, Set
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import Any

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from redaction.detection.acceleration import Accelerator
from redaction.detection.acceleration.context_words import Finding
from redaction.detection.acceleration.patterns.batch_scan import BatchScan, EveryText, Scanner
from redaction.detection.acceleration.patterns.necessary_conditions import Traits
from redaction.detection.acceleration.patterns.recognizer_prefilter import Condition, every_text, necessary_condition
from redaction.detection.acceleration.phone_prefilter import PrefilteredPhoneRecognizer
from redaction.detection.errors import RegexTimedOutError
from redaction.detection.presidio.context_enhancer import BisectingEnhancer
from redaction.detection.presidio.nlp_engine import BackendNlpEngine, LazyArtifacts
from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.record_clock import RecordClock

_ID = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
_NAME = RecognizerResult.RECOGNIZER_NAME_KEY
_IS_ENHANCED = RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY
_MAX_SCORE = EntityRecognizer.MAX_SCORE
_STANDARD_CONTEXT = (LemmaContextAwareEnhancer, BisectingEnhancer)


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that could not be analyzed: the type name of the error, and the recognizer that failed."""

    cause: str
    recognizer: str


Results = list[RecognizerResult] | Failure


class StrictPattern:
    """A compiled pattern that raises when it times out; Presidio would log that and report no finding."""

    def __init__(self, compiled: Any, seconds: float) -> None:
        self._compiled = compiled
        self._seconds = seconds

    def finditer(self, text: str, timeout: float | None = None) -> Any:
        """Search as `regex.Pattern.finditer` does, but always with this object's time limit; raise when it is over."""
        try:
            yield from self._compiled.finditer(text, timeout=self._seconds)
        except TimeoutError:
            raise RegexTimedOutError("a pattern ran out of time (regex_seconds)") from None


class _Raised(list[RecognizerResult]):
    """Results whose scores Presidio raises. It copies them first, with all that they refer to: a third of the time."""

    def __deepcopy__(self, _: object) -> list[RecognizerResult]:
        """Copy the results, and their explanations, which Presidio changes too."""
        copies = [copy(result) for result in self]
        for each in copies:
            each.analysis_explanation = copy(each.analysis_explanation)
        return copies


class _LanguageRecognizers:
    """The recognizers of one language, with precomputed look-ups."""

    def __init__(
        self, engine: AnalyzerEngine, language: str, regex_seconds: float, accelerators: Set[Accelerator]
    ) -> None:
        self.all: list[Any] = engine.registry.get_recognizers(language=language, all_fields=True)
        for recognizer in self.all:
            _make_strict(recognizer, regex_seconds)
        self.rules = [(i, r) for i, r in enumerate(self.all) if isinstance(r, RuleRecognizer)]
        requests = [rule.scan_request for _, rule in self.rules]
        self.scanner: Scanner = (BatchScan if Accelerator.RULE_SCAN in accelerators else EveryText)(requests)
        prefilter = Accelerator.RECOGNIZER_PREFILTER in accelerators
        self.others: list[tuple[int, Any, Condition]] = [
            (i, _with_prefilter(r, accelerators), necessary_condition(r) if prefilter else every_text)
            for i, r in enumerate(self.all)
            if not isinstance(r, RuleRecognizer)
        ]
        self.context_words = {r.id: frozenset(map(str.lower, r.context)) for r in self.all if r.context}
        self.thresholds: dict[str, dict[str, float]] = {r.id: r.score_thresholds for r in self.all}
        self.entities: list[str] = engine.get_supported_entities(language=language)
        self.has_standard_context = type(engine.context_aware_enhancer) in _STANDARD_CONTEXT and not any(
            type(r).enhance_using_context is not EntityRecognizer.enhance_using_context for r in self.all
        )
        """Whether all scores are raised by Presidio's own enhancer and not by a recognizer."""

    def can_rise(self, result: RecognizerResult) -> bool:
        """Whether a context word could raise the score."""
        metadata = result.recognition_metadata
        return result.score < _MAX_SCORE and metadata[_ID] in self.context_words and not metadata.get(_IS_ENHANCED)


class BatchAnalyzer:
    """Analyzes texts of one language at a time, for an engine whose NLP engine is a BackendNlpEngine."""

    def __init__(
        self, engine: AnalyzerEngine, nlp: BackendNlpEngine, regex_seconds: float, accelerators: Set[Accelerator]
    ) -> None:
        """Prepare the engine's recognizers: their patterns are replaced by copies with `StrictPattern`."""
        self._engine = engine
        self._nlp = nlp
        self._recognizers = {
            language: _LanguageRecognizers(engine, language, regex_seconds, accelerators)
            for language in engine.supported_languages
        }

    def analyze(
        self, texts: Sequence[str], language: str, clocks: Sequence[RecordClock] | None = None
    ) -> list[Results]:
        """Return the findings of each text, or a failure; `clocks` limit the time of the record of each text."""
        clocks = clocks or [RecordClock(inf) for _ in texts]
        recognizers = self._recognizers[language]
        began = time.thread_time()
        artifacts = self._artifacts(texts, language)
        per_character = (time.thread_time() - began) / max(sum(map(len, texts)), 1)
        for text, clock in zip(texts, clocks, strict=True):
            clock.add(per_character * len(text))
        by_rules = _apply_rules(texts, recognizers, clocks)
        results = [
            item if isinstance(item, Failure) else _recognize(text, recognizers, item, by_rule, clock)
            for text, item, by_rule, clock in zip(texts, artifacts, by_rules, clocks, strict=True)
        ]
        near_context = self._find_context(texts, results, language)
        undecided = [
            item
            for item, near in zip(artifacts, near_context, strict=True)
            if isinstance(item, LazyArtifacts) and near is None
        ]
        if len(undecided) > 1:
            self._nlp.parse_ahead(undecided, language)
        return [
            self._finish(text, recognizers, item, near, found, clock)
            if isinstance(item, LazyArtifacts) and not isinstance(found, Failure)
            else found
            for text, item, near, found, clock in zip(texts, artifacts, near_context, results, clocks, strict=True)
        ]

    def _artifacts(self, texts: Sequence[str], language: str) -> list[LazyArtifacts | Failure]:
        """Run the models on the batch, or text by text if the batch fails."""
        try:
            return list(self._nlp.process_texts(texts, language))
        except Exception as error:  # noqa: BLE001
            if len(texts) == 1:
                return [Failure(type(error).__name__, "ner")]
        return [self._artifacts([text], language)[0] for text in texts]

    def _find_context(
        self, texts: Sequence[str], found: Sequence[Results], language: str
    ) -> list[list[RecognizerResult] | None]:
        """Return for each text the results with a context word near them; None where Presidio has to decide."""
        recognizers = self._recognizers[language]
        near_context: list[list[RecognizerResult] | None] = [[] for _ in texts]
        candidates: dict[int, list[RecognizerResult]] = {}
        for i, results in enumerate(found):
            if not isinstance(results, Failure):
                rising = [r for r in results if not recognizers.has_standard_context or recognizers.can_rise(r)]
                if rising:
                    candidates[i] = rising
        search = self._nlp.context_words(language) if candidates and recognizers.has_standard_context else None
        if search is None:
            return [None if i in candidates else near for i, near in enumerate(near_context)]
        enhancer: Any = self._engine.context_aware_enhancer
        for i, rising in candidates.items():
            findings = [Finding(r.start, recognizers.context_words[r.recognition_metadata[_ID]]) for r in rising]
            near = search.near(texts[i], findings, enhancer)
            near_context[i] = None if near is None else [r for r, is_near in zip(rising, near, strict=True) if is_near]
        return near_context

    def _finish(  # noqa: PLR0913, PLR0917 - what the steps before found on one text
        self,
        text: str,
        recognizers: _LanguageRecognizers,
        artifacts: LazyArtifacts,
        near_context: list[RecognizerResult] | None,
        results: list[RecognizerResult],
        clock: RecordClock,
    ) -> Results:
        """Raise scores by context, apply thresholds and remove duplicates."""
        if not results:
            return results
        if near_context is None:
            try:
                with clock:
                    results = self._enhance(text, recognizers, artifacts, results)
            except Exception as error:  # noqa: BLE001
                return Failure(type(error).__name__, "context")
        for result in near_context or ():
            _raise_score(result, self._engine.context_aware_enhancer)
        default = self._engine.default_score_threshold
        passed = [r for r in results if r.score >= _threshold(r, recognizers.thresholds, default)]
        if _are_disjoint(passed):
            return [r for r in passed if r.score > 0]
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(passed)
        return unique

    def _enhance(
        self, text: str, recognizers: _LanguageRecognizers, artifacts: LazyArtifacts, results: list[RecognizerResult]
    ) -> list[RecognizerResult]:
        """Do what `AnalyzerEngine._enhance_using_context` does, but only for results that a word could raise."""
        if not recognizers.has_standard_context:
            enhanced: list[RecognizerResult] = self._engine._enhance_using_context(
                text, results, artifacts, recognizers.all
            )
            return enhanced
        can_rise = [recognizers.can_rise(result) for result in results]
        if not any(can_rise):
            return results
        rising = [r for r, may in zip(results, can_rise, strict=True) if may]
        enhancer: Any = self._engine.context_aware_enhancer
        raised = iter(enhancer.enhance_using_context(text, _Raised(rising), artifacts, recognizers.all))
        return [next(raised) if may else r for r, may in zip(results, can_rise, strict=True)]


def _apply_rules(
    texts: Sequence[str], recognizers: _LanguageRecognizers, clocks: Sequence[RecordClock]
) -> list[dict[int, Results]]:
    """Return for each text the findings of this project's rules, by the recognizer's position in the registry."""
    found: list[dict[int, Results]] = [{} for _ in texts]
    scanned, texts_of_rules = recognizers.scanner.scan(texts)
    for (position, rule), numbers in zip(recognizers.rules, texts_of_rules, strict=True):
        for number in numbers:
            try:
                with clocks[number]:
                    results = rule.search(scanned[number], recognizers.entities)
                if results:
                    found[number][position] = results
            except Exception as error:  # noqa: BLE001
                found[number][position] = Failure(type(error).__name__, rule.name)
    return found


def _recognize(
    text: str,
    recognizers: _LanguageRecognizers,
    artifacts: LazyArtifacts,
    by_rule: dict[int, Results],
    clock: RecordClock,
) -> Results:
    """Run all other recognizers; the findings are in the order of the registry, as Presidio's are."""
    traits = Traits(text)
    by_recognizer: list[tuple[int, Results]] = list(by_rule.items())
    for position, recognizer, may_match in recognizers.others:
        if may_match(text, traits, artifacts):
            try:
                with clock:
                    found = recognizer.analyze(text=text, entities=recognizers.entities, nlp_artifacts=artifacts)
                results = found or []
                for result in results:
                    _add_metadata(result, recognizer)
            except Exception as error:  # noqa: BLE001
                by_recognizer.append((position, Failure(type(error).__name__, recognizer.name)))
                break
            by_recognizer.append((position, results))
    by_recognizer.sort(key=itemgetter(0))
    all_results: list[RecognizerResult] = []
    for _, found in by_recognizer:
        if isinstance(found, Failure):
            return found
        all_results += found
    return all_results


def _raise_score(result: RecognizerResult, enhancer: Any) -> None:
    """Raise a score as LemmaContextAwareEnhancer does."""
    raised = max(result.score + enhancer.context_similarity_factor, enhancer.min_score_with_context_similarity)
    result.score = min(raised, enhancer.MAX_SCORE)


def _with_prefilter(recognizer: Any, accelerators: Set[Accelerator]) -> Any:
    if Accelerator.PHONE_PREFILTER in accelerators and PrefilteredPhoneRecognizer.supports(recognizer):
        return PrefilteredPhoneRecognizer(recognizer)
    return recognizer


def _make_strict(recognizer: Any, seconds: float) -> None:
    if not recognizer.is_loaded:
        recognizer.load()
        recognizer.is_loaded = True
    if not isinstance(recognizer, PatternRecognizer):
        return
    patterns: list[Any] = [copy(pattern) for pattern in vars(recognizer)["patterns"]]  # Presidio's are of the class
    flags: int = vars(recognizer)["global_regex_flags"]
    for pattern in patterns:
        pattern.compiled_regex = StrictPattern(regex.compile(pattern.regex, flags=flags), seconds)
        pattern.compiled_with_flags = flags
    vars(recognizer)["patterns"] = patterns


def _add_metadata(result: Any, recognizer: Any) -> None:
    if not result.recognition_metadata:
        result.recognition_metadata = {}
    result.recognition_metadata.setdefault(_ID, recognizer.id)
    result.recognition_metadata.setdefault(_NAME, recognizer.name)


def _are_disjoint(results: list[RecognizerResult]) -> bool:
    """Whether no two results overlap, so that none is a duplicate."""
    extents = sorted((r.start, r.end) for r in results)
    return all(end <= start for (_, end), (start, _) in pairwise(extents))


def _threshold(result: Any, by_id: dict[str, dict[str, float]], default: float) -> float:
    thresholds = by_id.get(result.recognition_metadata.get(_ID), {})
    return thresholds.get(result.entity_type, thresholds.get("default", default))
