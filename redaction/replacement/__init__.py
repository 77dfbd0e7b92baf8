"""Replace personal data in texts: text, spans and a key in, redacted text out.

Typical use::

    replacer = Replacer(ReplacementSettings(), key)
    results = replacer.replace(["Jane called."], [[Span(0, 4, "PERSON", 1.0, "example")]])  # "[PERSON_1] called."

The operators are Presidio's, or have the shape of Presidio's. Spans are replaced by offset, never by search.
"""

from redaction.replacement.errors import ReplacementError
from redaction.replacement.k_anonymity import generalize
from redaction.replacement.mentions import SpanLike
from redaction.replacement.placeholders import apply_placeholders
from redaction.replacement.replacer import RedactedText, Replacer
from redaction.replacement.settings import ReplacementSettings

__all__ = [
    "RedactedText",
    "ReplacementError",
    "ReplacementSettings",
    "Replacer",
    "SpanLike",
    "apply_placeholders",
    "generalize",
]
