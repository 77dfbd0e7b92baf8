"""YAML is read as it is written, or refused with its file and line."""

from pathlib import Path

import pytest
import yaml

from redaction.errors import DiscreetError
from redaction.strict_yaml import QuickLoader, StrictLoader, load_by, read_mapping
from tests.network import ROOT


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


ODD = (
    "a: 012\nb: '012'\nc: |\n  x\n  y\nd: >-\n  folded\n  text\ne: 1:30\nf: 2024-01-02\n",
    "? [a]\n: b\n",
    "base: &b {x: 1}\nmore: {<<: *b, y: no}\nlist: [*b, ~, null, '']\n",
    "# only a comment\n",
    "a: !!str 1\nb: !other 2\n",
    "\ufeffa: 'Zoë \U0001f600'\n'b': \"\\u00e9\\x1b\"\n",
    "a: {x: 1, y: [2, 3,], z: }\n",
    "---\na: 1\n...\n",
    "---\na: 1\n---\nb: 2\n",
)


def layout(node: yaml.Node | None) -> object:
    """Return what is read from a node: tags, values, lines, and what is in quotes."""
    if node is None:
        return None
    value = [layout(each) for each in node.value] if isinstance(node, yaml.SequenceNode) else node.value
    if isinstance(node, yaml.MappingNode):
        value = [(layout(key), layout(each)) for key, each in node.value]
    quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
    return node.tag, value, node.start_mark.line, quoted


def loaded(loader: StrictLoader | QuickLoader) -> object:
    try:
        node, values = load_by(loader)
    except yaml.YAMLError as error:
        return type(error)
    return layout(node), values


@pytest.mark.parametrize("text", [*ODD, *(path.read_text("utf-8") for path in sorted(ROOT.glob("configs/**/*.yaml")))])
def test_both_parsers_give_the_same(text: str) -> None:
    assert loaded(QuickLoader(text)) == loaded(StrictLoader(text))
