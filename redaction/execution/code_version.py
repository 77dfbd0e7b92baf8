"""A digest of the library's own code."""

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_digest() -> str:
    """A sha256 over the library's own code, as this process found it: any of it may change what becomes of a text."""
    whole = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        whole.update(str(path.relative_to(root)).encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
