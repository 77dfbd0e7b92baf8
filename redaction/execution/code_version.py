"""A digest of the library's own code."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_SUFFIXES: Final = frozenset({".py", ".txt", ".yaml", ".json"})
"""Code and the lists that it reads; the tagger's weights are in the digest of the detectors."""
_EXAMPLES: Final = ("config", "files")


@cache
def code_digest(root: Path = Path(__file__).parents[1]) -> str:
    """Return a sha256 over the library's own code and lists, any of which may change a decision or a text."""
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in _SUFFIXES and parts[:2] != _EXAMPLES and path.is_file():
            whole.update("/".join(parts).encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
