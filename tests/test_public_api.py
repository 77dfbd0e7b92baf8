"""`import redaction` gives the public interface, and loads only what is used."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import redaction

ROOT = Path(__file__).parents[1]
HEAVY = ("dagster", "numpy", "openlineage", "polars", "presidio_analyzer", "pydantic", "spacy")
PACKAGES = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "redaction").rglob("__init__.py"))


def loaded_by(code: str, names: tuple[str, ...]) -> list[str]:
    report = f"import sys\n{code}\nprint([name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in names if repr(name) in done.stdout.splitlines()[-1]]


@pytest.mark.parametrize("package", ["builds", "config", "detection", "operations", "replacement"])
def test_every_name_that_a_package_imports_late_is_there(package: str) -> None:
    module = import_module(f"redaction.{package}")
    assert module.__all__
    assert [name for name in module.__all__ if getattr(module, name, None) is None] == []


@pytest.mark.parametrize("name", redaction.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(redaction, name) is not None
    assert name in dir(redaction)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Detectr'"):
        redaction.Detectr  # noqa: B018


def test_importing_the_package_loads_nothing_else() -> None:
    assert loaded_by("import redaction", HEAVY) == []


def test_no_package_loads_dagster_or_a_lineage_client() -> None:
    code = "\n".join(f"import {package}" for package in PACKAGES)
    assert loaded_by(code, ("dagster", "openlineage", "pipelines")) == []


def examples() -> list[tuple[str, str]]:
    """The Python code of the documents whose last line says in a comment what it gives."""
    texts = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/rights.md")}
    blocks = [
        (name, code) for name, text in texts.items() for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    ]
    return [(name, code) for name, code in blocks if "  # " in code.strip().splitlines()[-1]]


def test_documents_have_examples() -> None:
    assert [name for name, code in examples() if "decide(" in code] == ["README.md", "docs/rights.md"]


@pytest.mark.parametrize(("name", "code"), examples())
def test_examples_give_what_their_last_line_says(name: str, code: str) -> None:
    *lines, last = code.strip().splitlines()
    expression, _, result = last.partition("  # ")
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    assert eval(expression, names) == ast.literal_eval(result), name
