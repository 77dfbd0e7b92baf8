"""The word at a position is the one that a search of the whole text finds there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection.spans.words import WordsOfText

WORD = re.compile(r"[a-z]+")


def word_at(text: str, position: int) -> str | None:
    found = WordsOfText(text).over(WORD, position)
    return found and text[found[0] : found[1]]


@pytest.mark.parametrize(
    ("position", "word"), [(0, None), (1, "one"), (2, "one"), (3, None), (4, None), (5, "two"), (6, "two"), (7, None)]
)
def test_only_a_position_between_two_characters_of_a_word_is_in_it(position: int, word: str | None) -> None:
    assert word_at("one-two", position) == word


def test_a_word_far_longer_than_a_step_is_found_whole() -> None:
    text = "no " + "a" * 1_000 + " no"
    assert word_at(text, 900) == "a" * 1_000


@given(st.text(st.sampled_from("ab- \n"), max_size=150), st.lists(st.integers(0, 150), min_size=1, max_size=4))
def test_words_equal_those_of_a_search_of_the_whole_text(text: str, positions: list[int]) -> None:
    words = WordsOfText(text)
    spans = [match.span() for match in WORD.finditer(text)]
    for position in (min(each, len(text)) for each in positions):
        expected = next((span for span in spans if span[0] < position < span[1]), None)
        assert words.over(WORD, position) == expected
