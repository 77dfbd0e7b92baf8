"""Fast cleaning gives the same result as one simple pattern."""

import random
import re
import time

from redaction.detection.language.clean import clean_texts, count_letters
from redaction.detection.language.foreign_sentences import SENTENCE

_SIMPLE = re.compile(r"https?://\S+|www\.\S+|\S*@\S+|#\w+|&[a-z]+;|\brt\b|[\d_]+", re.IGNORECASE)
_PARTS = (
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
    return ["".join(draw.choice(_PARTS) for _ in range(draw.randrange(25))) for _ in range(30_000)]


def test_the_same_as_the_simple_pattern() -> None:
    some = texts()
    assert [each.text for each in clean_texts(some)] == [_SIMPLE.sub(" ", text) for text in some]


def test_a_clean_text_that_keeps_its_sentences_has_the_clean_sentences() -> None:
    some = texts()
    intact = [(text, each.text) for text, each in zip(some, clean_texts(some), strict=True) if each.keeps_sentences]
    assert len(intact) > 5000
    for text, clean in intact:
        assert SENTENCE.findall(clean) == [_SIMPLE.sub(" ", sentence) for sentence in SENTENCE.findall(text)]


def test_letters_are_counted_as_a_pattern_counts_them() -> None:
    some = ["", "Ab1_²½", "नमस्ते १२", "漢字 3", *texts()[:3000]]
    assert count_letters(some).tolist() == [len(re.findall(r"[^\W\d_]", text)) for text in some]
    assert count_letters([]).tolist() == []


def test_long_words_are_cleaned_quickly() -> None:
    began = time.perf_counter()
    clean_texts(["@ " + "a" * 200_000, "a@" * 100_000, "@" * 200_000, "w" * 200_000, "h@" + "r" * 200_000])
    assert time.perf_counter() - began < 1
