import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, PatternRecognizer

from redaction.detection import Detector
from redaction.detection.acceleration.patterns.necessary_conditions import Needs, Traits, either, needs_of_pattern

FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\b\d{3}-\d{2}-\d{4}\b", Needs(9, (frozenset("-"),))),
        (r"\d{3}[- ]?\d{4}", Needs(7)),
        (r"a@b|c@d", Needs(0, (frozenset("@"),))),
        (r"a@b|c#d", Needs(0, (frozenset("#@"),))),
        (r"(?:\d\d)?x", Needs()),
        (r"[0-9]{2,}k", Needs(2)),
        (r"[\d-]+", Needs()),
        (r"[^@]", Needs()),
        (r"(?<=@)\d", Needs(1)),
        (r"[[:digit:]]", Needs()),
        (r"(?:cat@){e<=1}", Needs()),
        (r"\p{L}@", Needs()),
        (r"[a{|}]@", Needs(0, (frozenset("@"),))),
        (r"[]{b]@", Needs(0, (frozenset("@"),))),
        (r"\[(?:a@){e}]", Needs()),
    ],
)
def test_required_literals_of_patterns(pattern: str, needs: Needs) -> None:
    assert needs_of_pattern(pattern, FLAGS) == needs


def _patterns(engine: AnalyzerEngine) -> list[str]:
    recognizers = [r for r in engine.registry.recognizers if isinstance(r, PatternRecognizer)]
    return sorted({pattern.regex for r in recognizers for pattern in vars(r)["patterns"]})


@given(st.text(st.sampled_from("0٣9@./:-ab_ bc1E(") | st.characters(), max_size=40))
def test_a_text_without_required_literals_never_matches(stock: Detector, text: str) -> None:
    holds = Traits(text)
    for pattern in _patterns(stock.engine):
        if not holds.meet(needs_of_pattern(pattern, FLAGS)):
            assert regex.search(pattern, text, flags=FLAGS) is None


def test_an_alternation_requires_what_all_branches_require() -> None:
    assert either([Needs(3, (frozenset("@"),)), Needs(2, (frozenset("@"), frozenset(".")))]) == Needs(
        2, (frozenset("@"),)
    )
    assert either([]) == Needs()
