"""Presidio's NLP engine on our backends, and its artifacts, made only as far as they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

from redaction.detection.acceleration.context.lemmas import PossibleLemmas
from redaction.detection.acceleration.context.windows import ContextWords
from redaction.detection.acceleration.linear import one_thread
from redaction.detection.models.backend import NER_LABELS, NerBackend, NerSpan


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity as Presidio's NLP recognisers read it: the members of a spaCy span that they use."""

    start_char: int
    end_char: int
    label_: str


class LazyArtifacts(NlpArtifacts):  # type: ignore[misc, unused-ignore]
    """NlpArtifacts whose tokens, lemmas and keywords are made when a recogniser first reads them.

    Most texts hold no finding whose score a context word could change, so most never pay for lemmas.
    """

    def __init__(self, text: str, spans: Sequence[NerSpan], engine: "BackendNlpEngine", language: str) -> None:
        # Not super().__init__(): it would fill what is made on demand here.
        self.text = text
        self.language = language
        self.nlp_engine: BackendNlpEngine = engine
        self.entities: list[Any] = [FoundEntity(span.start, span.end, span.label) for span in spans]
        self.scores = [span.score for span in spans]

    @cached_property
    def tokens(self) -> Doc:  # type: ignore[override]
        """The text's tokens, with lemmas where the language has a lemmatizer."""
        return self.nlp_engine.parse(self.text, self.language)

    @cached_property
    def tokens_indices(self) -> list[int]:  # type: ignore[override]
        """Offset of each token."""
        return [token.idx for token in self.tokens]

    @cached_property
    def lemmas(self) -> list[str]:  # type: ignore[override]
        """Lemma of each token; the lower-cased token where the language has no lemmatizer."""
        return [token.lemma_ or token.lower_ for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:  # type: ignore[override]
        """The lemmas that Presidio counts as context."""
        keywords: list[str] = self.set_keywords(self.nlp_engine, self.lemmas, self.language)
        return keywords


class BackendNlpEngine(SpacyNlpEngine):  # type: ignore[misc, unused-ignore]
    """A SpacyNlpEngine to Presidio; inside, any backends by language, called in batches.

    `contexts` gives, by language, a loader of the pipeline for tokens and lemmas; it is called at most once
    and only when a context word is asked for.
    """

    def __init__(
        self,
        backends: Mapping[str, Sequence[NerBackend]],
        contexts: Mapping[str, Callable[[], Language]],
        type_weights: Mapping[str, Mapping[str, float]],
    ) -> None:
        super().__init__(models=[{"lang_code": code, "model_name": "backend"} for code in contexts])
        self._backends = backends
        self._contexts = contexts
        self._weights = type_weights
        self.nlp: dict[str, Language] = {}  # type: ignore[assignment]
        self._words: dict[str, ContextWords | None] = {}

    def load(self) -> None:
        """Backends come loaded."""

    def is_loaded(self) -> bool:
        """Backends come loaded."""
        return True

    def get_supported_languages(self) -> list[str]:
        """The languages that have a model."""
        return [code for code, backends in self._backends.items() if backends]

    def get_supported_entities(self) -> list[str]:
        """Every type that a model may name."""
        return sorted(set(NER_LABELS.values()))

    def process_text(self, text: str, language: str) -> LazyArtifacts:
        """Artifacts of one text."""
        return self.process_texts([text], language)[0]

    def process_batch(  # type: ignore[override]
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **kwargs: Any,
    ) -> Iterator[tuple[str, LazyArtifacts]]:
        """Artifacts of each text, in order; the backends choose their batches."""
        pieces = list(texts)
        yield from zip(pieces, self.process_texts(pieces, language), strict=True)

    def process_texts(self, texts: Sequence[str], language: str) -> list[LazyArtifacts]:
        """Artifacts of each text, the findings of all backends of the language together."""
        found: list[list[NerSpan]] = [[] for _ in texts]
        languages = [language] * len(texts)
        weights = self._weights.get(language, {})
        for backend in self._backends.get(language, ()):
            with one_thread():
                named = backend.spans(texts, languages)
            for spans, more in zip(found, named, strict=True):
                spans.extend(s._replace(score=s.score * weights.get(s.label, 1.0)) for s in more)
        return [LazyArtifacts(text, spans, self, language) for text, spans in zip(texts, found, strict=True)]

    def parse(self, text: str, language: str) -> Doc:
        """Tokens, tagged and lemmatized where the language's pipeline can."""
        return self.get_nlp(language)(text)

    def parse_ahead(self, artifacts: Sequence[LazyArtifacts], language: str) -> None:
        """Give the tokens of several texts in one batch, before they are asked for one by one."""
        texts = (artifact.text for artifact in artifacts)
        for artifact, doc in zip(artifacts, self.get_nlp(language).pipe(texts, batch_size=64), strict=True):
            artifact.__dict__["tokens"] = doc

    def context_words(self, language: str) -> ContextWords | None:
        """What looks for context words; None where the language's lemmas are not understood."""
        self.get_nlp(language)
        return self._words[language]

    def get_nlp(self, language: str) -> Language:
        """The pipeline for tokens and lemmas, loaded on first use."""
        if language not in self.nlp:
            nlp = self.nlp[language] = self._contexts[language]()
            self._words[language] = ContextWords(nlp, self, language) if PossibleLemmas.understands(nlp) else None
        return self.nlp[language]

    def is_stopword(self, word: str, language: str) -> bool:
        """As Presidio asks it of spaCy."""
        return bool(self.get_nlp(language).vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """As Presidio asks it of spaCy."""
        return bool(self.get_nlp(language).vocab[word].is_punct)

    def describe(self) -> dict[str, Any]:
        """What decides the findings: backends' fingerprints and weights by language."""
        return {
            code: {"models": [b.fingerprint for b in backends], "weights": dict(self._weights.get(code, {}))}
            for code, backends in sorted(self._backends.items())
        }
