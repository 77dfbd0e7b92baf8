"""A digest of everything that decides the findings, so that cached spans are reused only while they are valid."""

import hashlib
import inspect
import json
import sys
import unicodedata
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from presidio_analyzer import EntityRecognizer

_LIBRARIES = (
    "numpy",
    "phonenumbers",
    "polars",
    "presidio-analyzer",
    "py3langid",
    "pyahocorasick",
    "python-stdnum",
    "regex",
    "spacy",
    "thinc",
    "tldextract",
)


def fingerprint(settings: dict[str, Any], models: dict[str, Any], recognizers: Iterable[EntityRecognizer]) -> str:
    """Return the sha256 of settings, models, the code of this package and of all recognizers, and library versions."""
    parts = {
        "settings": settings,
        "models": models,
        "code": _code(recognizers),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "python": list(sys.version_info[:2]),
        "unicode": unicodedata.unidata_version,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _code(recognizers: Iterable[EntityRecognizer]) -> dict[str, str]:
    package = Path(__file__).parent
    files = {f"package/{p.relative_to(package).as_posix()}": p for p in sorted(package.rglob("*")) if _is_code(p)}
    for recognizer in recognizers:
        source = inspect.getsourcefile(type(recognizer))
        if source is not None:
            files.setdefault(f"{type(recognizer).__module__}.{type(recognizer).__qualname__}", Path(source))
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def _is_code(path: Path) -> bool:
    """Whether a file of this package decides findings; the tagger's files are part of its own fingerprint."""
    return path.is_file() and path.suffix in {".py", ".yaml", ".json", ".txt"} and path.parent.name != "tagger"
