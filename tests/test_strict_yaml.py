"""YAML is read as it is written, or refused with its file and line."""

from pathlib import Path

import pytest

from redaction.errors import DiscreetError
from redaction.strict_yaml import read_mapping


class ExampleError(DiscreetError):
    """The error that the tests ask for."""


def read(path: Path, content: str | bytes) -> dict[str, object]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_mapping(path, ExampleError, "docs/example.md")[1]


@pytest.mark.parametrize("word", ["NO", "no", "Yes", "on", "off", "True"])
def test_a_word_stays_a_word(tmp_path: Path, word: str) -> None:
    assert read(tmp_path / "a.yaml", f"country: {word}\n") == {"country": word}


def test_true_and_false_are_booleans(tmp_path: Path) -> None:
    assert read(tmp_path / "a.yaml", "a: true\nb: false\n") == {"a": True, "b": False}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", "line 2: the key 'c' is given twice; correct it"),
        ("a: [1\nb: 2\n", "line 2: "),
        ("a: " + "[" * 5000 + "]" * 5000, "lists or mappings are nested too deeply; correct it"),
        ("- a\n- b\n", "not a mapping of keys to values; see docs/example.md"),
        ("", "not a mapping of keys to values; see docs/example.md"),
        ("a: Grüße".encode("latin-1"), "cannot be read (UnicodeDecodeError); give a UTF-8 YAML file"),
    ],
)
def test_other_content_is_refused_in_one_line(tmp_path: Path, content: str | bytes, problem: str) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises(ExampleError) as error:
        read(path, content)
    assert str(error.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match=r"a\.yaml: no such file; correct the path$"):
        read_mapping(tmp_path / "a.yaml", ExampleError, "docs/example.md")
