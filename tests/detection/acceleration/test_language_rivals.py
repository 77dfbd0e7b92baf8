"""What is told in few sums against what the whole model says."""

import random
from pathlib import Path

import polars as pl
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from redaction.detection.acceleration.language.batch_scores import BatchClassifier, in_lines
from redaction.detection.acceleration.language.model import model_name
from redaction.detection.acceleration.language.rivals import Rivals
from redaction.detection.lists import word_list

SAMPLE = Path(__file__).parents[3] / "data" / "samples" / "posts"
SUPPORTED = frozenset({"en", "fr", "sr"})
MODEL = model_name(word_list("languages") | SUPPORTED)


@pytest.fixture(scope="module")
def classifier() -> BatchClassifier:
    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages((word_list("languages") | SUPPORTED) & set(made.labels))
    return BatchClassifier(made, in_lines(made.nb_ptc))


def texts() -> list[str]:
    posts = [text for text in pl.read_parquet(SAMPLE / "*.parquet")["text"].to_list()[::5] if text]
    draw = random.Random(4)
    pieces = [post[(at := draw.randrange(len(post))) : at + draw.randrange(5, 120)] for post in posts]
    words = " ".join(pieces).split(" ")
    mixed = [" ".join(draw.sample(words, 5)) for _ in range(500)]
    return ["", "1", *posts, *pieces, *mixed]


@pytest.mark.parametrize("own", sorted(SUPPORTED))
def test_a_language_that_wins_is_never_left_out(classifier: BatchClassifier, own: str) -> None:
    some = texts()
    may = Rivals(classifier, SUPPORTED, MODEL, own).may_win(some)
    guesses = classifier.classify(some)
    wins = [guess.language not in SUPPORTED and guess.score >= 0.9 for guess in guesses]
    assert sum(wins) > 50
    assert not [text for text, won, could in zip(some, wins, may, strict=True) if won and not could]


def test_most_english_texts_need_no_second_look(classifier: BatchClassifier) -> None:
    some = [text for text in texts() if len(text) > 40]
    guesses = classifier.classify(some)
    english = [text for text, guess in zip(some, guesses, strict=True) if guess.language == "en" and guess.score > 0.9]
    assert sum(Rivals(classifier, SUPPORTED, MODEL, "en").may_win(english)) < len(english) / 10


def test_without_rivals_none_wins(classifier: BatchClassifier) -> None:
    everything = frozenset(classifier.languages)
    assert Rivals(classifier, everything, MODEL, "en").may_win(["Das ist ein deutscher Satz."]) == [False]
