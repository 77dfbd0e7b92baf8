"""The enhancer raises the scores that Presidio's own raises."""

from typing import Any

import spacy
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import AnalysisExplanation, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from redaction.detection.presidio.context_enhancer import BisectingEnhancer
from redaction.detection.presidio.nlp_engine import BackendNlpEngine, LazyArtifacts

ENGINE = BackendNlpEngine({"en": []}, {"en": lambda: spacy.blank("en")}, {})
RECOGNIZER = PatternRecognizer("ID", patterns=[Pattern("digits", r"[0-9]+", 0.3)], context=["card", "phone"])
WORDS = ("the", "card", "phone", "Phone:", "my", "x", "-", ":", "12", "1-2", "(3)", "cards", "be", " ", "\n")


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join),
    st.sampled_from(
        [{}, {"context_matching_mode": "whole_word"}, {"context_prefix_count": 1, "context_suffix_count": 2}]
    ),
)
def test_scores_are_those_of_presidio(text: str, options: dict[str, Any]) -> None:
    found = RECOGNIZER.analyze(text, ["ID"])
    for result in found:
        result.recognition_metadata = {RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: RECOGNIZER.id}
        result.analysis_explanation = AnalysisExplanation("test", result.score)
    scores = [
        [
            r.score
            for r in enhancer.enhance_using_context(text, found, LazyArtifacts(text, (), ENGINE, "en"), [RECOGNIZER])
        ]
        for enhancer in (LemmaContextAwareEnhancer(**options), BisectingEnhancer(**options))
    ]
    assert scores[0] == scores[1]


def test_many_findings_without_a_keyword_read_each_token_once() -> None:
    """Presidio's own reads all tokens for each of these findings: 25 million."""
    text = "the 1 be " * 5000
    found = [RecognizerResult("ID", 4 + 9 * i, 5 + 9 * i, 0.3) for i in range(5000)]
    artifacts = LazyArtifacts(text, (), ENGINE, "en")
    artifacts.__dict__["keywords"] = []
    enhancer: Any = BisectingEnhancer()
    assert [enhancer._extract_surrounding_words(artifacts, "1", each.start) for each in found] == [[]] * len(found)
