"""Presidio's analysis over batches.

Same registry, recognisers, scores, context words, thresholds and removal of duplicates as
`AnalyzerEngine.analyze`, and the same findings (tests/detection/test_analyzer.py compares them); but the
models see the texts in batches, and a recogniser sees a text only if it could match there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from redaction.detection.acceleration.context.lemmas import Finding
from redaction.detection.acceleration.patterns.batch_scan import Sweep
from redaction.detection.acceleration.patterns.necessary_conditions import Needs, Traits, needs_of_pattern
from redaction.detection.acceleration.patterns.recognizer_prefilter import Gate, gate_of
from redaction.detection.acceleration.phones.prefilter import LikelyPhones
from redaction.detection.errors import RegexTimedOutError
from redaction.detection.presidio.nlp_engine import BackendNlpEngine, LazyArtifacts
from redaction.detection.recognizers.base import RuleRecognizer

_ID = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
_NAME = RecognizerResult.RECOGNIZER_NAME_KEY
_RAISED = RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY
_TOP = EntityRecognizer.MAX_SCORE


@dataclass(frozen=True, slots=True)
class Failure:
    """A text that could not be analysed: the type name of what was raised, and where."""

    cause: str
    recognizer: str


class StrictPattern:
    """A compiled pattern that raises when its time is up; Presidio would log it and let the text pass."""

    def __init__(self, compiled: Any, seconds: float, needs: Needs) -> None:
        self._compiled = compiled
        self._seconds = seconds
        self._one_of = needs.one_of

    def finditer(self, text: str, timeout: float | None = None) -> Any:
        """As `regex.Pattern.finditer`, within `seconds` whatever the caller allows."""
        if not all(any(sign in text for sign in signs) for signs in self._one_of):
            return
        try:
            yield from self._compiled.finditer(text, timeout=self._seconds)
        except TimeoutError:
            raise RegexTimedOutError("a pattern ran out of time (regex_seconds)") from None


class BatchAnalyzer:
    """Analyses texts of one language at a time for an engine whose NLP engine is a BackendNlpEngine."""

    def __init__(self, engine: AnalyzerEngine, nlp: BackendNlpEngine, regex_seconds: float) -> None:
        self._engine = engine
        self._nlp = nlp
        self._others: dict[str, list[tuple[int, Any, Gate]]] = {}
        self._whole: dict[str, list[Any]] = {}
        self._rules: dict[str, tuple[list[tuple[int, RuleRecognizer]], Sweep]] = {}
        self._words: dict[str, dict[str, frozenset[str]]] = {}
        self._thresholds: dict[str, dict[str, dict[str, float]]] = {}
        self._enhancing: dict[str, list[Any]] = {}
        self._entities: dict[str, list[str]] = {}
        for language in engine.supported_languages:
            recognizers = engine.registry.get_recognizers(language=language, all_fields=True)
            for recognizer in recognizers:
                _make_strict(recognizer, regex_seconds)
            self._whole[language] = recognizers
            self._others[language] = [
                (i, _sparing(r), gate_of(r)) for i, r in enumerate(recognizers) if not isinstance(r, RuleRecognizer)
            ]
            rules = [(i, r) for i, r in enumerate(recognizers) if isinstance(r, RuleRecognizer)]
            self._rules[language] = rules, Sweep([rule.wanted for _, rule in rules])
            self._words[language] = {r.id: frozenset(map(str.lower, r.context)) for r in recognizers if r.context}
            self._thresholds[language] = {r.id: r.score_thresholds for r in recognizers}
            self._enhancing[language] = [r for r in recognizers if _enhances(r)]
            self._entities[language] = engine.get_supported_entities(language=language)

    def analyze(self, texts: Sequence[str], language: str) -> list[list[RecognizerResult] | Failure]:
        """The findings of each text, or why there are none."""
        artifacts = self._artifacts(texts, language)
        found = [
            given if isinstance(given, Failure) else self._recognize(text, language, given, by_rule)
            for text, given, by_rule in zip(texts, artifacts, self._by_rule(texts, language), strict=True)
        ]
        around = self._around(texts, found, language)
        open_ = [
            given
            for given, words in zip(artifacts, around, strict=True)
            if isinstance(given, LazyArtifacts) and words is None
        ]
        if len(open_) > 1:
            self._nlp.parse_ahead(open_, language)
        return [
            self._decide(text, language, given, words, results)
            if isinstance(given, LazyArtifacts) and not isinstance(results, Failure)
            else results
            for text, given, words, results in zip(texts, artifacts, around, found, strict=True)
        ]

    def _artifacts(self, texts: Sequence[str], language: str) -> list[LazyArtifacts | Failure]:
        try:
            return list(self._nlp.process_texts(texts, language))
        except Exception as error:  # noqa: BLE001
            if len(texts) == 1:
                return [Failure(type(error).__name__, "ner")]
        return [self._artifacts([text], language)[0] for text in texts]

    def _by_rule(self, texts: Sequence[str], language: str) -> list[dict[int, list[RecognizerResult] | Failure]]:
        """For each text what our rules find, by place among the recognisers; those that cannot match are not asked."""
        rules, sweep = self._rules[language]
        found: list[dict[int, list[RecognizerResult] | Failure]] = [{} for _ in texts]
        looks, worth = sweep.over(texts)
        for (place, rule), numbers in zip(rules, worth, strict=True):
            for number in numbers:
                try:
                    results = rule.search(looks[number], self._entities[language])
                    if results:
                        found[number][place] = results
                except Exception as error:  # noqa: BLE001
                    found[number][place] = Failure(type(error).__name__, rule.name)
        return found

    def _recognize(
        self,
        text: str,
        language: str,
        artifacts: LazyArtifacts,
        by_rule: dict[int, list[RecognizerResult] | Failure],
    ) -> list[RecognizerResult] | Failure:
        entities = self._entities[language]
        holds = Traits(text)
        found: list[tuple[int, list[RecognizerResult] | Failure]] = list(by_rule.items())
        for place, recognizer, gate in self._others[language]:
            if gate(text, holds, artifacts):
                try:
                    told = recognizer.analyze(text=text, entities=entities, nlp_artifacts=artifacts) or []
                    for result in told:
                        _identify(result, recognizer)
                except Exception as error:  # noqa: BLE001
                    found.append((place, Failure(type(error).__name__, recognizer.name)))
                    break
                found.append((place, told))
        found.sort(key=itemgetter(0))
        whole: list[RecognizerResult] = []
        for _, results in found:
            if isinstance(results, Failure):
                return results
            whole += results
        return whole

    def _decide(
        self,
        text: str,
        language: str,
        artifacts: LazyArtifacts,
        near: list[RecognizerResult] | None,
        results: list[RecognizerResult],
    ) -> list[RecognizerResult] | Failure:
        if not results:
            return results
        if near is None:
            try:
                results = self._in_context(text, language, artifacts, results)
            except Exception as error:  # noqa: BLE001
                return Failure(type(error).__name__, "context")
        enhancer: Any = self._engine.context_aware_enhancer
        for result in near or ():
            _raise(result, enhancer)
        default, thresholds = self._engine.default_score_threshold, self._thresholds[language]
        passed = [r for r in results if r.score >= _threshold(r, thresholds, default)]
        if _apart(passed):
            return [r for r in passed if r.score > 0]
        unique: list[RecognizerResult] = EntityRecognizer.remove_duplicates(passed)
        return unique

    def _around(
        self, texts: Sequence[str], found: Sequence[list[RecognizerResult] | Failure], language: str
    ) -> list[list[RecognizerResult] | None]:
        """For each text the results beside which stands a context word; None where Presidio has to tell them."""
        special = self._context_is_special(language)
        around: list[list[RecognizerResult] | None] = [[] for _ in texts]
        asked: dict[int, list[RecognizerResult]] = {}
        for i, results in enumerate(found):
            if not isinstance(results, Failure) and results:
                could = [result for result in results if special or self._could_rise(result, language)]
                if could:
                    asked[i] = could
        words = self._nlp.context_words(language) if asked and not special else None
        if words is None:
            return [None if i in asked else each for i, each in enumerate(around)]
        findings = [
            [Finding(r.start, self._words[language][r.recognition_metadata[_ID]]) for r in could]
            for could in asked.values()
        ]
        enhancer: Any = self._engine.context_aware_enhancer
        near = words.near([texts[i] for i in asked], findings, enhancer)
        for (i, could), told in zip(asked.items(), near, strict=True):
            around[i] = None if told is None else [r for r, is_near in zip(could, told, strict=True) if is_near]
        return around

    def _context_is_special(self, language: str) -> bool:
        enhancer = self._engine.context_aware_enhancer
        return bool(self._enhancing[language]) or type(enhancer) is not LemmaContextAwareEnhancer

    def _could_rise(self, result: RecognizerResult, language: str) -> bool:
        told = result.recognition_metadata
        return result.score < _TOP and told[_ID] in self._words[language] and not told.get(_RAISED)

    def _in_context(
        self, text: str, language: str, artifacts: LazyArtifacts, results: list[RecognizerResult]
    ) -> list[RecognizerResult]:
        """As `AnalyzerEngine._enhance_using_context`, but only for results that a word could raise."""
        recognizers = self._whole[language]
        enhancer = self._engine.context_aware_enhancer
        if self._context_is_special(language):
            whole: list[RecognizerResult] = self._engine._enhance_using_context(text, results, artifacts, recognizers)
            return whole
        raised = [self._could_rise(result, language) for result in results]
        if not any(raised):
            return results
        could = [r for r, may in zip(results, raised, strict=True) if may]
        enhanced = iter(enhancer.enhance_using_context(text, could, artifacts, recognizers))
        return [next(enhanced) if may else r for r, may in zip(results, raised, strict=True)]


def _raise(result: RecognizerResult, enhancer: LemmaContextAwareEnhancer) -> None:
    """As the enhancer raises a score."""
    raised = max(result.score + enhancer.context_similarity_factor, enhancer.min_score_with_context_similarity)
    result.score = min(raised, enhancer.MAX_SCORE)


def _sparing(recognizer: Any) -> Any:
    return LikelyPhones(recognizer) if LikelyPhones.understands(recognizer) else recognizer


def _enhances(recognizer: EntityRecognizer) -> bool:
    return type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context


def _make_strict(recognizer: Any, seconds: float) -> None:
    if not recognizer.is_loaded:
        recognizer.load()
        recognizer.is_loaded = True
    if not isinstance(recognizer, PatternRecognizer):
        return
    patterns: list[Any] = vars(recognizer)["patterns"]
    flags: int = vars(recognizer)["global_regex_flags"]
    for pattern in patterns:
        compiled = pattern.compiled_regex
        if isinstance(compiled, StrictPattern):
            continue
        pattern.compiled_regex = StrictPattern(
            regex.compile(pattern.regex, flags=flags), seconds, needs_of_pattern(pattern.regex, flags)
        )
        pattern.compiled_with_flags = flags


def _identify(result: Any, recognizer: Any) -> None:
    if not result.recognition_metadata:
        result.recognition_metadata = {}
    result.recognition_metadata.setdefault(_ID, recognizer.id)
    result.recognition_metadata.setdefault(_NAME, recognizer.name)


def _apart(results: list[RecognizerResult]) -> bool:
    """Whether none shares a character with another, so that none is another's duplicate."""
    extents = sorted((r.start, r.end) for r in results)
    return all(end <= start for (_, end), (start, _) in pairwise(extents))


def _threshold(result: Any, by_id: dict[str, dict[str, float]], default: float) -> float:
    own = by_id.get(result.recognition_metadata.get(_ID), {})
    return own.get(result.entity_type, own.get("default", default))
