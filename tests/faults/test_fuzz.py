"""Readers of what comes from outside answer every input: they read it, or refuse it in one line.

`corpus.json` holds inputs that once were wrong or nearly so; add what Hypothesis finds. The view of texts is fuzzed in
`tests/detection/text/test_view.py`.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from redaction.config import load_config
from redaction.detection.recognizers.numbers.recognizer import NumberRecognizer
from redaction.errors import DiscreetError, ProgramError
from redaction.operations.stream import TextOut
from redaction.operations.stream.json_lines import format_json_line, read_json_line
from redaction.tables import TABLES, TableName, TablesError, TableSettings, open_table, read_batches
from tests.network import ROOT, Network

CORPUS: Final = json.loads((ROOT / "tests/faults/corpus.json").read_text("utf-8"))
DEEP: Final = [f'{{"id": {"[" * n}{"]" * n}, "text": "a"}}' for n in (31, 32, 33, 300, 900, 960, 990, 100_000)]
TEXT: Final = st.text(st.characters(exclude_categories=()), max_size=12)  # half characters too
VALUE: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECT: Final = st.fixed_dictionaries({}, optional={"id": VALUE, "text": VALUE, "language": VALUE, "more": VALUE})
LINE: Final = st.binary(max_size=60) | OBJECT.map(lambda value: json.dumps(value).encode())


def answered(line: bytes) -> None:
    """Check that a line is answered by one line of strict JSON with its id."""
    read = read_json_line(line)
    answer = format_json_line(TextOut(read.id, None if read.problem else read.text, problem=read.problem))
    assert not set(answer) & set("\n\r\u2028\u2029\x85\x1b")
    answer.encode("utf-8")
    assert json.loads(answer, parse_constant=pytest.fail)["id"] == read.id


@pytest.mark.parametrize("line", [*CORPUS["lines"], *DEEP], ids=lambda line: line[:30])
def test_a_known_line_is_answered(line: str) -> None:
    answered(line.encode())


@given(LINE)
def test_any_line_is_answered(line: bytes) -> None:
    answered(line)


@pytest.fixture(scope="module")
def numbers() -> NumberRecognizer:
    return NumberRecognizer(regions=("US", "GB", "IN", "DE"))


def has_sound_spans(numbers: NumberRecognizer, text: str) -> None:
    ends = [(found.start, found.end) for found in numbers.analyze(text, list(map(str, numbers.types)))]
    assert all(0 <= start < end <= len(text) for start, end in ends)


@pytest.mark.parametrize("text", CORPUS["numbers"])
def test_known_numbers_are_read(numbers: NumberRecognizer, text: str) -> None:
    has_sound_spans(numbers, text)


@given(text=st.text(st.sampled_from("0123456789+-() ./:#٣９②½\u200b\u00a0aX"), max_size=60))
def test_any_numbers_are_read(numbers: NumberRecognizer, text: str) -> None:
    has_sound_spans(numbers, text)


def is_read_or_refused(path: Path) -> None:
    try:
        load_config(path)
    except ProgramError:
        raise
    except DiscreetError as error:
        assert str(error).isprintable(), ascii(str(error))


@pytest.mark.parametrize("text", CORPUS["configs"])
def test_a_known_config_is_read_or_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    is_read_or_refused(tmp_path / "config.yaml")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = Network().write(tmp_path_factory.mktemp("config"))
    return path, yaml.safe_load(path.read_text("utf-8"))


@given(data=st.data())
def test_any_config_is_read_or_refused(settings: tuple[Path, dict[str, Any]], data: st.DataObject) -> None:
    """One value anywhere in a good config is replaced."""
    path, good = settings
    changed = json.loads(json.dumps(good))
    at: Any = changed
    while True:
        key = data.draw(st.sampled_from([*sorted(at), "more"]))
        if not isinstance(at.get(key), dict) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(VALUE)
    path.write_text(yaml.safe_dump(changed), "utf-8", "surrogateescape")
    is_read_or_refused(path)


@given(lines=st.lists(LINE, max_size=4))
def test_any_json_lines_are_read_or_refused(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("lines")
    (folder / "posts.jsonl").write_bytes(b"\n".join(lines))
    table = TABLES[TableName.posts]
    try:
        chosen = TableSettings.model_validate({"path": "posts.jsonl", "format": "jsonl", "columns": {"post_id": "id"}})
        for batch in read_batches(table, open_table(table, chosen, folder).files):
            assert batch.rows.height >= 0
    except TablesError as error:
        assert str(error).isprintable()
