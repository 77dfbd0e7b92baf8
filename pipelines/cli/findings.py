"""Findings as one table on the terminal: where, what is wrong, how to correct it."""

from collections.abc import Sequence

from rich.table import Table

from pipelines.cli.terminal import console, visible
from redaction.errors import Finding
from redaction.wording import counted


def print_findings(findings: Sequence[Finding], source: str) -> None:
    """Print findings about a file as a table on standard error."""
    table = Table(title=visible(f"{source}: {counted(len(findings), 'problem')}"), title_justify="left")
    for column in ("key", "what is wrong", "how to correct it"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(visible(finding.key), visible(finding.problem), visible(finding.mend))
    console(error=True).print(table)
