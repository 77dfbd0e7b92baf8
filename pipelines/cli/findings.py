"""Findings as one table on the terminal: where, what is wrong, how to correct it."""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from redaction.errors import Finding

_WIDE = 1000
"""Columns of a console that is no terminal: a line that is searched must not be broken."""


def print_findings(findings: Sequence[Finding], source: str) -> None:
    """Print findings about a file as a table on standard error."""
    problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
    table = Table(title=visible(f"{source}: {problems}"), title_justify="left")
    for column in ("key", "what is wrong", "how to correct it"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(visible(finding.key), visible(finding.problem), visible(finding.mend))
    console(error=True).print(table)


def console(*, error: bool = False) -> Console:
    """Open a console that prints values as they are, without markup."""
    opened = Console(stderr=error, highlight=False, markup=False, emoji=False)
    if not opened.is_terminal:
        opened.width = _WIDE
    return opened


def visible(value: object, limit: int | None = None) -> Text:
    """Make the control characters of a value visible, and cut it to a limit."""
    text = str(value)
    short = text if limit is None or len(text) <= limit else f"{text[:limit]}…"
    return Text(re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", lambda c: ascii(c.group())[1:-1], short))


def counted(number: int, noun: str) -> str:
    """Write a number and its noun: 1 file, 2 files."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
