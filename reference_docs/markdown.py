"""Write Markdown that GitHub and MkDocs render alike."""

import html
import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"`([^`]*\|[^`]*)`")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. Cells are Markdown of one line; their vertical bars are escaped."""
    lines = [heads, ["---"] * len(heads), *([cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Return Markdown for one cell: on one line, with bars that separate no columns.

    In code a bar needs HTML: GitHub splits the cell at a bare one, and MkDocs shows the backslash of an escaped one.
    """
    line = " ".join(text.split())
    line = _CODE.sub(lambda code: f"<code>{html.escape(code[1], quote=False).replace('|', '&#124;')}</code>", line)
    return re.sub(r"(?<!\\)\|", r"\\|", line)


def code(text: object) -> str:
    """Return text as code, unless it is empty."""
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object]) -> str:
    """Return texts as code, with commas."""
    return ", ".join(code(text) for text in texts)
