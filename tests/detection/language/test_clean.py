"""Cleaning in few quick passes against the one plain pattern that it stands for."""

import random
import re
import time

from redaction.detection.language.clean import clean_texts, count_letters
from redaction.detection.language.foreign_sentences import SENTENCE

_PLAIN = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+|&[a-z]+;|\brt\b|[\d_]+", re.IGNORECASE)
_PIECES = (
    *("@", "@", "://", "http://", "https://", "www.", "WWW.", "rt", " RT ", ".", "!", "\n", " ", "  ", "#", "&amp;"),
    *(
        "&",
        "_",
        "1",
        "a",
        "é",
        "h",
        "w",
        "R",
        "ſ",
        "\x1f",
        "।",
        "\u3000",
        "foo",
        "bar.",
        "٣",
        ";",
        "x@y.z",
        "@@",
        "\ud800",
    ),
)


def texts() -> list[str]:
    draw = random.Random(7)
    return ["".join(draw.choice(_PIECES) for _ in range(draw.randrange(25))) for _ in range(30_000)]


def test_the_same_as_the_plain_pattern() -> None:
    some = texts()
    assert [each.text for each in clean_texts(some)] == [_PLAIN.sub(" ", text) for text in some]


def test_sentences_of_a_text_cleaned_apart_are_clean_sentences() -> None:
    some = texts()
    apart = [(text, each.text) for text, each in zip(some, clean_texts(some), strict=True) if each.keeps_sentences]
    assert len(apart) > 5000
    for text, clean in apart:
        assert SENTENCE.findall(clean) == [_PLAIN.sub(" ", sentence) for sentence in SENTENCE.findall(text)]


def test_letters_are_counted_as_patterns_tell_them() -> None:
    some = ["", "Ab1_²½", "नमस्ते १२", "漢字 3", *texts()[:3000]]
    assert count_letters(some).tolist() == [len(re.findall(r"[^\W\d_]", text)) for text in some]
    assert count_letters([]).tolist() == []


def test_long_words_take_no_time() -> None:
    began = time.perf_counter()
    clean_texts(["@ " + "a" * 200_000, "a@" * 100_000, "@" * 200_000, "w" * 200_000, "h@" + "r" * 200_000])
    assert time.perf_counter() - began < 1
