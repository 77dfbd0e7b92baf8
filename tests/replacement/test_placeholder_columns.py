"""Placeholders put back against the replacer that gave them."""

import itertools

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.detection import Span
from redaction.replacement import ReplacementSettings, Replacer, apply_placeholders, rewrite_column

SPANS = pl.List(pl.Struct({"start": pl.UInt32, "end": pl.UInt32, "entity_type": pl.String, "number": pl.UInt32}))
REPLACER = Replacer(
    ReplacementSettings.model_validate({"default": {"operator": "placeholder"}, "entities": {}}), b"k" * 32
)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    """A text, and spans in it that do not overlap; some touch."""
    typed = st.sampled_from(["[PERSON_1]", "[", "PERSON_", "1", "\uff11", "]", "[A_kab2]"])
    text = "".join(draw(st.lists(st.text("ab é🎉\u0301日\n", max_size=4) | typed, max_size=6)))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = itertools.pairwise(cuts)
    kinds = st.sampled_from(["PERSON", "LOCATION", None])
    named = [(start, end, draw(kinds)) for start, end in pairs]
    return text, tuple(Span(start, end, kind, 0.9, "any") for start, end, kind in named if kind)


@given(st.lists(marked(), max_size=6))
def test_the_result_equals_that_of_the_replacer(some: list[tuple[str, tuple[Span, ...]]]) -> None:
    texts, spans = [text for text, _ in some], [marks for _, marks in some]
    made = REPLACER.replace(texts, spans)
    rows = [
        [
            {"start": s.start, "end": s.end, "entity_type": s.entity_type, "number": n}
            for s, n in zip(f, m.numbers, strict=False)
        ]
        for f, m in zip(spans, made, strict=True)
    ]
    redacted = apply_placeholders(pl.Series("text", texts, pl.String), pl.Series("spans", rows, SPANS))
    assert redacted.to_list() == [each.text for each in made]
    assert redacted.name == "text"


@given(
    st.lists(st.lists(st.sampled_from(["[PERSON_1]", "[", "A_1", "\uff11", "]", "é", "k2"]), max_size=6).map("".join))
)
def test_texts_without_spans_are_those_of_the_replacer(texts: list[str]) -> None:
    made = REPLACER.replace(texts, [()] * len(texts))
    column = pl.Series("text", texts, pl.String).to_frame().select(rewrite_column(pl.col("text"))).to_series()
    assert column.to_list() == [each.text for each in made]
