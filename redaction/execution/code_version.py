"""A digest of the library's own code."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_digest() -> str:
    """Return a sha256 over the library's own code, any of which may change the result for a text."""
    whole = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        whole.update(str(path.relative_to(root)).encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
