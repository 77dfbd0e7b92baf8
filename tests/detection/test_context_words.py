"""What a lemma could be, beside what it is."""

import pytest
import spacy
from spacy.language import Language

from redaction.detection.context_words import PossibleLemmas
from redaction.detection.ner import load_for_context
from tests.detection.test_analyzer import MODEL, texts


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_for_context(MODEL)


def test_every_lemma_was_possible(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    odd = ["He'd been calling us; y'all weren't numbered, nothin' left.", "Cellphones RANG! it's worse, better, I'm"]
    checked = 0
    for doc in nlp.pipe([*texts(300, seed=9), *odd]):
        for token in doc:
            keyword = not (nlp.vocab[token.lemma_].is_stop or nlp.vocab[token.lemma_].is_punct)
            everywhere = possible.could_hold(doc.text, [(token.idx, [token.lemma_])], (0, 0))
            assert everywhere or not token.lemma_.strip(), token.lemma_
            checked += keyword
    assert checked > 1000


def test_a_word_counts_within_reach_alone(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    text = "call Anna about green apples, yellow lemons, ripe bananas, sweet melons 555"
    start = text.index("555")
    assert not possible.could_hold(text, [(start, ["call"])], (5, 0))
    assert possible.could_hold(text, [(start, ["call"])], (12, 0))
    assert possible.could_hold("calling 555", [(8, ["call"])], (5, 0))
    assert not possible.could_hold("555 sweet calls", [(0, ["call"])], (5, 0))
    assert possible.could_hold("555 sweet calls", [(0, ["call"])], (5, 2))


def test_a_finding_behind_all_tokens_is_always_looked_at(nlp: Language) -> None:
    assert PossibleLemmas(nlp).could_hold("green apples ", [(12, ["call"])], (5, 0))


def test_pipelines_whose_lemmas_come_from_elsewhere_are_not_understood(nlp: Language) -> None:
    assert PossibleLemmas.understands(nlp)
    assert not PossibleLemmas.understands(spacy.blank("en"))
    other = load_for_context(MODEL)
    other.get_pipe("attribute_ruler").add([[{"TAG": "NN"}]], {"LEMMA": "thing"})  # type: ignore[attr-defined]
    assert not PossibleLemmas.understands(other)
