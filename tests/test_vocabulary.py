"""Words that are not to be written: private metaphors, archaisms, and British spelling where the field's is American.

The glossary in docs/ has the terms to use.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WORDS = {
    r"told(?!_together)|telling (?:of|anew)": "the value's name: message, row, frame; reported, withheld",
    r"nobodys|nobody's": "unowned",
    r"t(?:ake|akes|aken|aking|ook) back": "withdrawn, removed, tombstoned",
    r"let go": "released",
    r"look(?:s|ed|ing)? at": "scanned, analyzed",
    r"stands? (?:in|at|as|for|twice|beside)": "is stored, is at, means, is duplicated",
    r"(?:of )?the very same": "identical",
    r"blacken(?:ed|ing|s)?": "erase rows",
    r"sketchbook": "sketch store",
    r"workplace": "build folder",
    r"recogniser(?:s)?|recognise[sd]?": "recognizer, recognize",
    r"(?:de)?normalis(?:e|es|ed|ing|ation)": "normalize",
    r"tokenis(?:e|es|ed|ing|ation)": "tokenize",
    r"analys(?:e|ed|ing)": "analyze",
    r"licence": "license",
    r"of its own accord|by its own": "by default, itself",
    r"goes before": "takes precedence",
    r"as it was given": "original",
    r"to mend|the mend|be mended": "correct, fix",
}

NOT_YET: tuple[str, ...] = ()
"""Folders and files that still have such words."""


def documents() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name.endswith((".py", ".md", ".yaml"))]
    return [path for path in paths if path.parts[0] != "data" and path != Path("tests/test_vocabulary.py")]


@pytest.mark.parametrize("word", WORDS)
def test_no_file_has_the_word(word: str) -> None:
    pattern = re.compile(rf"(?<![A-Za-z])(?:{word})(?![A-Za-z])", re.IGNORECASE)
    hits = [
        f"{path}:{number}: {match[0]!r}; write {WORDS[word]}"
        for path in documents()
        if not str(path).startswith(NOT_YET) and (ROOT / path).is_file()
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
    assert not hits, "\n".join(hits)
