"""Context words found in windows, and without tags, beside Presidio's enhancer on whole texts."""

import random
import time
from types import SimpleNamespace
from typing import Any

import pytest
from presidio_analyzer import AnalysisExplanation, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.language import Language

from redaction.detection.acceleration.context.lemmas import Finding
from redaction.detection.acceleration.context.windows import ContextWords, reach_of
from redaction.detection.models.spacy import load_lemma_pipeline
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from tests.detection.presidio.test_batch_analyzer import MODEL, texts

CONTEXT = ["phone", "number", "call", "card", "numb", "bank", "meet", "be", "driver", "better"]
BITS = [
    "number",
    "numbers",
    "calling",
    "call",
    "12:30",
    "x.:call",
    "Be",
    "BE",
    "is",
    "worse",
    "better",
    "meeting",
    "  ",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_lemma_pipeline(MODEL)


def engine_of(nlp: Language) -> BackendNlpEngine:
    return BackendNlpEngine({"en": ()}, {"en": lambda: nlp}, {})


def sample(count: int) -> list[str]:
    rng = random.Random(count)
    made = []
    for text in texts(count, seed=21):
        words = text.split(" ")
        for _ in range(rng.randrange(4)):
            words.insert(rng.randrange(len(words) + 1), rng.choice(BITS))
        made.append(" ".join(words))
    return [text for text in made if text.strip()]


def wanted(nlp: Language, text: str, starts: list[int], enhancer: LemmaContextAwareEnhancer) -> list[bool] | None:
    """Presidio's own word."""
    doc = nlp(text)
    lemmas = [token.lemma_ or token.lower_ for token in doc]
    artifacts = NlpArtifacts([], doc, [token.idx for token in doc], lemmas, engine_of(nlp), "en")
    explanation = AnalysisExplanation("some", 0.3)
    about: dict[Any, Any] = {RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: "some"}
    results = [RecognizerResult("T", start, start + 1, 0.3, explanation, about) for start in starts]
    recognizers: Any = [SimpleNamespace(id="some", name="some", context=CONTEXT)]
    try:
        raised = enhancer.enhance_using_context(text, results, artifacts, recognizers)
    except ValueError:
        return None
    return [result.score > 0.3 for result in raised]


@pytest.mark.parametrize("count", [400, pytest.param(8000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "enhancer",
    [
        LemmaContextAwareEnhancer(),
        LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
        LemmaContextAwareEnhancer(context_prefix_count=2, context_suffix_count=3),
    ],
)
def test_the_words_near_are_presidios(nlp: Language, enhancer: LemmaContextAwareEnhancer, count: int) -> None:
    rng = random.Random(5)
    some = sample(count)
    starts = [[rng.randrange(len(text)) for _ in range(3)] for text in some]
    context = frozenset(CONTEXT)
    findings = [[Finding(start, context) for start in each] for each in starts]
    found = ContextWords(nlp, engine_of(nlp), "en").near(some, findings, enhancer)
    expected = [wanted(nlp, text, each, enhancer) for text, each in zip(some, starts, strict=True)]
    assert found == expected
    assert sum(sum(each or ()) for each in expected) > count / 2


def test_the_networks_reach_is_read_off_its_settings(nlp: Language) -> None:
    assert reach_of(nlp) == 4
    other = load_lemma_pipeline(MODEL)
    other.config["components"]["tok2vec"]["model"]["encode"]["@architectures"] = "some.Transformer"
    assert reach_of(other) is None


def test_a_text_of_many_findings_is_tagged_once(nlp: Language) -> None:
    text = ",".join(f"calling-numbers{n}\nphones555" for n in range(300))
    starts = [at for at in range(len(text)) if text.startswith("555", at)]
    context = frozenset(CONTEXT)
    enhancer = LemmaContextAwareEnhancer()
    began = time.process_time()
    found = ContextWords(nlp, engine_of(nlp), "en").near([text], [[Finding(at, context) for at in starts]], enhancer)
    assert time.process_time() - began < 5
    assert found == [wanted(nlp, text, starts, enhancer)]
