"""Text as labeled segments, so that the true spans of a text are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

_ARTICLE = re.compile(r"(?:^|\W)[Aa] $")
FIXED = frozenset(
    {"SECRET", "URL", "PROFILE_URL", "CRYPTO", "IBAN_CODE", "EMAIL_ADDRESS", "NATIONAL_ID", "MAC_ADDRESS"}
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of text; ``label`` is an entity type or None, ``whose`` says whose value it is.

    ``whose`` is one of author, mentioned, thread, objection, other.
    """

    text: str
    label: str | None = None
    whose: str = "other"


@dataclass(frozen=True, slots=True)
class LabeledSpan:
    """A true span: character offsets into the finished text."""

    start: int
    end: int
    entity_type: str
    whose: str


Segments = tuple[Segment, ...]


def join(segments: Iterable[Segment]) -> tuple[str, list[LabeledSpan]]:
    """Return the text and the spans of its labeled segments."""
    parts: list[str] = []
    spans: list[LabeledSpan] = []
    at = 0
    for segment in segments:
        if segment.label is not None and segment.text:
            spans.append(LabeledSpan(at, at + len(segment.text), segment.label, segment.whose))
        parts.append(segment.text)
        at += len(segment.text)
    return "".join(parts), spans


def text_of(segments: Iterable[Segment]) -> str:
    """Return the plain text of the segments."""
    return "".join(segment.text for segment in segments)


def recase(segments: Iterable[Segment], change: Callable[[str], str]) -> Segments:
    """Change the case of prose, names and places; leave what a change of case would break."""
    return tuple(p if p.label in FIXED else replace(p, text=change(p.text)) for p in segments)


def escape_html(segments: Iterable[Segment]) -> Segments:
    """Write ``&``, ``<``, ``>``, quotes and apostrophes as HTML entities, as scraped text has them."""
    table = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return tuple(
        replace(p, text="".join(table.get(c, c) for c in p.text)) if "&#64;" not in p.text else p for p in segments
    )


def curl_quotes(segments: Iterable[Segment]) -> Segments:
    """Write typographic apostrophes in prose and names."""
    return tuple(p if p.label in FIXED else replace(p, text=p.text.replace("'", "’")) for p in segments)


def others(segments: Iterable[Segment], whose: str) -> Segments:
    """Mark the author's values as someone else's (in a quote or a copy)."""
    return tuple(replace(p, whose=whose) if p.label and p.whose == "author" else p for p in segments)


def glue(parts: Sequence[Segments], separator: str) -> Segments:
    """Join several texts with a separator between them."""
    out: list[Segment] = []
    for index, part in enumerate(parts):
        if index:
            out.append(Segment(separator))
        out.extend(part)
    return tuple(out)


def fix_articles(segments: Iterable[Segment]) -> Segments:
    """Write ``an`` for ``a`` where a vowel follows in the next segment."""
    out: list[Segment] = []
    for segment in segments:
        before = out[-1] if out else None
        if before and before.label is None and _ARTICLE.search(before.text) and segment.text[:1] in "aeioAEIO":
            out[-1] = replace(before, text=before.text[:-1] + "n ")
        out.append(segment)
    return tuple(out)
