"""Labels come back as they were from every format, and files of the other tools are read as these tools write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.evaluation import LabeledSpan, LabeledText
from redaction.operations.review import Format, ReviewError, dump, load

TEXT = "😀 Meet Ada Okafor\nin Boston."


@st.composite
def labeled(draw: st.DrawFn) -> LabeledText:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda each: each[0] < each[1])
    kinds = st.sampled_from(["PERSON", "LOCATION", "EMAIL_ADDRESS"])
    spans = draw(st.sets(st.tuples(places, kinds), max_size=4))
    found = sorted((LabeledSpan(*place, kind) for place, kind in spans), key=lambda s: (s.start, s.end, s.entity_type))
    language = draw(st.sampled_from(["en", None]))
    return LabeledText(draw(st.text("0123456789abcdef", min_size=8)), text, tuple(found), "", language)


@given(st.lists(labeled(), max_size=5), st.sampled_from(Format))
def test_an_import_of_an_export_is_what_was_exported(texts: list[LabeledText], form: Format) -> None:
    assert load(dump(texts, form), form, "labels") == texts


def test_known_values_are_exported_for_the_evaluation_only() -> None:
    text = LabeledText("1", TEXT, (), "", "en", {"full_names": ("Ada Okafor",)})
    assert load(dump([text], Format.DISCREET), Format.DISCREET, "labels") == [text]
    for form in (Format.LABEL_STUDIO, Format.DOCCANO):
        assert "full_names" not in dump([text], form)


def task(**value: object) -> str:
    result = [{"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}]
    cancelled = {"was_cancelled": True, "result": []}
    data = {"data": {"text": TEXT}, "annotations": [cancelled, {"was_cancelled": False, "result": result}]}
    return json.dumps([{"id": 7, **data}, {"id": 8, "data": {"text": TEXT}, "annotations": []}])


@pytest.mark.parametrize("start", [7, 8], ids=["code points", "UTF-16 units"])
def test_label_studio_counts_code_points_or_utf_16(start: int) -> None:
    content = task(start=start, end=start + 10, text="Ada Okafor", labels=["PERSON"])
    (read,) = load(content, Format.LABEL_STUDIO, "tasks.json")
    assert [TEXT[s.start : s.end] for s in read.spans] == ["Ada Okafor"]
    assert read.document_id == "7"


def test_a_span_that_is_not_where_its_quotation_is_is_refused() -> None:
    with pytest.raises(ReviewError, match=r"tasks\.json, task 1: not of the format") as refused:
        load(task(start=2, end=6, text="Okafor", labels=["PERSON"]), Format.LABEL_STUDIO, "tasks.json")
    assert "Okafor" not in str(refused.value)


@pytest.mark.parametrize(
    "spans",
    [
        {"label": [[7, 17, "PERSON"]]},
        {"labels": [[7, 17, "PERSON"]]},
        {"entities": [{"id": 1, "label": "PERSON", "start_offset": 7, "end_offset": 17}], "relations": []},
    ],
)
def test_doccano_has_three_forms(spans: dict[str, object]) -> None:
    (read,) = load(json.dumps({"id": 3, "text": TEXT, **spans}), Format.DOCCANO, "all.jsonl")
    assert read == LabeledText("3", TEXT, (LabeledSpan(7, 17, "PERSON"),), "")


@pytest.mark.parametrize("content", ["{", "[]", '{"text": "x"}', '{"text": "x", "label": [[0, 9, "PERSON"]]}'])
def test_what_is_not_of_the_format_is_refused_in_one_line(content: str) -> None:
    with pytest.raises(ReviewError, match=r"all\.jsonl, line 1: not of the format doccano"):
        load(content, Format.DOCCANO, "all.jsonl")
