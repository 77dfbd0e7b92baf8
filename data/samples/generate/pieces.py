"""Text as labelled pieces, so that the truth about a text is known because it was put there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

_ARTICLE = re.compile(r"(?:^|\W)[Aa] $")
FIXED = frozenset(
    {"SECRET", "URL", "PROFILE_URL", "CRYPTO", "IBAN_CODE", "EMAIL_ADDRESS", "NATIONAL_ID", "MAC_ADDRESS"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``label`` is an entity type or None, ``whose`` says whose value it is.

    ``whose`` is one of author, mentioned, thread, objection, other.
    """

    text: str
    label: str | None = None
    whose: str = "other"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A span of the truth: character offsets into the finished text."""

    start: int
    end: int
    entity_type: str
    whose: str


Pieces = tuple[Piece, ...]


def join(pieces: Iterable[Piece]) -> tuple[str, list[Labelled]]:
    """Return the text and the spans of its labelled pieces."""
    parts: list[str] = []
    spans: list[Labelled] = []
    at = 0
    for piece in pieces:
        if piece.label is not None and piece.text:
            spans.append(Labelled(at, at + len(piece.text), piece.label, piece.whose))
        parts.append(piece.text)
        at += len(piece.text)
    return "".join(parts), spans


def text_of(pieces: Iterable[Piece]) -> str:
    """Return the plain text of the pieces."""
    return "".join(piece.text for piece in pieces)


def recase(pieces: Iterable[Piece], change: Callable[[str], str]) -> Pieces:
    """Change the case of prose, names and places; leave what a change of case would break."""
    return tuple(p if p.label in FIXED else replace(p, text=change(p.text)) for p in pieces)


def escape_html(pieces: Iterable[Piece]) -> Pieces:
    """Write ``&``, ``<``, ``>``, quotes and apostrophes as HTML entities, as scraped text has them."""
    table = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    return tuple(
        replace(p, text="".join(table.get(c, c) for c in p.text)) if "&#64;" not in p.text else p for p in pieces
    )


def curl_quotes(pieces: Iterable[Piece]) -> Pieces:
    """Write typographic apostrophes in prose and names."""
    return tuple(p if p.label in FIXED else replace(p, text=p.text.replace("'", "’")) for p in pieces)


def others(pieces: Iterable[Piece], whose: str) -> Pieces:
    """Say that what was the author's own is now someone else's (a quote, a copy)."""
    return tuple(replace(p, whose=whose) if p.label and p.whose == "author" else p for p in pieces)


def glue(parts: Sequence[Pieces], separator: str) -> Pieces:
    """Join several texts with a separator between them."""
    out: list[Piece] = []
    for index, part in enumerate(parts):
        if index:
            out.append(Piece(separator))
        out.extend(part)
    return tuple(out)


def fix_articles(pieces: Iterable[Piece]) -> Pieces:
    """Write ``an`` for ``a`` where a vowel follows in the next piece."""
    out: list[Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if before and before.label is None and _ARTICLE.search(before.text) and piece.text[:1] in "aeioAEIO":
            out[-1] = replace(before, text=before.text[:-1] + "n ")
        out.append(piece)
    return tuple(out)
