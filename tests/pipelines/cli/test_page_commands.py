"""Every command on a page of the documentation has arguments and options that exist.

Some pages are run as they are written, by tests of their own. The others name files of the reader, or start servers.
"""

import re
import shlex
from pathlib import Path

import click
import pytest

from pipelines.cli import COMMANDS, _app
from tests.network import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/howto").glob("*.md"))]
BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/)?discreet [^`]+)`")
COMMAND = re.compile(r"(?:^|[\s\"(|])(?:\.venv/bin/)?discreet ((?:-q |--quiet )?[a-z][a-z-]* [^|)#\n]*)")


def commands_of(page: Path) -> list[str]:
    """List the commands of a page, in blocks and in the text, without those that show a form of arguments."""
    text = page.read_text("utf-8")
    blocks = "\n".join(BLOCK.findall(text)).replace("\\\n", " ")
    found = [f"{command} " for block in blocks.splitlines() for command in COMMAND.findall(f"{block} ")]
    forms = re.compile(r"\b[A-Z]+\b(?!\.)")
    found += [
        command
        for inline in INLINE.findall(text)
        for command in COMMAND.findall(f"{inline} ")
        if not forms.search(inline)
    ]
    return [command for command in found if not re.search(r"[\[…<>]|\| ", command)]


@pytest.mark.parametrize("page", [page for page in PAGES if commands_of(page)], ids=lambda page: page.stem)
def test_the_commands_of_a_page_exist_with_their_options(page: Path) -> None:
    for written in commands_of(page):
        name, *arguments = [word.strip('"') for word in shlex.split(written) if word not in {"-q", "--quiet"}]
        assert name in COMMANDS, written
        _parse(_app.load(name), name, arguments, written)


def _parse(command: click.Command, name: str, arguments: list[str], written: str) -> None:
    """Parse the arguments without running anything; a word in small letters alone may be the name in a sentence."""
    chosen = None
    if isinstance(command, click.Group) and arguments:
        chosen = command.get_command(click.Context(command, info_name=name), arguments[0])
    if chosen is not None:  # otherwise a group may have a command by default
        _parse(chosen, arguments[0], arguments[1:], written)
        return
    if not arguments:
        return
    try:
        command.make_context(name, list(arguments), resilient_parsing=False)
    except click.UsageError as error:
        incomplete = (click.MissingParameter, click.BadOptionUsage)  # an option that is named in a sentence
        assert isinstance(error, incomplete), f"{written}: {error.format_message()}"
