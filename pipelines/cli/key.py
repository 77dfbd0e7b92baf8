"""`discreet new-key`: a master key for ids and surrogates."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson
from pipelines.cli.shared.done import FileReport
from pipelines.cli.terminal import say, say_json
from redaction.release import create_key_file


def new_key(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write a new random key. It has 256 bits, and only its owner may read it (mode 0600)."""
    written = create_key_file(file)
    if as_json:
        say_json(FileReport(file=str(written)))
        return
    say(f"{written}: written; keep it secret, and keep it: no other key can take its place")
