"""Text in the form of a placeholder that no operator wrote: an author typed it, or parts of it around a span.

`[PERSON_1]` becomes `(PERSON_1)`, so that whatever has the form of a placeholder in a redacted text is one. Lengths do
not change.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import polars as pl

_FORM: Final = r"\[([A-Z][A-Z0-9_]*_(?:[0-9\uff10-\uff19]+|k[a-z2-7]+))\]"
"""A placeholder or a pseudonym, also with full-width digits, which look the same."""
_PATTERN: Final = re.compile(_FORM)
_COLUMN_FORM: Final = _FORM.replace(r"\uff10", "\uff10").replace(r"\uff19", "\uff19")
"""The same for Polars."""


def rewrite(text: str) -> str:
    """Rewrite every lookalike in a text without placeholders."""
    return _PATTERN.sub(r"(\1)", text) if "[" in text else text


def rewrite_column(text: pl.Expr) -> pl.Expr:
    """Rewrite every lookalike in texts without placeholders, as `rewrite` does."""
    return text.str.replace_all(_COLUMN_FORM, "(${1})")


def compose(parts: Sequence[str], is_written: Sequence[bool]) -> str:
    """Join the parts of a redacted text, and rewrite the lookalikes that they form.

    Args:
        parts: The parts, in order.
        is_written: Whether each is what an operator wrote, not text of the author.

    Returns:
        The text. A form that lies inside one written part is a placeholder, and stays.
    """
    text = "".join(parts)
    if "[" not in text:
        return text
    starts, ends, position = list[int](), list[int](), 0
    for part, written in zip(parts, is_written, strict=True):
        if written:
            starts.append(position)
            ends.append(position + len(part))
        position += len(part)

    def rewritten(match: re.Match[str]) -> str:
        i = bisect_right(starts, match.start()) - 1
        return match[0] if i >= 0 and match.end() <= ends[i] else f"({match[1]})"

    return _PATTERN.sub(rewritten, text)
