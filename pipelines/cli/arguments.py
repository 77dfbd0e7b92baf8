"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from redaction.storage import StoragePath, parse_path, resolve_path

ConfigFile = Annotated[Path, typer.Argument(help="The config of the run.", show_default=False)]
ReleaseText = Annotated[str, typer.Argument(help="A release: its folder, or its URI.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]


def release_path(text: str) -> StoragePath:
    """Parse a release path or URI, with links resolved. The environment says how to reach an object store."""
    return resolve_path(parse_path(text, Path()))
