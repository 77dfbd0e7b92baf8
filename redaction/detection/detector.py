"""Texts, languages and known values in; spans of personal data out."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from phonenumbers import enable_pattern_cache
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from spacy.language import Language
from spacy.util import get_lang_class

from redaction.detection.entities import Span
from redaction.detection.errors import DetectionError, RecordDetectionError
from redaction.detection.fingerprint import fingerprint
from redaction.detection.known_values.match import KnownValueSearch
from redaction.detection.known_values.values import KnownValues
from redaction.detection.language.identify import OtherLanguages
from redaction.detection.models.backend import OWN, NerBackend
from redaction.detection.models.spacy import SpacyNer, load_lemma_pipeline
from redaction.detection.models.tagger import load_backend
from redaction.detection.presidio.batch_analyzer import BatchAnalyzer, Failure
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from redaction.detection.presidio.offline import stay_offline
from redaction.detection.presidio.registry import build_registry
from redaction.detection.settings import DetectionSettings
from redaction.detection.spans.resolve import resolve
from redaction.detection.text.view import View, see_through
from redaction.detection.text.windows import windows

_TYPES = 256
"""Of so many types the threshold is held ready."""


class _Piece(NamedTuple):
    record: int
    offset: int
    text: str


class Detector:
    """Finds personal data in batches of texts. Make it once per process; it holds the models."""

    def __init__(self, settings: DetectionSettings, engine: AnalyzerEngine, nlp: BackendNlpEngine) -> None:
        self.settings = settings
        self.engine = engine
        self._nlp = nlp
        self.analyzer = BatchAnalyzer(engine, nlp, settings.regex_seconds)
        self._known = KnownValueSearch(settings.known)
        self._others = OtherLanguages(
            settings, {code: frozenset(get_lang_class(code).Defaults.stop_words) for code in settings.languages}
        )
        self._allowed = frozenset(word.casefold() for word in settings.allow_list)
        self._entities = None if settings.entities is None else frozenset(map(str, settings.entities))
        self._threshold = lru_cache(_TYPES)(settings.threshold_of)

    @classmethod
    def from_settings(cls, settings: DetectionSettings) -> "Detector":
        """Load the models and recognisers that the settings name.

        The models live as long as the process, so `gc.freeze` takes them out of later garbage collections. The next
        call unfreezes them, so that models no longer in use are freed.

        Raises:
            DetectionError: a model is not installed or a recogniser cannot be made.
        """
        stay_offline()
        enable_pattern_cache()
        gc.unfreeze()
        detector = cls._loaded(settings)
        gc.freeze()
        return detector

    @classmethod
    def _loaded(cls, settings: DetectionSettings) -> "Detector":
        nlp = _nlp_engine(settings)
        mode = "whole_word" if settings.whole_word_context else "substring"
        engine = AnalyzerEngine(
            registry=build_registry(settings, nlp),
            nlp_engine=nlp,
            supported_languages=sorted(settings.languages),
            default_score_threshold=min([settings.threshold, *settings.thresholds.values()]),
            context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode=mode),
        )
        return cls(settings, engine, nlp)

    @cached_property
    def fingerprint(self) -> str:
        """sha256, in hex, over all that decides the findings (law 4: the key under which spans are kept)."""
        return fingerprint(
            self.settings.model_dump(mode="json", by_alias=True),
            self._nlp.describe(),
            self.engine.registry.recognizers,
        )

    def detect(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        known: Sequence[KnownValues] | None = None,
    ) -> list[tuple[Span, ...]]:
        """For each text its spans: sorted, not overlapping, offsets into the text as given.

        Raises:
            RecordDetectionError: a recogniser failed on a record; `detect_each` gives the others' spans.
            DetectionError: a language is not one of the settings'.
        """
        spans: list[tuple[Span, ...]] = []
        for found in self.detect_each(texts, languages, known):
            if isinstance(found, RecordDetectionError):
                raise found
            spans.append(found)
        return spans

    def detect_each(
        self,
        texts: Sequence[str],
        languages: Sequence[str],
        known: Sequence[KnownValues] | None = None,
        everywhere: KnownValues | None = None,
    ) -> list[tuple[Span, ...] | RecordDetectionError]:
        """As `detect`, but a record that fails, and must be dropped, gives its error in its place.

        `everywhere` is searched for in every text; made ready once, however many texts there are.
        """
        views = [see_through(text) if self.settings.see_through else View(text) for text in texts]
        found = self._found(views, languages)
        named = self._known.may_find(list(texts), everywhere) if everywhere and self.settings.known.enabled else ()
        done: list[tuple[Span, ...] | RecordDetectionError] = []
        for i, (text, view, spans) in enumerate(zip(texts, views, found, strict=True)):
            if isinstance(spans, Failure):
                done.append(RecordDetectionError(i, spans.cause, spans.recognizer))
                continue
            values = [*(known[i : i + 1] if known is not None else ())]
            if everywhere and named and named[i]:
                values.append(everywhere)
            spans.extend(self._known_spans(view, *values))
            done.append(resolve(text, spans, self.settings.cover))
        return done

    def named(self, texts: Sequence[str], everywhere: KnownValues) -> list[tuple[Span, ...]]:
        """What `everywhere` alone puts into each text, unresolved; no model and no recogniser looks at it."""
        may = self._known.may_find(list(texts), everywhere)
        see = see_through if self.settings.see_through else View
        return [
            tuple(self._known_spans(see(text), everywhere)) if wanted else ()
            for text, wanted in zip(texts, may, strict=True)
        ]

    def _found(self, views: Sequence[View], languages: Sequence[str]) -> list[list[Span] | Failure]:
        batches: dict[str, list[_Piece]] = defaultdict(list)
        for i, (view, language) in enumerate(zip(views, languages, strict=True)):
            if language not in self.settings.languages:
                raise DetectionError(f"languages.{language} is not in the profile; drop such records or add it")
            for offset, text in windows(view.text, self.settings.window, self.settings.overlap):
                batches[language].append(_Piece(i, offset, text))
                for start, end, other in self._others.sentences(text, language):
                    batches[other].append(_Piece(i, offset + start, text[start:end]))
        found: list[list[Span] | Failure] = [[] for _ in views]
        for language, pieces in sorted(batches.items()):
            analysed = self.analyzer.analyze([piece.text for piece in pieces], language)
            for piece, results in zip(pieces, analysed, strict=True):
                spans = found[piece.record]
                if isinstance(results, Failure):
                    found[piece.record] = results
                elif not isinstance(spans, Failure):
                    view = views[piece.record]
                    spans.extend(_span(r, piece.offset, view) for r in results if self._wanted(r, piece.text))
        return found

    def _known_spans(self, view: View, *known: KnownValues) -> Iterator[Span]:
        if not self.settings.known.enabled:
            return
        for span in self._known.find(view.text, *known):
            start, end = view.original(span.start, span.end)
            if not self._allowed or view.text[span.start : span.end].casefold() not in self._allowed:
                yield replace(span, start=start, end=end)

    def _wanted(self, result: RecognizerResult, text: str) -> bool:
        if self._entities is not None and result.entity_type not in self._entities:
            return False
        if result.score < self._threshold(result.entity_type):
            return False
        return not self._allowed or text[result.start : result.end].casefold() not in self._allowed


def _span(result: RecognizerResult, offset: int, view: View) -> Span:
    start, end = view.original(result.start + offset, result.end + offset)
    name = str(result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY])
    return Span(start, end, result.entity_type, float(result.score), name)


def _nlp_engine(settings: DetectionSettings) -> BackendNlpEngine:
    backends: dict[str, list[NerBackend]] = {}
    cautions = {entity_type.value: more for entity_type, more in settings.cautions.items()}
    contexts: dict[str, Callable[[], Language]] = {}
    for code, language in settings.languages.items():
        names = [name for name in (language.ner, *language.also) if name is not None]
        backends[code] = [
            load_backend(code, settings.caution, cautions) if name == OWN else SpacyNer(name) for name in names
        ]
        if language.lemmas and language.ner is not None and language.ner != OWN:
            contexts[code] = partial(load_lemma_pipeline, language.ner)
        else:
            contexts[code] = get_lang_class(code)
    weights = {code: language.type_weights for code, language in settings.languages.items()}
    return BackendNlpEngine(backends, contexts, weights)
