"""Ask on a terminal what the files do not say."""

import shlex
from collections.abc import Collection

import typer

from pipelines.cli.terminal import say
from redaction.config import ConfigError
from redaction.errors import DiscreetError
from redaction.operations.proposal.propose import TableProposal
from redaction.tables import TABLES


class Questions:
    """Asks on a terminal; elsewhere a missing answer is an error, or the default."""

    def __init__(self, on_terminal: bool) -> None:
        self.on_terminal = self._asks = on_terminal

    def paths(self, question: str, option: str | None) -> list[str]:
        """Ask for paths; those of a table without an option may be left out."""
        if not self._asks:
            if option:
                raise ConfigError(f"{option}: is missing, and there is no terminal to ask on; give it")
            return []
        answer = typer.prompt(question, default="" if option is None else None, show_default=False)
        return shlex.split(str(answer))

    def text(self, question: str, default: str) -> str:
        """Ask for a text."""
        return str(typer.prompt(question, default=default)) if self._asks else default

    def yes(self, question: str, *, default: bool) -> bool:
        """Ask a question of yes or no."""
        return typer.confirm(question, default=default) if self._asks else default

    def word(self, question: str, known: Collection[str]) -> str | None:
        """Ask for one of some words; None for an empty answer."""
        while self._asks:
            answer = str(typer.prompt(question, default="", show_default=False)).strip()
            if answer in {"", *known}:
                return answer or None
            say(f"choose from {', '.join(known)}, or nothing", error=True)
        return None

    def confirm(self, table: TableProposal) -> None:
        """Ask for what is missing or wrong in a table."""
        if not self._asks:
            return
        wrong = not typer.confirm("Is this right?", default=not table.missing)
        for column in TABLES[table.name].schema if wrong else table.missing:
            self._column(table, column)

    def _column(self, table: TableProposal, column: str) -> None:
        current = table.columns.get(column)
        default = "" if current is None else f"={current.value}" if current.is_constant else current.column[0]
        question = f"{table.name}.{column}: name in your files, =VALUE for one value in all rows, or nothing"
        while True:
            answer = str(typer.prompt(question, default=default, show_default=bool(default))).strip()
            try:
                if answer and answer != default:
                    table.map(column, answer)
                return
            except DiscreetError as error:
                say(error, error=True)
