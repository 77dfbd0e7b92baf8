"""Context words decided without tags, against Presidio's enhancer on tagged texts."""

import random
from types import SimpleNamespace
from typing import Any

import pytest
import spacy
from presidio_analyzer import AnalysisExplanation, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from spacy.language import Language

from redaction.detection.acceleration.context_words import ContextWords, Finding, Reach, Verdict
from redaction.detection.models.spacy import load_lemma_pipeline
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from tests.detection.presidio.test_batch_analyzer import MODEL, texts

CONTEXT = ["phone", "number", "call", "card", "numb", "bank", "meet", "be", "driver", "better"]
WORDS = [
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
FIVE = Reach(5, 0, True)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_lemma_pipeline(MODEL)


def verdict(words: ContextWords, text: str, start: int, *context: str, reach: Reach = FIVE) -> Verdict:
    return words.decide(text, Finding(start, frozenset(context)), reach)


def sample(count: int) -> list[str]:
    rng = random.Random(count)
    made = []
    for text in texts(count, seed=21):
        words = text.split(" ")
        for _ in range(rng.randrange(4)):
            words.insert(rng.randrange(len(words) + 1), rng.choice(WORDS))
        made.append(" ".join(words))
    return [text for text in made if text.strip()]


def presidio(nlp: Language, text: str, starts: list[int], enhancer: LemmaContextAwareEnhancer) -> list[bool] | None:
    doc = nlp(text)
    lemmas = [token.lemma_ or token.lower_ for token in doc]
    engine = BackendNlpEngine({"en": ()}, {"en": lambda: nlp}, {})
    artifacts = NlpArtifacts([], doc, [token.idx for token in doc], lemmas, engine, "en")
    explanation = AnalysisExplanation("some", 0.3)
    metadata: dict[Any, Any] = {RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: "some"}
    results = [RecognizerResult("T", start, start + 1, 0.3, explanation, metadata) for start in starts]
    recognizers: Any = [SimpleNamespace(id="some", name="some", context=CONTEXT)]
    try:
        raised = enhancer.enhance_using_context(text, results, artifacts, recognizers)
    except ValueError:
        return None
    return [result.score > 0.3 for result in raised]


@pytest.mark.parametrize("count", [150, pytest.param(8000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "enhancer",
    [
        LemmaContextAwareEnhancer(),
        LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
        LemmaContextAwareEnhancer(context_prefix_count=2, context_suffix_count=3),
    ],
)
def test_decisions_without_tags_equal_those_of_presidio(
    nlp: Language, enhancer: LemmaContextAwareEnhancer, count: int
) -> None:
    rng = random.Random(5)
    words, context = ContextWords(nlp), frozenset(CONTEXT)
    decided = raised = 0
    for text in sample(count):
        starts = [rng.randrange(len(text))]
        near = words.near(text, [Finding(start, context) for start in starts], enhancer)
        if near is not None:
            assert near == presidio(nlp, text, starts, enhancer), text
            decided, raised = decided + 1, raised + sum(near)
    assert decided > count / 2
    assert raised > count / 40


def test_every_lemma_was_possible(nlp: Language) -> None:
    words = ContextWords(nlp)
    odd = [
        "He'd been calling us; y'all weren't numbered, nothin' left.",
        "Cellphones RANG! it's worse, better, I'm",
        "BE there: is it? call:me, Call or CALL; 10:30 https://example.org",
    ]
    checked = 0
    for doc in nlp.pipe([*texts(80, seed=9), *odd]):
        for token in doc:
            keyword = not (nlp.vocab[token.lemma_].is_stop or nlp.vocab[token.lemma_].is_punct)
            keyword = keyword and token.lemma_ != "be"
            decision = verdict(words, doc.text, token.idx, token.lemma_.lower(), reach=Reach(0, 0, False))
            assert decision is not Verdict.NOTHING or not keyword or not token.lemma_.strip(), token.lemma_
            lemma = frozenset({token.lemma_.lower()})
            assert not keyword or words.could_contain(doc.text, lemma), token.lemma_
            checked += keyword
    assert checked > 300


def test_a_context_word_counts_only_within_the_window(nlp: Language) -> None:
    words = ContextWords(nlp)
    text = "phone Anna about green apples, yellow lemons, ripe bananas, sweet melons 555"
    start = text.index("555")
    assert verdict(words, text, start, "phone") is Verdict.NOTHING
    assert verdict(words, text, start, "phone", reach=Reach(12, 0, True)) is not Verdict.NOTHING
    assert verdict(words, "calling 555", 8, "call", "calling") is not Verdict.NOTHING
    assert verdict(words, "555 sweet phones", 0, "phone") is Verdict.NOTHING
    assert verdict(words, "555 sweet phones", 0, "phone", reach=Reach(5, 2, True)) is not Verdict.NOTHING


def test_a_finding_after_all_tokens_is_left_to_presidio(nlp: Language) -> None:
    words = ContextWords(nlp)
    assert words.near("green apples ", [Finding(12, frozenset({"call"}))], LemmaContextAwareEnhancer()) is None


def test_only_what_the_tags_cannot_change_is_decided(nlp: Language) -> None:
    words = ContextWords(nlp)
    assert verdict(words, "my phone 555", 9, "phone", "mobile") is Verdict.RAISE
    assert verdict(words, "two phones 555", 11, "phone") is Verdict.DEPENDS_ON_TAGS
    assert verdict(words, "two numbers 555", 12, "number") is Verdict.DEPENDS_ON_TAGS
    assert verdict(words, "two numbers 555", 12, "number", reach=Reach(5, 0, False)) is Verdict.RAISE
    assert verdict(words, "my phone, and green apples, yellow lemons 555", 41, "phone") is Verdict.RAISE
    mixed = "phone: mixing, baking, cooking, boiling, 555"
    assert verdict(words, mixed, 41, "phone", reach=Reach(4, 0, True)) is not Verdict.RAISE


def test_a_stop_word_counts_only_where_a_colon_makes_it_a_keyword(nlp: Language) -> None:
    words = ContextWords(nlp)
    assert verdict(words, "call 555", 5, "call") is Verdict.NOTHING
    assert verdict(words, "call 555 or x.:call", 5, "call") is not Verdict.NOTHING


def test_texts_without_a_part_of_a_word_need_no_tokens(nlp: Language) -> None:
    words, context = ContextWords(nlp), frozenset({"phone", "number", "mobile", "call"})
    for text in ("my Cellphone 555", "calling 555", "call: 555", "mobiling 555", "cAll 555"):
        assert words.could_contain(text, context), text
    for text in ("green apples 555", "call me at 555", "Call 555 or call 556", ""):
        assert not words.could_contain(text, context), text


def test_pipelines_whose_lemmas_come_from_elsewhere_are_not_supported(nlp: Language) -> None:
    assert ContextWords.supports(nlp)
    assert not ContextWords.supports(spacy.blank("en"))
    other = load_lemma_pipeline(MODEL)
    other.get_pipe("attribute_ruler").add([[{"TAG": "NN"}]], {"LEMMA": "thing"})  # type: ignore[attr-defined]
    assert not ContextWords.supports(other)
