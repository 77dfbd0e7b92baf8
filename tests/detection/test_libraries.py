"""What is left undone while Presidio is loaded, and that nothing else is."""

import subprocess
import sys

import presidio_analyzer.predefined_recognizers as predefined
import pytest
import regex
from presidio_analyzer import Pattern

import redaction.detection.libraries

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
    assert redaction.detection.libraries.presidio_analyzer is sys.modules["presidio_analyzer"]
    with pytest.raises(ValueError, match="Invalid regex pattern"):
        Pattern("broken", "(", 0.5)


def test_while_it_is_loaded_patterns_of_others_are_compiled() -> None:
    """A module that is loaded meanwhile, here one of Presidio's own, gets its expressions."""
    told = """
import sys, regex
class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name == "presidio_analyzer.predefined_recognizers":
            assert sys.modules["presidio_analyzer.pattern"].Pattern("spared", "(", 0.5)
            print(regex.compile("a+").fullmatch("aa")[0])
sys.meta_path.insert(0, Watcher())
import redaction.detection
print(regex.compile("b+").fullmatch("bb")[0], len(regex._main._cache) < 50)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["aa", "bb", "True"]
