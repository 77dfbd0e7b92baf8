"""Presidio's NLP engine on top of any `NerBackend`, with artifacts that are computed only when they are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

from redaction.detection.acceleration.context_words import ContextWords
from redaction.detection.models.backend import NER_LABELS, NerBackend, NerSpan
from redaction.detection.models.linear import one_thread


@dataclass(frozen=True, slots=True)
class EntitySpan:
    """An entity for Presidio's NLP recognizers: the attributes of a spaCy span that they use."""

    start_char: int
    end_char: int
    label_: str


class LazyArtifacts(NlpArtifacts):  # type: ignore[misc, unused-ignore]
    """NlpArtifacts whose tokens, lemmas and keywords are computed when they are first read.

    Most texts have no finding whose score a context word could change, so most never need lemmas.
    """

    def __init__(self, text: str, spans: Sequence[NerSpan], engine: "BackendNlpEngine", language: str) -> None:
        # Not super().__init__(): it would compute what is lazy here.
        self.text = text
        self.language = language
        self.nlp_engine: BackendNlpEngine = engine
        self.entities: list[Any] = [EntitySpan(span.start, span.end, span.label) for span in spans]
        self.scores = [span.score for span in spans]

    @cached_property
    def tokens(self) -> Doc:  # type: ignore[override]
        """The text's tokens, with lemmas if the language has a lemmatizer."""
        return self.nlp_engine.parse(self.text, self.language)

    @cached_property
    def tokens_indices(self) -> list[int]:  # type: ignore[override]
        """The offset of each token."""
        return [token.idx for token in self.tokens]

    @cached_property
    def lemmas(self) -> list[str]:  # type: ignore[override]
        """The lemma of each token; the lower-case token if the language has no lemmatizer."""
        return [token.lemma_ or token.lower_ for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:  # type: ignore[override]
        """The lemmas that Presidio uses as context."""
        keywords: list[str] = self.set_keywords(self.nlp_engine, self.lemmas, self.language)
        return keywords

    @cached_property
    def keyword_positions(self) -> list[int]:
        """The tokens that Presidio counts as keywords."""
        keywords = frozenset(self.keywords)
        return [i for i, lemma in enumerate(self.lemmas) if lemma.lower() in keywords]


class BackendNlpEngine(SpacyNlpEngine):  # type: ignore[misc, unused-ignore]
    """A SpacyNlpEngine for Presidio that calls any backends in batches."""

    def __init__(
        self,
        backends: Mapping[str, Sequence[NerBackend]],
        contexts: Mapping[str, Callable[[], Language]],
        type_weights: Mapping[str, Mapping[str, float]],
        decide_context_words: bool = True,
    ) -> None:
        """Create the engine; `contexts` load each language's pipeline for tokens and lemmas when it is first needed."""
        super().__init__(models=[{"lang_code": code, "model_name": "backend"} for code in contexts])
        self._backends = backends
        self._contexts = contexts
        self._weights = type_weights
        self.nlp: dict[str, Language] = {}  # type: ignore[assignment]
        self._decide_context_words = decide_context_words
        self._context_words: dict[str, ContextWords | None] = {}

    def load(self) -> None:
        """Do nothing: the backends are loaded."""

    def is_loaded(self) -> bool:
        """Return True: the backends are loaded."""
        return True

    def get_supported_languages(self) -> list[str]:
        """Return the languages that have a model."""
        return [code for code, backends in self._backends.items() if backends]

    def get_supported_entities(self) -> list[str]:
        """Return every entity type that a model may report."""
        return sorted(set(NER_LABELS.values()))

    def process_text(self, text: str, language: str) -> LazyArtifacts:
        """Return the artifacts of one text."""
        return self.process_texts([text], language)[0]

    def process_batch(  # type: ignore[override]
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **kwargs: Any,
    ) -> Iterator[tuple[str, LazyArtifacts]]:
        """Yield each text with its artifacts, in order; the backends choose their own batch size."""
        all_texts = list(texts)
        yield from zip(all_texts, self.process_texts(all_texts, language), strict=True)

    def process_texts(self, texts: Sequence[str], language: str) -> list[LazyArtifacts]:
        """Return the artifacts of each text, with the entities of all backends of the language."""
        spans: list[list[NerSpan]] = [[] for _ in texts]
        languages = [language] * len(texts)
        weights = self._weights.get(language, {})
        for backend in self._backends.get(language, ()):
            with one_thread():
                added = backend.spans(texts, languages)
            for all_spans, more in zip(spans, added, strict=True):
                all_spans.extend(s._replace(score=s.score * weights.get(s.label, 1.0)) for s in more)
        return [LazyArtifacts(text, each, self, language) for text, each in zip(texts, spans, strict=True)]

    def parse(self, text: str, language: str) -> Doc:
        """Tokenize a text, and tag and lemmatize it if the language's pipeline can."""
        return self.get_nlp(language)(text)

    def parse_ahead(self, artifacts: Sequence[LazyArtifacts], language: str) -> None:
        """Compute the tokens of several texts in one batch."""
        texts = (artifact.text for artifact in artifacts)
        for artifact, doc in zip(artifacts, self.get_nlp(language).pipe(texts, batch_size=64), strict=True):
            artifact.__dict__["tokens"] = doc

    def context_words(self, language: str) -> ContextWords | None:
        """Return the fast search for context words; None if it is off or does not support the pipeline."""
        self.get_nlp(language)
        return self._context_words[language]

    def get_nlp(self, language: str) -> Language:
        """Return the pipeline for tokens and lemmas; it is loaded on first use."""
        if language not in self.nlp:
            nlp = self.nlp[language] = self._contexts[language]()
            is_used = self._decide_context_words and ContextWords.supports(nlp)
            self._context_words[language] = ContextWords(nlp) if is_used else None
        return self.nlp[language]

    def is_stopword(self, word: str, language: str) -> bool:
        """Return spaCy's answer, as Presidio's engine does."""
        return bool(self.get_nlp(language).vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Return spaCy's answer, as Presidio's engine does."""
        return bool(self.get_nlp(language).vocab[word].is_punct)

    def describe(self) -> dict[str, Any]:
        """Return what decides the findings: by language, the fingerprints of the backends and the type weights."""
        return {
            code: {"models": [b.fingerprint for b in backends], "weights": dict(self._weights.get(code, {}))}
            for code, backends in sorted(self._backends.items())
        }
