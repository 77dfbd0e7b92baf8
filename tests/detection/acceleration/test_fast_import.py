"""What is left undone while Presidio is loaded, and that nothing else is."""

import subprocess
import sys

import presidio_analyzer.predefined_recognizers as predefined
import pytest
import regex
from presidio_analyzer import Pattern

import redaction.detection.acceleration.fast_import

_OWN = {
    pattern.regex
    for recognizer in vars(predefined).values()
    for pattern in getattr(recognizer, "PATTERNS", None) or ()
    if isinstance(pattern, Pattern)
}


def test_presidios_own_patterns_can_be_compiled() -> None:
    """That is what is taken as read."""
    assert len(_OWN) > 100
    for pattern in _OWN:
        regex.compile(pattern)


def test_patterns_of_others_are_checked_as_ever() -> None:
    assert regex.compile.__module__.startswith("regex")
    assert redaction.detection.acceleration.fast_import.presidio_analyzer is sys.modules["presidio_analyzer"]
    with pytest.raises(ValueError, match="Invalid regex pattern"):
        Pattern("broken", "(", 0.5)


def test_while_it_is_loaded_all_else_is_compiled() -> None:
    """What another of Presidio's modules, another module, or another thread asks for."""
    told = """
import sys, threading, regex

given, asked = regex.compile, []
def counted(*told, **options):
    asked.append(told)
    return given(*told, **options)
regex.compile = counted

class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name == "presidio_analyzer.predefined_recognizers":
            made = sys.modules["presidio_analyzer.pattern"].Pattern
            made("spared", "(", 0.5)
            thread = threading.Thread(target=another, args=(made,))
            thread.start()
            thread.join()
            print(regex.compile("a+").fullmatch("aa")[0])
            other = {"__name__": "presidio_analyzer.other", "compile": regex.compile}
            exec('print(compile("b+").fullmatch("bb")[0])', other)

def another(made):
    try:
        made("not spared", "(", 0.5)
    except ValueError:
        print("checked")

sys.meta_path.insert(0, Watcher())
import redaction.detection
print(regex.compile is counted, len(asked) < 50)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["checked", "aa", "bb", "True", "True"]


def test_the_command_line_of_spacy_is_loaded_once_it_is_asked_for() -> None:
    told = """
import pickle, sys
import redaction.detection
import spacy

print(sorted(name for name in sys.modules if name.startswith("spacy.cli")), hasattr(spacy, "clj"))
print(spacy.info(silent=True)["spacy_version"] == spacy.__version__)
print(spacy.cli is sys.modules["spacy.cli"], callable(spacy.cli.download), callable(spacy.displacy.render))
print(spacy.info is spacy.cli.info, pickle.loads(pickle.dumps(spacy.info)) is spacy.info)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[] False", "True", "True True True", "True True"]


@pytest.mark.parametrize("asked", ["import spacy.cli.info", "from spacy.cli import info", "import spacy.cli.download"])
def test_the_command_line_of_spacy_can_be_imported(asked: str) -> None:
    told = f"import redaction.detection\n{asked}\nimport spacy\nprint(spacy.cli.info.__module__)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["spacy.cli.info"]


def test_a_spacy_that_was_loaded_before_is_left_as_it_is() -> None:
    told = """
import spacy
before = spacy.cli
import redaction.detection
print(spacy.cli is before, "__getattr__" in vars(spacy))
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_a_command_line_that_is_loaded_meanwhile_is_whole() -> None:
    """As by a library that Presidio tries to import."""
    told = """
import sys

class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name == "presidio_analyzer.predefined_recognizers":
            sys.meta_path.remove(self)
            import spacy.cli

sys.meta_path.insert(0, Watcher())
import redaction.detection
import spacy

print(spacy.cli.info.__module__, spacy.info(silent=True)["spacy_version"] == spacy.__version__)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["spacy.cli.info", "True"]


def test_displacy_is_there_as_it_was() -> None:
    told = "import redaction.detection, spacy; print(spacy.displacy.render.__module__)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["spacy.displacy"]
