"""The figures, checked by hand on texts small enough to count."""

import json
import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.evaluation import (
    EvaluationSettings,
    LabeledSpan,
    LabeledText,
    Report,
    ThresholdSettings,
    check_thresholds,
    evaluate,
    read_labeled,
    render,
    to_json,
)
from redaction.evaluation.documents import EvaluationError
from redaction.evaluation.measure import Measure
from redaction.evaluation.misses import MissClass, classify
from redaction.evaluation.settings import Bound
from redaction.evaluation.slices import Slice, casing, script

SETTINGS = EvaluationSettings(resamples=200)


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    entity_type: str


def of(report: Report, kind: str) -> Measure:
    measure = report.for_type(kind)
    assert measure is not None
    return measure


def text_of(text, *spans, document_id="d", known=None, source="made"):
    labels = tuple(LabeledSpan(text.index(word), text.index(word) + len(word), kind) for word, kind in spans)
    return LabeledText(document_id, text, labels, source, "en", known or {})


def found(document, *words):
    return [Found(document.text.index(w), document.text.index(w) + len(w), kind) for w, kind in words]


ONE = text_of("Ask Jane Doe in Oslo", ("Jane Doe", "PERSON"), ("Oslo", "LOCATION"))


def test_leak_counts_characters_of_any_type_and_recall_counts_spans_of_the_same_type():
    report = evaluate([ONE], [found(ONE, ("Jane", "PERSON"), ("Oslo", "ORGANIZATION"))], SETTINGS)
    person, location = of(report, "PERSON"), of(report, "LOCATION")
    assert person.leak.value == pytest.approx(4 / 8)
    assert (person.recall.value, person.precision.value, person.f_beta.value) == (1.0, 1.0, 1.0)
    assert location.leak.value == 0.0
    assert (location.labelled, location.detected, location.recall.value) == (1, 0, 0.0)
    assert math.isnan(location.precision.value)


def test_over_counts_unlabeled_characters_without_spaces_and_links():
    document = text_of("Ask Jane at https://example.com now", ("Jane", "PERSON"))
    hits = found(document, ("Ask", "PERSON"), ("https://example.com", "URL"))
    overall = evaluate([document], [hits], SETTINGS).overall
    assert overall.characters == len("Askatnow")
    assert overall.over.value == pytest.approx(3 / 8)


def test_precision_and_f2():
    document = text_of("Jane met Bob", ("Jane", "PERSON"), ("Bob", "PERSON"))
    report = evaluate([document], [found(document, ("Jane", "PERSON"), ("met", "PERSON"))], SETTINGS)
    person = of(report, "PERSON")
    assert (person.precision.value, person.recall.value) == (0.5, 0.5)
    document = text_of("Jane met Bob", ("Jane", "PERSON"))
    person = of(evaluate([document], [found(document, ("Jane", "PERSON"), ("met", "PERSON"))], SETTINGS), "PERSON")
    assert person.f_beta.value == pytest.approx(5 * 0.5 / (4 * 0.5 + 1))


def test_same_type_counts_detected_types_as_labeled_ones():
    document = text_of("mail me: 078-05-1120", ("078-05-1120", "NATIONAL_ID"))
    report = evaluate([document], [found(document, ("078-05-1120", "US_SSN"))], SETTINGS)
    assert of(report, "NATIONAL_ID").recall.value == 1.0


def test_handles_and_names_have_separate_figures():
    text = "Jane @jane"
    document = LabeledText(
        "d", text, (LabeledSpan(0, 4, "PERSON", "plain"), LabeledSpan(5, 10, "PERSON", "handle")), "made"
    )
    report = evaluate([document], [[Found(0, 4, "PERSON")]], SETTINGS)
    assert of(report, "PERSON").leak.value == 0.0
    assert of(report, "PERSON/handle").leak.value == 1.0


def test_intervals_contain_the_figure_and_are_reproducible():
    documents = [text_of(f"Jane {i}", ("Jane", "PERSON"), document_id=str(i)) for i in range(40)]
    hits = [found(d, ("Jane", "PERSON")) if i % 4 else [] for i, d in enumerate(documents)]
    first = of(evaluate(documents, hits, SETTINGS), "PERSON").leak
    assert first == of(evaluate(documents, hits, SETTINGS), "PERSON").leak
    assert first.value == pytest.approx(0.25)
    assert 0.05 < first.low < 0.25 < first.high < 0.45


def test_slices_cut_by_casing_length_script_and_known_values():
    document = text_of(
        "jane and OLE OLSEN and Анна",
        ("jane", "PERSON"),
        ("OLE OLSEN", "PERSON"),
        ("Анна", "PERSON"),
        known={"given_names": ("Jané",)},
    )
    slices = evaluate([document], [found(document, ("jane", "PERSON"))], SETTINGS).by_slice
    leaks = {(which, value): rows[0].leak.value for which, table in slices.items() for value, rows in table.items()}
    assert leaks[Slice.CASING, "lower"] == 0.0
    assert leaks[Slice.CASING, "upper"] == 1.0
    assert leaks[Slice.LENGTH, "two words"] == 1.0
    assert leaks[Slice.SCRIPT, "Cyrillic"] == 1.0
    assert leaks[Slice.KNOWN, "known"] == 0.0
    assert leaks[Slice.KNOWN, "not known"] == 1.0
    assert leaks[Slice.SOURCE, "made"] == pytest.approx(13 / 17)
    assert leaks[Slice.LANGUAGE, "en"] == pytest.approx(13 / 17)


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("@jane", MissClass.HANDLE),
        ("#JaneDoe", MissClass.HASHTAG),
        ("Анна", MissClass.OTHER_SCRIPT),
        ("J.R.", MissClass.INITIALS),
        ("Zoë", MissClass.DIACRITICS),
        ("jane doe", MissClass.ALL_LOWER),
        ("JANE DOE", MissClass.ALL_CAPS),
        ("Jane", MissClass.SINGLE_WORD),
        ("Jane Doe", MissClass.SEVERAL_WORDS),
        ("12 34", MissClass.NO_LETTERS),
    ],
)
def test_every_miss_has_its_class(surface, expected):
    assert classify(surface) is expected


def test_casing_and_script():
    assert [casing(s) for s in ("jane", "JANE", "Jane Doe", "McDoe", "山田")] == [
        "lower",
        "upper",
        "title",
        "mixed",
        "none",
    ]
    assert (script("山田"), script("12"), script("Ole")) == ("Cjk", "none", "Latin")


def test_text_is_shown_only_on_request():
    report = evaluate([ONE], [[]], SETTINGS)
    for shown in (render(report), to_json(report)):
        assert "Jane" not in shown
        assert "Oslo" not in shown
    assert "'Jane Doe'" in render(report, show_text=[ONE])


def test_json_is_complete_and_has_no_nan():
    content = json.loads(
        to_json(evaluate([ONE], [[]], SETTINGS), check_thresholds(evaluate([ONE], [[]], SETTINGS), ThresholdSettings()))
    )
    assert content["types"][1]["leak"]["value"] == 1.0
    assert content["types"][1]["precision"]["value"] is None
    assert content["misses"][0]["examples"] == [["d", 4, 12]]
    assert content["gate"]["passed"] is True


def test_each_threshold_is_checked_and_fails_where_nothing_was_measured():
    report = evaluate([ONE], [found(ONE, ("Jane", "PERSON"), ("Ask", "PERSON"))], SETTINGS)
    gate = ThresholdSettings(max_leak={"PERSON": 0.5, "HANDLE": 1.0}, min_recall={"LOCATION": 0.5}, max_over=0.1)
    thresholds = check_thresholds(report, gate)
    assert {check.figure: check.passed for check in thresholds.checks} == {
        "leak of HANDLE": False,
        "leak of PERSON": True,
        "recall of LOCATION": False,
        "over-redaction": False,
    }
    assert not thresholds.passed
    assert "FAILED" in render(report, thresholds)
    assert check_thresholds(report, ThresholdSettings(max_leak={"PERSON": 0.5})).passed


def test_the_upper_bound_is_stricter():
    documents = [text_of(f"Jane {i}", ("Jane", "PERSON")) for i in range(20)]
    hits = [found(d, ("Jane", "PERSON")) if i % 4 else [] for i, d in enumerate(documents)]
    report = evaluate(documents, hits, SETTINGS)
    at_point = ThresholdSettings(max_leak={"PERSON": 0.26})
    assert check_thresholds(report, at_point).passed
    assert not check_thresholds(report, at_point.model_copy(update={"bound": Bound.UPPER})).passed


def test_labeled_texts_are_read_and_a_bad_line_is_named(tmp_path):
    path = tmp_path / "made.jsonl"
    good = {
        "id": 7,
        "text": "Jane in Oslo",
        "spans": [{"start": 8, "end": 12, "label": "GPE"}],
        "known": {"n": ["Jane"]},
    }
    path.write_text(json.dumps(good) + "\n\n", encoding="utf-8")
    (document,) = read_labeled(path, EvaluationSettings().same_type)
    assert (document.document_id, document.source, document.spans[0].entity_type) == ("7", "made", "LOCATION")
    assert document.known == {"n": ("Jane",)}
    for spans in ([{"start": 8, "end": 13, "label": "GPE"}], [{"start": 1}], None):
        path.write_text(json.dumps(good) + "\n" + json.dumps(good | {"spans": spans}), encoding="utf-8")
        with pytest.raises(EvaluationError, match=r"made\.jsonl, line 2") as caught:
            read_labeled(path)
        assert "Jane" not in str(caught.value)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_labeled(tmp_path / "none.jsonl")


def test_texts_and_detections_must_match():
    with pytest.raises(EvaluationError, match="one list a text"):
        evaluate([ONE], [], SETTINGS)
    with pytest.raises(EvaluationError):
        evaluate([], [], SETTINGS)


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=4), st.data())
def test_figures_are_shares_and_full_cover_leaks_nothing(text, stretches, data):
    size = len(text)
    spans = tuple(LabeledSpan(s, min(s + n, size), "PERSON") for s, n in stretches if s < min(s + n, size))
    document = LabeledText("d", text, spans, "made")
    hits = [
        Found(s, e, "PERSON")
        for s, e in data.draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3))
        if s < e <= size
    ]
    settings = EvaluationSettings(resamples=10)
    report = evaluate([document], [hits], settings)
    for measure in report.by_type:
        assert 0 <= measure.leak.value <= 1
        assert 0 <= measure.recall.value <= 1
    whole = evaluate([document], [[Found(0, size, "PERSON")]] if size else [[]], settings)
    assert all(m.leak.value == 0 for m in whole.by_type)
