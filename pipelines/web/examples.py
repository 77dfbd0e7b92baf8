"""Draws example rows as a picture: text that no page can run, and that is not stored anywhere."""

import textwrap
from collections.abc import Sequence
from html import escape
from typing import Final

_WIDTH: Final = 44
"""The characters of a line, in a font in which all are equally wide: as many as the column of the page shows."""
_LINE: Final = 20
_MARGIN: Final = 12


def draw_rows(rows: Sequence[str]) -> str:
    """Draw texts below each other.

    Args:
        rows: The texts.

    Returns:
        An SVG document. Its text is escaped, and it refers to nothing.
    """
    lines: list[str] = []
    for number, row in enumerate(rows, start=1):
        wrapped = [part for line in row.splitlines() for part in textwrap.wrap(line, _WIDTH) or [""]]
        lines += [f"{number}  {wrapped[0]}" if wrapped else str(number), *(f"   {part}" for part in wrapped[1:]), ""]
    texts = "".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _LINE * (number + 1)}" xml:space="preserve">{_printable(line)}</text>'
        for number, line in enumerate(lines)
    )
    width, height = 9 * (_WIDTH + 3), _LINE * (len(lines) + 1) + _MARGIN
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="monospace" font-size="14">'
        f'<rect width="100%" height="100%" fill="#ffffff"/><g fill="#1b1b1b">{texts}</g></svg>'
    )


def _printable(line: str) -> str:
    """Escape a line for XML, which has no place for most control characters."""
    return escape("".join(character if character.isprintable() else "\ufffd" for character in line))
