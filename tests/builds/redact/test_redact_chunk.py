"""Chunks count their spans, and hold their models no longer than asked."""

import weakref
from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction import load_profile
from redaction.builds.redact.redact_chunk import _counted, _detector, load_models, unload_models
from redaction.state.private_tables import COUNTS, SPANS

TYPES = st.sampled_from(["PERSON", "HANDLE", "EMAIL_ADDRESS", "Ä", ""])


@given(st.lists(st.lists(TYPES, max_size=5), max_size=6))
def test_the_types_of_each_text_are_counted_by_name(rows: list[list[str]]) -> None:
    spans = [[dict.fromkeys(("start", "end", "number"), 1) | {"entity_type": each} for each in row] for row in rows]
    counted = _counted(pl.Series("spans", spans, SPANS))
    assert counted.dtype == COUNTS
    assert counted.name == "entity_counts"
    assert [[(each["entity_type"], each["count"]) for each in row] for row in counted.to_list()] == [
        sorted(Counter(row).items()) for row in rows
    ]


def test_models_are_released_when_a_build_needs_them_no_more() -> None:
    settings = load_profile("social").model_dump_json(by_alias=True)
    load_models(settings)
    held = weakref.ref(_detector(settings))
    assert held() is not None
    unload_models()
    assert held() is None
