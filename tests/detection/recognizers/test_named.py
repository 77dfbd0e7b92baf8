from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from spacy.lang.en import English

from redaction.detection.engine import BackendNlpEngine
from redaction.detection.ner import NerSpan
from redaction.detection.recognizers.named import NamedEntityRecognizer


class Everything:
    """A backend that names every text whole."""

    name = "everything"
    fingerprint = "0"
    labels = ("PERSON",)

    def spans(self, texts, languages):
        return [(NerSpan(0, len(text), "PERSON", 0.9),) for text in texts]


def named(text: str) -> list[str]:
    nlp = BackendNlpEngine({"en": [Everything()]}, {"en": English}, {})
    registry = RecognizerRegistry(recognizers=[NamedEntityRecognizer("en", ["PERSON"])], supported_languages=["en"])
    results = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"]).analyze(text, "en")
    return [text[r.start : r.end] for r in results]


def test_links_and_names_without_a_letter_are_left_out() -> None:
    assert named("Jane Doe") == ["Jane Doe"]
    assert named("https://example.com/Jane") == []
    assert named("Jane https://example.com/a") == ["Jane "]
    assert named("2023 :-)") == []
