"""What stands in the place of personal data: text, spans and a key in, redacted text out.

The operators are Presidio's and Presidio-shaped; the splice is by offsets, never by search.
"""

from redaction.replacement.errors import ReplacementError
from redaction.replacement.placeholders import with_placeholders
from redaction.replacement.record import SpanLike
from redaction.replacement.replacer import Replaced, Replacer
from redaction.replacement.settings import OPERATORS, ReplacementSettings

__all__ = [
    "OPERATORS",
    "Replaced",
    "ReplacementError",
    "ReplacementSettings",
    "Replacer",
    "SpanLike",
    "with_placeholders",
]
