"""The detector: texts, languages and known values in; spans of personal data out."""

import gc
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import NamedTuple

from phonenumbers import enable_pattern_cache
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from spacy.language import Language
from spacy.util import get_lang_class

from redaction.detection.acceleration import Accelerator
from redaction.detection.entities import EntityType, Span
from redaction.detection.errors import DetectionError, RecordDetectionError, RecordTimedOutError
from redaction.detection.fingerprint import fingerprint
from redaction.detection.known_values.match import KnownValueSearch
from redaction.detection.known_values.values import KnownValues
from redaction.detection.language.identify import OtherLanguages
from redaction.detection.models.backend import OWN, NerBackend
from redaction.detection.models.linear_tokenizer import bound_tokenizer
from redaction.detection.models.spacy import SpacyNer, load_lemma_pipeline
from redaction.detection.models.tagger import Tagger, TaggerKey, load_backend
from redaction.detection.presidio.batch_analyzer import BatchAnalyzer, Failure
from redaction.detection.presidio.context_enhancer import BisectingEnhancer
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from redaction.detection.presidio.offline import stay_offline
from redaction.detection.presidio.registry import build_registry
from redaction.detection.recognizers.model_entities import GUARDED
from redaction.detection.record_clock import RecordClock
from redaction.detection.settings import DetectionSettings
from redaction.detection.spans.grain import LocationGrain
from redaction.detection.spans.lines import split_at_line_ends
from redaction.detection.spans.resolve import resolve
from redaction.detection.text.view import View, normalize
from redaction.detection.text.windows import windows
from redaction.foreign_code import muted


class _Segment(NamedTuple):
    """A part of a text that is analyzed in one language."""

    text_index: int
    offset: int
    text: str


class Detector:
    """Finds personal data in batches of texts. Create it once per process: it holds the models."""

    def __init__(self, settings: DetectionSettings, engine: AnalyzerEngine, nlp: BackendNlpEngine) -> None:
        """Wrap a Presidio engine with the profile's recognizers; `from_settings` builds one."""
        self.settings = settings
        self.engine = engine
        self._nlp = nlp
        self.analyzer = BatchAnalyzer(engine, nlp, settings.regex_seconds, settings.accelerators)
        self._known = KnownValueSearch(settings.known)
        self._grain = LocationGrain(settings.kept_locations, frozenset(settings.languages))
        self._other_languages = OtherLanguages(
            settings, {code: frozenset(get_lang_class(code).Defaults.stop_words) for code in settings.languages}
        )
        self._allowed = frozenset(word.casefold() for word in settings.allow_list)
        self._entities = None if settings.entities is None else frozenset(map(str, settings.entities))

    @classmethod
    def from_settings(cls, settings: DetectionSettings) -> "Detector":
        """Load the models and recognizers that a profile names.

        The models live as long as the process, so `gc.freeze` exempts them from later garbage collections. The next
        call unfreezes them, so that models no longer in use are freed.

        Args:
            settings: the profile, from `read_profile`.

        Returns:
            The detector.

        Raises:
            DetectionError: a model is not installed or a recognizer cannot be created.
        """
        stay_offline()
        enable_pattern_cache()
        gc.unfreeze()
        nlp = _nlp_engine(settings)
        mode = "whole_word" if settings.whole_word_context else "substring"
        engine = AnalyzerEngine(
            registry=build_registry(settings, nlp),
            nlp_engine=nlp,
            supported_languages=sorted(settings.languages),
            default_score_threshold=min([settings.threshold, *settings.thresholds.values()]),
            context_aware_enhancer=BisectingEnhancer(context_matching_mode=mode),
        )
        detector = cls(settings, engine, nlp)
        gc.freeze()
        return detector

    @cached_property
    def fingerprint(self) -> str:
        """The sha256, in hex, of everything that decides the findings; cached spans are stored under it."""
        return fingerprint(
            self.settings.model_dump(mode="json", by_alias=True, exclude={"acceleration"}),
            self._nlp.describe(),
            self.engine.registry.recognizers,
        )

    @cached_property
    def models_digest(self) -> str:
        """The sha256, in hex, of the language models alone: with other recognizers it stays the same."""
        return hashlib.sha256(json.dumps(self._nlp.describe(), sort_keys=True, default=str).encode()).hexdigest()

    def detect(
        self, texts: Sequence[str], language: str | Sequence[str], known: Sequence[KnownValues] | None = None
    ) -> list[tuple[Span, ...]]:
        """Find the personal data of each text.

        Args:
            texts: the texts.
            language: the language of all texts (`"en"`), or of each.
            known: the known values of the people of each text.

        Returns:
            The spans of each text: sorted, not overlapping, offsets `[start, end)` into the original text.

        Raises:
            RecordDetectionError: a recognizer failed on a text; `detect_each` still returns the spans of the others.
            DetectionError: a language is not in the profile.
        """
        languages = [language] * len(texts) if isinstance(language, str) else language
        results: list[tuple[Span, ...]] = []
        for spans in self.detect_each(texts, languages, known):
            if isinstance(spans, RecordDetectionError):
                raise spans
            results.append(spans)
        return results

    def detect_each(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        known: Sequence[KnownValues] | None = None,
        known_everywhere: KnownValues | None = None,
    ) -> list[tuple[Span, ...] | RecordDetectionError]:
        """Find the personal data of each text, and return the error of a text that failed instead of its spans.

        What models and recognizers print or log meanwhile is not shown.

        Args:
            texts: the texts.
            languages: the language of each text.
            known: the known values of the people of each text.
            known_everywhere: known values to search for in every text.

        Returns:
            For each text its spans, as `detect`, or the error; the record of a failed text must be dropped.

        Raises:
            DetectionError: a language is not in the profile.
        """
        with muted():
            return self._detect_each(texts, languages, known, known_everywhere)

    def _detect_each(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        known: Sequence[KnownValues] | None,
        known_everywhere: KnownValues | None,
    ) -> list[tuple[Span, ...] | RecordDetectionError]:
        views = [self._view(text) for text in texts]
        clocks = [RecordClock(self.settings.record_seconds) for _ in texts]
        everywhere = known_everywhere if self.settings.known.enabled else None
        results: list[tuple[Span, ...] | RecordDetectionError] = []
        analyzed = self._analyze(views, languages, clocks, known)
        for i, (text, view, spans) in enumerate(zip(texts, views, analyzed, strict=True)):
            if isinstance(spans, Failure):
                results.append(RecordDetectionError(i, spans.cause, spans.recognizer))
                continue
            values = [*(known[i : i + 1] if known is not None else ())]
            if everywhere:
                values.append(everywhere)
            try:
                with clocks[i]:
                    spans.extend(self._find_known(view, *values))
                    resolved = resolve(text, spans, self.settings.cover)
                clocks[i].check()
            except RecordTimedOutError as error:
                results.append(RecordDetectionError(i, type(error).__name__, "record_seconds"))
            else:
                results.append(resolved)
        return results

    def find_known(self, texts: Sequence[str], known: KnownValues) -> list[tuple[Span, ...]]:
        """Return the spans of `known` in each text, without models and recognizers.

        They may overlap; none crosses a line end.
        """
        if known == KnownValues():
            return [()] * len(texts)
        return [tuple(split_at_line_ends(text, self._find_known(self._view(text), known))) for text in texts]

    def _view(self, text: str) -> View:
        return normalize(text) if self.settings.see_through else View(text)

    def _analyze(
        self,
        views: Sequence[View],
        languages: Sequence[str],
        clocks: Sequence[RecordClock],
        known: Sequence[KnownValues] | None,
    ) -> list[list[Span] | Failure]:
        """Run models and recognizers on each text, in batches of one language."""
        batches: dict[str, list[_Segment]] = defaultdict(list)
        for i, (view, language) in enumerate(zip(views, languages, strict=True)):
            if language not in self.settings.languages:
                raise DetectionError(f"languages.{language} is not in the profile; drop such records or add it")
            for offset, text in windows(view.text, self.settings.window, self.settings.overlap):
                batches[language].append(_Segment(i, offset, text))
                for start, end, other in self._other_languages.sentences(text, language):
                    batches[other].append(_Segment(i, offset + start, text[start:end]))
        found: list[list[Span] | Failure] = [[] for _ in views]
        for language, segments in sorted(batches.items()):
            of_records = [clocks[segment.text_index] for segment in segments]
            analyzed = self.analyzer.analyze([segment.text for segment in segments], language, of_records)
            for segment, results in zip(segments, analyzed, strict=True):
                spans = found[segment.text_index]
                if isinstance(results, Failure):
                    found[segment.text_index] = results
                elif not isinstance(spans, Failure):
                    view = views[segment.text_index]
                    values = known[segment.text_index] if known is not None else None
                    for result in results:
                        _restore_employer(result, segment.text, values)
                        if self._accepts(result, segment.text) and self._is_fine(result, segment.text):
                            spans.append(_span(result, segment.offset, view))
        return found

    def _find_known(self, view: View, *known: KnownValues) -> Iterator[Span]:
        if not self.settings.known.enabled:
            return
        for span in self._known.find(view.text, *known):
            start, end = view.original(span.start, span.end)
            if not self._is_allowed(view.text[span.start : span.end]):
                yield replace(span, start=start, end=end)

    def _accepts(self, result: RecognizerResult, text: str) -> bool:
        if self._entities is not None and result.entity_type not in self._entities:
            return False
        if result.score < self.settings.thresholds.get(result.entity_type, self.settings.threshold):
            return False
        return not self._is_allowed(text[result.start : result.end])

    def _is_fine(self, result: RecognizerResult, text: str) -> bool:
        """Cut a location to the part that is finer than what the profile keeps; whether any is left."""
        if result.entity_type == EntityType.LOCATION:
            part = self._grain.finer(text, result.start, result.end)
            if part is None:
                return False
            result.start, result.end = part
        return True

    def _is_allowed(self, value: str) -> bool:
        return bool(self._allowed) and value.casefold() in self._allowed


def _restore_employer(result: RecognizerResult, text: str, known: KnownValues | None) -> None:
    """Undo what the guard did to the name of an employer of the record's people: it stays what the model called it."""
    reported = result.recognition_metadata.get(GUARDED)
    if reported is not None and known is not None:
        name = text[result.start : result.end].casefold()
        if any(name in employer.casefold() for employer in known.employers):
            result.entity_type = reported


def _span(result: RecognizerResult, offset: int, view: View) -> Span:
    start, end = view.original(result.start + offset, result.end + offset)
    name = str(result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY])
    return Span(start, end, result.entity_type, float(result.score), name)


def _blank_pipeline(code: str) -> Language:
    return bound_tokenizer(get_lang_class(code)())


def _nlp_engine(settings: DetectionSettings) -> BackendNlpEngine:
    backends: dict[str, list[NerBackend]] = {}
    contexts: dict[str, Callable[[], Language]] = {}
    taggers: dict[TaggerKey, Tagger] = {}
    use_numpy = Accelerator.NUMPY_NER in settings.accelerators
    filtered = Accelerator.TAGGER_CONVOLUTIONS in settings.accelerators
    for code, language in settings.languages.items():
        cautions = {
            each.value: settings.cautions.get(each, 0.0) + language.cautions.get(each, 0.0)
            for each in (*settings.cautions, *language.cautions)
        }
        names = [name for name in (language.ner, *language.also) if name is not None]
        backends[code] = [
            load_backend(
                code,
                settings.caution + language.caution,
                cautions,
                taggers,
                fine_tuned=language.fine_tuned,
                filtered=filtered,
            )
            if name == OWN
            else SpacyNer(name, numpy=use_numpy)
            for name in names
        ]
        if language.lemmas and language.ner is not None and language.ner != OWN:
            contexts[code] = partial(load_lemma_pipeline, language.ner)
        else:
            contexts[code] = partial(_blank_pipeline, code)
    weights = {code: language.type_weights for code, language in settings.languages.items()}
    return BackendNlpEngine(backends, contexts, weights, Accelerator.CONTEXT_WORDS in settings.accelerators)
