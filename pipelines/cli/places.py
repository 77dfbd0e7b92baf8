"""Releases as a command names them: a path, or a URI."""

from pathlib import Path
from typing import Annotated

import typer

from redaction.storage import StoragePath, parse_path, resolve_path

ReleaseText = Annotated[str, typer.Argument(help="A release: its folder, or its URI.", show_default=False)]


def release_place(text: str) -> StoragePath:
    """Parse a release path or URI, with links resolved. The environment says how to reach an object store."""
    return resolve_path(parse_path(text, Path()))
