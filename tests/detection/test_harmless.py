"""Ten harmless kinds of text have few false spans; the benchmark measures 10,000 words of each."""

import sys
from pathlib import Path

import pytest

from redaction.detection import Detector

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from harmless import measure, read_templates


def test_there_are_ten_kinds() -> None:
    kinds, _ = read_templates()
    assert len(kinds) == 10


def test_harmless_texts_have_under_one_false_span_per_hundred_words(social: Detector) -> None:
    for kind in measure(social, 600):
        assert kind.words >= 600
        assert kind.per_hundred(names=False) < 1, kind.name
        assert kind.per_hundred(names=True) < 3, kind.name


def test_what_is_no_name_counts_for_itself(rules: Detector) -> None:
    (code, *_) = measure(rules, 200)
    assert code.per_hundred(names=True) == pytest.approx(code.per_hundred(names=False))
