"""The private names of other libraries that detection uses, and the version limits that must go with them."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "redaction" / "detection"

PRIVATE_NAMES = {
    "presidio-analyzer": {
        "_enhance_using_context": "presidio_analyzer:AnalyzerEngine",
        "_extract_surrounding_words": "presidio_analyzer.context_aware_enhancers:LemmaContextAwareEnhancer",
        "_get_recognizer_result": "presidio_analyzer.predefined_recognizers:PhoneRecognizer",
    },
    "py3langid": {"_alias_pairs": "py3langid.langid:LanguageIdentifier"},
    "python-stdnum": {"_ibandb": "stdnum.iban"},
    "python": {"_casefix": "re", "_constants": "re", "_parser": "re", "_EXTRA_CASES": "re._casefix"},
    "phonenumbers": {
        "_PATTERN": "phonenumbers.phonenumbermatcher",
        "_SECOND_NUMBER_START_PATTERN": "phonenumbers.phonenumbermatcher",
    },
}
"""Library → private name → the object that has it."""

INTERNALS = ("presidio-analyzer", "spacy", "thinc", "py3langid", "phonenumbers")
"""Libraries whose data structures are read, or whose attributes are set, although they are not documented for that:
artifacts and compiled patterns of Presidio, the layers and parameters of spaCy's and thinc's networks, the tables of
py3langid's model, the regional metadata of phonenumbers.
"""


def _trees() -> list[ast.Module]:
    return [ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]


def _own_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _private_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("redaction"):
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
        else:
            continue
        yield from (name for name in names if name.startswith("_") and not name.endswith("__"))


def test_no_other_private_name_is_used() -> None:
    trees = _trees()
    own = {name for tree in trees for name in _own_names(tree)}
    used = {name for tree in trees for name in _private_names(tree)} - own - {"_replace", "_value_"}
    assert used - {name for names in PRIVATE_NAMES.values() for name in names} == set()


@pytest.mark.parametrize(("name", "owner"), [item for names in PRIVATE_NAMES.values() for item in names.items()])
def test_the_installed_version_has_the_name(name: str, owner: str) -> None:
    module, _, attribute = owner.partition(":")
    target = import_module(module)
    assert hasattr(getattr(target, attribute) if attribute else target, name)


@pytest.mark.parametrize("library", sorted({*PRIVATE_NAMES, *INTERNALS}))
def test_the_version_of_such_a_library_is_limited_and_the_installed_one_is_within(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    dependencies = [*project["dependencies"], f"python{project['requires-python']}"]
    (requirement,) = (r for r in map(Requirement, dependencies) if r.name == library)
    assert any(specifier.operator in {"<", "<=", "==", "~="} for specifier in requirement.specifier)
    assert requirement.specifier.contains(python_version() if library == "python" else version(library))
