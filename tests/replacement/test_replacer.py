import pickle
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_anonymizer.operators import Operator, OperatorType

from redaction.replacement import RedactedText, ReplacementSettings, Replacer
from redaction.replacement.errors import ReplacementError
from redaction.replacement.settings import OperatorName

KEY = bytes(range(32))


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    entity_type: str


class Badge(Operator):
    def operate(self, text="", params=None):
        return f"<{params['prefix']}:{len(text)}>"

    def validate(self, params=None):
        if "prefix" not in params:
            raise ValueError("prefix is missing")

    def operator_name(self):
        return "badge"

    def operator_type(self):
        return OperatorType.Anonymize


class Faulty(Badge):
    def operate(self, text="", params=None):
        raise ValueError(f"cannot read {text}")

    def validate(self, params=None):
        return None

    def operator_name(self):
        return "faulty"


def replacer(key: bytes = KEY, **settings: Any) -> Replacer:
    return Replacer(ReplacementSettings.model_validate(settings), key)


def marked(text: str) -> tuple[str, list[Mark]]:
    """Return the text with `{PERSON:Jane}` as Jane, and the spans."""
    out, done = "", 0
    spans: list[Mark] = []
    for match in re.finditer(r"\{([A-Z_]+):([^}]*)\}", text):
        out += text[done : match.start()]
        spans.append(Mark(len(out), len(out) + len(match[2]), match[1]))
        out += match[2]
        done = match.end()
    return out + text[done:], spans


def redact(text: str, key: bytes = KEY, **settings: Any) -> RedactedText:
    plain, spans = marked(text)
    return replacer(key, **settings).replace([plain], [spans])[0]


def test_one_person_has_one_number():
    text = (
        "{PERSON:Jane Doe} met {PERSON:Ravi Rao}. {PERSON:JANE DOE's} team likes {PERSON:Jane}, {PERSON:Doé} "
        "and {PERSON:Rao}."
    )
    assert redact(text).text == (
        "[PERSON_1] met [PERSON_2]. [PERSON_1] team likes [PERSON_1], [PERSON_1] and [PERSON_2]."
    )


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Jane Doe", "Ja\u200bne Doe", True),
        ("Jane Doe", "Ｊａｎｅ Ｄｏｅ", True),
        ("Jane Doe", "Dr. Jane Doe", True),
        ("Jane Doe", "J. Doe", True),
        ("Jane Doe", "#JaneDoe", True),
        ("José Núñez", "jose nunez", True),
        ("Søren Krag", "Soren Krag", True),
        ("Sean O’Brien", "Sean O'Brien", True),
        ("राम कुमार", "राम", True),
        ("राम", "रम", False),
        ("Jane Doe", "Janet Doe", False),
        ("Jane Doe", "Doe Jane", False),
        ("Jane Doe", "D", False),
    ],
)
def test_spellings_of_one_person(first, second, same):
    out = redact(f"{{PERSON:{first}}} / {{PERSON:{second}}}").text
    assert out == ("[PERSON_1] / [PERSON_1]" if same else "[PERSON_1] / [PERSON_2]")


def test_an_ambiguous_short_name_has_its_own_number():
    out = redact("{PERSON:Jane Doe}, {PERSON:Jane Roe}, {PERSON:Jane}").text
    assert out == "[PERSON_1], [PERSON_2], [PERSON_3]"


def test_a_short_name_before_the_full_one():
    assert redact("{PERSON:Jane} is {PERSON:Jane Mary Doe}, or {PERSON:Jane Doe}").text == (
        "[PERSON_1] is [PERSON_1], or [PERSON_1]"
    )


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("EMAIL_ADDRESS", "jane@corp.example", "Jane at corp dot example"),
        ("EMAIL_ADDRESS", "jane@corp.example", "jane[at]corp(dot)example"),
        ("PHONE_NUMBER", "+1 (555) 010-0100", "+15550100100"),
        ("HANDLE", "@jane_doe", "jane_doe"),
        ("LOCATION", "München", "munchen"),
    ],
)
def test_other_values_are_compared_folded(kind, first, second):
    assert redact(f"{{{kind}:{first}}} {{{kind}:{second}}}").text == f"[{kind}_1] [{kind}_1]"


def test_types_are_numbered_and_counted_separately():
    done = redact(
        "{PERSON:Ann} of {LOCATION:Bern}, {LOCATION:Rome}: {HANDLE:@ann}",
        entities={"HANDLE": "keep"},
    )
    assert done.text == "[PERSON_1] of [LOCATION_1], [LOCATION_2]: @ann"
    assert done.entity_counts == {"LOCATION": 2, "PERSON": 1}


def test_a_literal_placeholder_in_the_text_reserves_its_number():
    assert redact("[PERSON_1] and [PERSON_3] thank {PERSON:Ann}, {PERSON:Bob}").text == (
        "(PERSON_1) and (PERSON_3) thank [PERSON_2], [PERSON_4]"
    )


def test_texts_of_one_record_share_numbers_and_others_do_not():
    texts, spans = zip(*map(marked, ["{PERSON:Bob}", "{PERSON:Ann Lee}", "{PERSON:Ann}"]), strict=True)
    done = replacer().replace(texts, spans, records=["a", "b", "b"])
    assert [r.text for r in done] == ["[PERSON_1]", "[PERSON_1]", "[PERSON_1]"]
    assert [r.text for r in replacer().replace(texts, spans)] == ["[PERSON_1]"] * 3
    together = replacer().replace(texts, spans, records=["a", "a", "a"])
    assert [r.text for r in together] == ["[PERSON_1]", "[PERSON_2]", "[PERSON_2]"]


def test_pseudonyms_are_keyed_and_the_same_in_every_record():
    one = redact("{PERSON:Jane Doe}", default="pseudonym").text
    assert re.fullmatch(r"\[PERSON_k[a-z2-7]{12}\]", one)
    assert redact("{PERSON:JANE  DOE's}", default="pseudonym").text == one
    assert redact("{LOCATION:Jane Doe}", default="pseudonym").text[10:] != one[8:]
    assert redact("{PERSON:Jane Doe}", key=bytes(32), default="pseudonym").text != one
    longer = redact("{PERSON:Jane Doe}", default={"operator": "pseudonym", "bits": 80}).text
    assert len(longer) == len(one) + 4


def test_presidio_operators():
    text = "{PHONE_NUMBER:5550100} {EMAIL_ADDRESS:a@b.example} {SECRET:hunter2}"
    entities = {
        "PHONE_NUMBER": {"operator": "mask", "masking_char": "#", "chars_to_mask": 5},
        "EMAIL_ADDRESS": {"operator": "hash"},
        "SECRET": "redact",
    }
    done = redact(text, entities=entities).text
    assert re.fullmatch(r"#####00 [0-9a-f]{64} ", done)
    assert redact(text, entities=entities).text == done, "the salt must not be random"
    assert redact(text, key=bytes(32), entities=entities).text != done
    assert redact("{PHONE_NUMBER:5550100}", default="mask").text == "*******"


def test_an_ambiguous_date_becomes_a_placeholder():
    text = "{DATE_TIME:last week}, {DATE_TIME:12 March 2021}, {DATE_TIME:soon}"
    assert redact(text, default="date_to_month").text == "[DATE_TIME_1], 2021-03, [DATE_TIME_2]"


def test_a_plug_in_operator():
    dotted = f"{__name__}.Badge"
    done = redact("{EMPLOYEE_ID:E123}", entities={"EMPLOYEE_ID": {"operator": dotted, "params": {"prefix": "id"}}})
    assert done.text == "<id:4>"
    presidio = {"operator": "presidio_anonymizer.operators.Replace", "params": {"new_value": "X"}}
    assert redact("{NRP:any}", default=presidio).text == "X"


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"operator": f"{__name__}.Badge"}, "refuses its parameters: prefix is missing"),
        ({"operator": f"{__name__}.Nothing"}, "no operator"),
        ({"operator": "no_such_package.Badge"}, "no operator"),
        ({"operator": f"{__name__}.Mark"}, "is not a presidio_anonymizer"),
        ({"operator": "date_to_month", "locales": ["xx"]}, "unknown locale"),
    ],
)
def test_unusable_operators_are_refused_at_once(settings, match):
    with pytest.raises(ReplacementError, match=match):
        replacer(default=settings)


def test_a_failing_operator_never_repeats_the_value():
    with pytest.raises(ReplacementError) as caught:
        redact("{SECRET:hunter2}", default=f"{__name__}.Faulty")
    assert "hunter2" not in str(caught.value)
    assert "faulty" in str(caught.value).lower()
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["encrypt", "replace", "nonsense", "custom"])
def test_unknown_operator_names_are_refused(name):
    with pytest.raises(ValueError, match=r"operator|tag"):
        ReplacementSettings.model_validate({"default": name})


@pytest.mark.parametrize("settings", [{"operator": "pseudonym", "bits": 35}, {"operator": "keep", "more": 1}])
def test_invalid_parameters_are_refused(settings):
    with pytest.raises(ValueError, match=r"bits|more"):
        ReplacementSettings.model_validate({"entities": {"PERSON": settings}})


@pytest.mark.parametrize(
    "spans",
    [
        [Mark(0, 4, "PERSON"), Mark(3, 6, "PERSON")],
        [Mark(5, 40, "PERSON")],
        [Mark(3, 3, "PERSON")],
        [Mark(-2, 3, "PERSON")],
    ],
)
def test_invalid_spans_are_refused_without_repeating_the_text(spans):
    with pytest.raises(ReplacementError, match="text 0 overlaps") as caught:
        replacer().replace(["hunter2 hunter2"], [spans])
    assert "hunter" not in str(caught.value)


def test_a_short_key_is_refused():
    with pytest.raises(ReplacementError, match="31 bytes"):
        replacer(key=bytes(31))


def test_the_fingerprint_follows_settings_and_not_the_key():
    assert replacer().fingerprint == replacer(key=bytes(32)).fingerprint
    assert replacer().fingerprint != replacer(default="redact").fingerprint
    assert KEY.hex() not in repr(replacer()) + replacer().fingerprint


def test_every_operator_name_has_an_operator():
    for name in OperatorName:
        assert redact("{PERSON:Ann}", default=name.value).text is not None


@st.composite
def texts_with_spans(draw):
    outside = st.text(st.sampled_from("abc [](){}_-\u200b\n,.é日😀"), max_size=12)
    inside = st.text(st.sampled_from("XYZ XÜ\u0308Ｚ👩‍🚀\u00a0"), min_size=1, max_size=8)
    kinds = st.sampled_from(["PERSON", "LOCATION", "EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_TIME"])
    text, spans, rest = draw(outside), [], []
    rest.append(text)
    for value, kind, after in draw(st.lists(st.tuples(inside, kinds, outside), max_size=6)):
        spans.append(Mark(len(text), len(text) + len(value), kind))
        text += value + after
        rest.append(after)
    return text, spans, rest


@given(texts_with_spans(), st.sampled_from(["placeholder", "pseudonym", "hash", "redact", "date_to_month"]))
def test_text_outside_the_spans_is_unchanged_and_inside_is_replaced(case, operator):
    text, spans, rest = case
    rep = replacer(default=operator)
    done = rep.replace([text], [spans])[0].text
    pattern = {"redact": "", "hash": "[0-9a-f]{64}"}.get(operator, r"\[[A-Z_]+_(?:\d+|k[a-z2-7]{12})\]")
    assert re.fullmatch(pattern.join(re.escape(part) for part in rest), done)
    assert not set("XYZÜＺ👩") & set(re.sub(r"\[[A-Z_]+_", "", done))
    assert rep.replace([text], [spans])[0].text == done


@given(st.lists(texts_with_spans(), max_size=5))
def test_batches_and_pickling_do_not_change_the_result(cases):
    texts, spans = [c[0] for c in cases], [c[1] for c in cases]
    rep = replacer(entities={"PERSON": "pseudonym", "DATE_TIME": "date_to_month"})
    whole = rep.replace(texts, spans)
    copy = pickle.loads(pickle.dumps(rep))
    assert [copy.replace([t], [s])[0] for t, s in zip(texts, spans, strict=True)] == whole


@given(texts_with_spans())
def test_redacting_twice_keeps_persons_apart(case):
    text, spans, _ = case
    done = replacer().replace([text], [spans])[0].text
    again = [Mark(m.start(), m.end(), m[1]) for m in re.finditer(r"\[([A-Z_]+)_\d+\]", done)]
    numbers = re.findall(r"\[[A-Z_]+_\d+\]", replacer().replace([done], [again])[0].text)
    first = re.findall(r"\[[A-Z_]+_\d+\]", done)
    same = [a == b for a in first for b in first]
    assert [a == b for a in numbers for b in numbers] == same, "the same mentions share a number after a second pass"


def test_without_settings_placeholders_are_numbered_and_the_key_is_random() -> None:
    assert Replacer().replace(["by Jane"], [[Mark(3, 7, "PERSON")]])[0].text == "by [PERSON_1]"
    settings = ReplacementSettings.model_validate({"default": "hash"})
    hashed = [Replacer(settings).replace(["Jane"], [[Mark(0, 4, "PERSON")]])[0].text for _ in range(2)]
    assert hashed[0] != hashed[1]
