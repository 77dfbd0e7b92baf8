"""What a lemma could be, beside what it is."""

import pytest
import spacy
from spacy.language import Language

from redaction.detection.context_words import Around, PossibleLemmas
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
            around = possible.around(doc.text, [(token.idx, [token.lemma_])], (0, 0))
            assert around is not Around.NOTHING or not token.lemma_.strip(), token.lemma_
            checked += keyword
    assert checked > 1000


def test_a_word_counts_within_reach_alone(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    text = "call Anna about green apples, yellow lemons, ripe bananas, sweet melons 555"
    start = text.index("555")
    assert possible.around(text, [(start, ["call"])], (5, 0)) is Around.NOTHING
    assert possible.around(text, [(start, ["call"])], (12, 0)) is not Around.NOTHING
    assert possible.around("calling 555", [(8, ["call"])], (5, 0)) is not Around.NOTHING
    assert possible.around("555 sweet calls", [(0, ["call"])], (5, 0)) is Around.NOTHING
    assert possible.around("555 sweet calls", [(0, ["call"])], (5, 2)) is not Around.NOTHING


def test_a_finding_behind_all_tokens_is_always_looked_at(nlp: Language) -> None:
    assert PossibleLemmas(nlp).around("green apples ", [(12, ["call"])], (5, 0)) is Around.OPEN


def test_what_the_tags_cannot_change_is_certain(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    assert possible.around("my phone 555", [(9, ["phone", "mobile"])], (5, 0)) is Around.CERTAIN
    assert possible.around("two phones 555", [(11, ["phone"])], (5, 0)) is Around.OPEN
    assert possible.around("my phone, and green apples, yellow lemons 555", [(41, ["phone"])], (5, 0)) is Around.CERTAIN
    assert (
        possible.around("phone: mixing, baking, cooking, boiling, 555", [(41, ["phone"])], (4, 0)) is not Around.CERTAIN
    )


def test_pipelines_whose_lemmas_come_from_elsewhere_are_not_understood(nlp: Language) -> None:
    assert PossibleLemmas.understands(nlp)
    assert not PossibleLemmas.understands(spacy.blank("en"))
    other = load_for_context(MODEL)
    other.get_pipe("attribute_ruler").add([[{"TAG": "NN"}]], {"LEMMA": "thing"})  # type: ignore[attr-defined]
    assert not PossibleLemmas.understands(other)
