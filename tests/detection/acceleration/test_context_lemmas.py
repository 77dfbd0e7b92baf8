"""What a lemma could be, beside what it is."""

import pytest
import spacy
from spacy.language import Language

from redaction.detection.acceleration.context.lemmas import Around, Finding, PossibleLemmas, Reach
from redaction.detection.models.spacy import load_lemma_pipeline
from tests.detection.presidio.test_batch_analyzer import MODEL, texts


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_lemma_pipeline(MODEL)


FIVE = Reach(5, 0, True)


def around(possible: PossibleLemmas, text: str, start: int, *words: str, reach: Reach = FIVE) -> Around:
    told = possible.around(possible.read(text), Finding(start, frozenset(words)), reach)
    assert told is not None
    return told.around


def test_every_lemma_was_possible(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    odd = [
        "He'd been calling us; y'all weren't numbered, nothin' left.",
        "Cellphones RANG! it's worse, better, I'm",
        "BE there: is it? call:me, Call or CALL; 10:30 https://example.org",
    ]
    checked = 0
    for doc in nlp.pipe([*texts(300, seed=9), *odd]):
        for token in doc:
            keyword = not (nlp.vocab[token.lemma_].is_stop or nlp.vocab[token.lemma_].is_punct)
            keyword = keyword and token.lemma_ != "be"
            found = around(possible, doc.text, token.idx, token.lemma_.lower(), reach=Reach(0, 0, False))
            assert found is not Around.NOTHING or not keyword or not token.lemma_.strip(), token.lemma_
            lemma = frozenset({token.lemma_.lower()})
            assert not keyword or possible.could_stand_in(doc.text, lemma), token.lemma_
            checked += keyword
    assert checked > 1000


def test_a_word_counts_within_reach_alone(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    text = "phone Anna about green apples, yellow lemons, ripe bananas, sweet melons 555"
    start = text.index("555")
    assert around(possible, text, start, "phone") is Around.NOTHING
    assert around(possible, text, start, "phone", reach=Reach(12, 0, True)) is not Around.NOTHING
    assert around(possible, "calling 555", 8, "call", "calling") is not Around.NOTHING
    assert around(possible, "555 sweet phones", 0, "phone") is Around.NOTHING
    assert around(possible, "555 sweet phones", 0, "phone", reach=Reach(5, 2, True)) is not Around.NOTHING


def test_a_finding_behind_all_tokens_is_refused(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    assert possible.around(possible.read("green apples "), Finding(12, frozenset({"call"})), FIVE) is None


def test_what_the_tags_cannot_change_is_certain(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    assert around(possible, "my phone 555", 9, "phone", "mobile") is Around.CERTAIN
    assert around(possible, "two phones 555", 11, "phone") is Around.OPEN
    assert around(possible, "two numbers 555", 12, "number") is Around.OPEN
    assert around(possible, "two numbers 555", 12, "number", reach=Reach(5, 0, False)) is Around.CERTAIN
    assert around(possible, "my phone, and green apples, yellow lemons 555", 41, "phone") is Around.CERTAIN
    mixed = "phone: mixing, baking, cooking, boiling, 555"
    assert around(possible, mixed, 41, "phone", reach=Reach(4, 0, True)) is not Around.CERTAIN


def test_a_stop_word_counts_only_where_a_colon_makes_a_keyword_of_it(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    assert around(possible, "call 555", 5, "call") is Around.NOTHING
    assert around(possible, "call 555 or x.:call", 5, "call") is not Around.NOTHING


def test_texts_without_a_sign_of_a_word_need_no_tokens(nlp: Language) -> None:
    possible = PossibleLemmas(nlp)
    words = frozenset({"phone", "number", "mobile", "call"})
    for text in ("my Cellphone 555", "calling 555", "call: 555", "mobiling 555", "cAll 555"):
        assert possible.could_stand_in(text, words), text
    for text in ("green apples 555", "call me at 555", "Call 555 or call 556", ""):
        assert not possible.could_stand_in(text, words), text


def test_pipelines_whose_lemmas_come_from_elsewhere_are_not_understood(nlp: Language) -> None:
    assert PossibleLemmas.understands(nlp)
    assert not PossibleLemmas.understands(spacy.blank("en"))
    other = load_lemma_pipeline(MODEL)
    other.get_pipe("attribute_ruler").add([[{"TAG": "NN"}]], {"LEMMA": "thing"})  # type: ignore[attr-defined]
    assert not PossibleLemmas.understands(other)
