"""The boundary to the terminal: what comes from outside is shown as text, and nothing in it acts on the terminal.

Ids, file names, YAML keys and texts may hold markup, links or escape sequences. Every command prints by this module.
"""

import json
import sys
import textwrap
from collections.abc import Iterable
from typing import Final

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from redaction.errors import one_line

_WIDE: Final = 100_000
"""Columns where the output is no terminal: a line that is searched must not be broken."""
_UNBROKEN: Final = "\x00"
"""Replaces a space within an id while lines are wrapped; `inert` leaves no such character in a text."""


def inert(value: object) -> str:
    r"""Write a value as one line of text: controls, escapes and other characters that cannot be seen become `\x1b`."""
    return one_line(str(value))


def visible(value: object, limit: int | None = None) -> Text:
    """Make a value inert for a cell of a table or a title, and cut it to a limit."""
    text = str(value)
    return Text(inert(text if limit is None or len(text) <= limit else f"{text[:limit]}…"))


def console(*, error: bool = False) -> Console:
    """Open a console that prints values as they are, without markup; where it is no terminal, without wrapping."""
    is_terminal = (sys.stderr if error else sys.stdout).isatty()  # whatever FORCE_COLOR says: what is piped is plain
    opened = Console(stderr=error, highlight=False, markup=False, emoji=False, force_terminal=is_terminal)
    if not is_terminal:
        opened.width = _WIDE
    return opened


def say(line: object = "", *, whole: Iterable[str] = (), indent: int = 0, style: str = "", error: bool = False) -> None:
    """Print one line, made inert. A terminal gets it wrapped between words, anything else gets it in one piece.

    Args:
        line: The line.
        whole: Ids in it, which are not broken even if they contain spaces.
        indent: How far the lines after the first are indented.
        style: A style of Rich, for a terminal.
        error: Whether it goes to standard error.
    """
    opened, text = console(error=error), inert(line)
    lines = [text]
    if opened.is_terminal:
        for each in sorted(map(inert, whole), key=len, reverse=True):
            text = text.replace(each, each.replace(" ", _UNBROKEN))
        start = text[: len(text) - len(text.lstrip(" "))]
        lines = textwrap.wrap(
            text.lstrip(" "),
            max(opened.width, 20),
            initial_indent=start,
            subsequent_indent=start + " " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    for each in lines:
        opened.print(Text(each.replace(_UNBROKEN, " "), style=style, end=""), soft_wrap=True)


def say_command(line: object) -> None:
    """Print a line with a command or a path to copy: inert, and never wrapped."""
    console().print(Text(inert(line), end=""), soft_wrap=True)


def say_lines(text: str, *, error: bool = False) -> None:
    """Print a text of several lines, each made inert."""
    for line in text.splitlines() or [""]:
        say(line, error=error)


def say_json(document: BaseModel, *, indent: int | None = 2) -> None:
    """Print a document as one JSON object. Everything but ASCII is escaped, so that nothing in it acts."""
    typer.echo(json.dumps(document.model_dump(mode="json"), indent=indent))


def can_ask() -> bool:
    """Whether somebody can be asked: both input and output are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
