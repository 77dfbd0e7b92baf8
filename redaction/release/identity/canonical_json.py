"""Canonical JSON (RFC 8785) of large documents: `rfc8785` takes some seconds for a notice of 140,000 records."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import rfc8785

_MAY_BE_FLOAT: Final = re.compile(r"(?:^|[:,\[])-?\d+(?:[.eE]|\d{15})")
"""A number with a fraction or an exponent, or one that is too large for an exact double."""


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """Serialize as `rfc8785.dumps` does, which is the reference.

    The C encoder of the standard library writes the same bytes for ASCII texts and small integers. Any field with
    something else in it is left to `rfc8785`.

    Args:
        document: A JSON object, whose keys are strings at every level.

    Returns:
        Its canonical bytes.
    """
    if not all(isinstance(key, str) and key.isascii() for key in document):
        return rfc8785.dumps(document)
    fields = (rfc8785.dumps(key) + b":" + _field(document[key]) for key in sorted(document))
    return b"{" + b",".join(fields) + b"}"


def _field(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    if text.isascii() and not _MAY_BE_FLOAT.search(text):
        return text.encode("ascii")
    return rfc8785.dumps(value)
