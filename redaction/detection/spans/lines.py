"""Splits spans at line ends, so that no span crosses one: lists, signatures and line counts are unchanged."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from redaction.detection.entities import Span

_LINE_ENDS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""The characters at which `str.splitlines` ends a line; `\\r\\n` is two of them with nothing between."""
_LINE: Final = re.compile(f"[^{_LINE_ENDS}]+")
_HAS_LINE_END: Final = re.compile(f"[{_LINE_ENDS}]")


def split_at_line_ends(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the part of each span on each line, without white space at its ends.

    Args:
        text: the text.
        spans: spans in any order; offsets outside the text are cut.

    Yields:
        The parts, with type, score and recognizer of their span. A part of white space alone is dropped.
    """
    for span in spans:
        start, end = max(span.start, 0), min(span.end, len(text))
        if _HAS_LINE_END.search(text, start, end) is None:
            yield from _trimmed(text, span, start, end)
            continue
        for line in _LINE.finditer(text, start, end):
            yield from _trimmed(text, span, line.start(), line.end())


def _trimmed(text: str, span: Span, start: int, end: int) -> Iterator[Span]:
    covered = text[start:end]
    start += len(covered) - len(covered.lstrip())
    end = start + len(covered.strip())
    if start < end:
        is_same = start == span.start and end == span.end
        yield span if is_same else replace(span, start=start, end=end)
