"""JSON lines: exactly one line of strict JSON for each line, whatever the input."""

import io
import json
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import load_profile
from redaction.detection import Detector
from redaction.operations.stream import (
    LineBatches,
    StreamRedactor,
    TextIn,
    TextOut,
    format_json_line,
    read_json_line,
    redact_stream,
)
from redaction.replacement import Replacer

SOCIAL = load_profile("social")
DETECTOR = Detector.from_settings(SOCIAL)


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not JSON")


def answers(data: bytes) -> list[dict[str, Any]]:
    redactor = StreamRedactor(DETECTOR, Replacer())
    out = "".join(
        f"{format_json_line(result)}\n"
        for batch in LineBatches(io.BytesIO(data), 1 << 16)
        for result in redactor.redact([read_json_line(line) for line in batch])
    )
    assert len(out.encode("utf-8").splitlines()) == out.count("\n") == len(out.splitlines())
    return [json.loads(line, parse_constant=refuse) for line in out.splitlines()]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
OBJECTS = st.fixed_dictionaries(
    {}, optional={"id": VALUES, "text": st.just("Write to Jane Miller today") | VALUES, "language": VALUES}
)
LINES = st.one_of(
    OBJECTS.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    OBJECTS.map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20),
    st.sampled_from(
        [b'{"id":1e999,"text":"a"}', b"[" * 100_000, b'{"a":1,"a":2}', b"x" * 70_000, b"", b"\xef\xbb\xbf{}"]
    ),
)


@given(st.lists(LINES.map(lambda line: line.replace(b"\n", b" ")), max_size=8))
def test_each_line_has_one_answer_of_strict_json(lines: list[bytes]) -> None:
    found = answers(b"".join(line + b"\n" for line in lines))
    assert len(found) == len(lines)
    for line, answer in zip(lines, found, strict=True):
        assert {"id", "text", "spans"} <= set(answer)
        assert (answer["text"] is None) == ("error" in answer)
        assert "Jane Miller" not in str(answer["text"]) or "Jane Miller" not in line.decode("utf-8", "ignore")


@pytest.mark.parametrize("identifier", ["a", "\ud800", 1, -1.5, True, None, [1, [2]], {"a": {"b": [None]}}, 10**400])
def test_an_id_is_returned_whatever_it_is(identifier: object) -> None:
    [answer] = answers(json.dumps({"id": identifier, "text": "Write to Jane Miller today"}).encode())
    assert answer["id"] == identifier
    assert answer["text"] == "Write to [PERSON_1] today"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"id": NaN, "text": "a"}', "not_json"),
        (b'{"id": 1e999, "text": "a"}', "bad_id"),
        (b'{"id": [1e999], "text": "a"}', "bad_id"),
        (b'{"id": 1, "text": "a", "text": "Jane Miller"}', "duplicate_key"),
        (b'{"id": 1, "text": "Jane Miller \xff"}', "not_utf8"),
        (b'{"id": 7, "text": "Jane \\ud800"}', "not_unicode"),
        (b'{"id": 7, "text": 7}', "missing_text"),
        (b'{"id": 7, "text": "' + b"Jane Miller " * 10_000 + b'"}', "too_long"),
        (b"[" * 60_000, "not_json"),
        (b"7", "not_an_object"),
        (b"", "not_json"),
        (b'{"id": 7, "text": "Od trzech lat mieszkam z moim bratem w Berlinie."}', "language_unsupported"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error_line_and_the_next_is_answered(line: bytes, error: str) -> None:
    first, second = answers(line + b'\n{"id": 2, "text": "Write to Jane Miller today"}\n')
    assert (first["error"], first["text"], first["spans"]) == (error, None, [])
    assert first["id"] == (7 if line.startswith(b'{"id": 7') and error != "too_long" else None)
    assert second["text"] == "Write to [PERSON_1] today"


def test_characters_that_end_lines_or_steer_terminals_are_escaped() -> None:
    line = format_json_line(TextOut("\u2028\x85\x9b", "a\u2029\x1b[31m\x7f"))
    assert line.isprintable()
    assert json.loads(line)["text"] == "a\u2029\x1b[31m\x7f"


class Failing(Replacer):
    """Fails on one text, as a defect of the program would."""

    def replace(self, texts, spans, records=None, numbers=None):
        if any("broken" in text for text in texts):
            raise KeyError(texts)
        return super().replace(texts, spans, records, numbers)


def test_a_defect_on_one_text_withholds_that_text_alone() -> None:
    texts = [TextIn(1, "Jane Miller is here"), TextIn(2, "Jane Miller is broken"), TextIn(3, "Jane Miller is back")]
    results = list(redact_stream(texts, SOCIAL, Failing()))
    assert [result.text for result in results] == ["[PERSON_1] is here", None, "[PERSON_1] is back"]
    assert results[1].problem == "detection_failed"
