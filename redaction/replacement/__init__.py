"""Replace personal data in texts: texts and spans in, redacted texts out.

Typical use::

    replacer = Replacer()
    [redacted] = replacer.replace(["Jane called."], [[RecognizerResult("PERSON", 0, 4, 1.0)]])
    print(redacted.text)  # [PERSON_1] called.

The operators are Presidio's, or subclasses of Presidio's `Operator`. Spans are replaced by offset, never by search.
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
    from redaction.replacement.careers import Grain, career_forms, generalize_careers, generalize_resume, hide_titles
    from redaction.replacement.k_anonymity import generalize
    from redaction.replacement.lookalikes import rewrite_column
    from redaction.replacement.mention_numbers import PlaceholderNumbers, SpanLike
    from redaction.replacement.placeholder_columns import apply_placeholders
    from redaction.replacement.replacer import RedactedText, Replacer
    from redaction.replacement.settings import ReplacementSettings

__all__ = [
    "Grain",
    "PlaceholderNumbers",
    "RedactedText",
    "ReplacementSettings",
    "Replacer",
    "SpanLike",
    "apply_placeholders",
    "career_forms",
    "generalize",
    "generalize_careers",
    "generalize_resume",
    "hide_titles",
    "rewrite_column",
]

_MODULES = {
    "Grain": "careers",
    "PlaceholderNumbers": "mention_numbers",
    "RedactedText": "replacer",
    "ReplacementSettings": "settings",
    "Replacer": "replacer",
    "SpanLike": "mention_numbers",
    "apply_placeholders": "placeholder_columns",
    "career_forms": "careers",
    "generalize": "k_anonymity",
    "generalize_careers": "careers",
    "generalize_resume": "careers",
    "hide_titles": "careers",
    "rewrite_column": "lookalikes",
}

__getattr__ = lazy_names(__name__, _MODULES)


def __dir__() -> list[str]:
    return __all__
