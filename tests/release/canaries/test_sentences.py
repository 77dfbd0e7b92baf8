"""Canaries are sentences in which no detector finds anything, and which only the key gives."""

from itertools import islice

import pytest

from redaction import load_profile
from redaction.detection import Detector
from redaction.release.canaries.sentences import draw_sentences

_KEY, _OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.mark.parametrize("profile", ["social", "strict", "stock"])
def test_shipped_profiles_find_nothing_in_nearly_every_sentence(profile: str) -> None:
    drawn = list(islice(draw_sentences(_KEY), 500))
    found = Detector.from_settings(load_profile(profile)).detect(drawn, "en")
    assert sum(bool(spans) for spans in found) <= 5


def test_a_key_gives_the_same_sentences_and_another_key_others() -> None:
    drawn, again, other = (list(islice(draw_sentences(key), 1000)) for key in (_KEY, _KEY, _OTHER_KEY))
    assert drawn == again
    assert len({*drawn, *other}) == 2000


def test_the_words_before_the_code_do_not_give_the_code() -> None:
    drawn = list(islice(draw_sentences(_KEY), 3000))
    codes = [sentence.split(", with ")[1] for sentence in drawn]
    assert len(set(codes)) == len(drawn)
