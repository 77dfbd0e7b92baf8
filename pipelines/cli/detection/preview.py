"""`discreet preview`: try settings on texts, on a local page."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.shared.pages import serve_page
from pipelines.preview import preview_page
from redaction.config import load_config
from redaction.operations.preview import PreviewSession, eligible_texts


def preview(
    config: Annotated[Path, typer.Argument(help="The config to try settings on; the sample's by default.")] = Path(
        "sample"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes a free one.")] = 0,
    texts: Annotated[int, typer.Option(min=1, max=20_000, help="How many posts of the inputs to load.")] = 1000,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Try a profile, caution, threshold, operator or policy on a local page. Save it as a config.

    Shows a text that you paste, or posts of your inputs that the rights allow. The page is served on this machine only,
    at an address with a secret token. Texts stay in memory; nothing is written unless you save.
    """
    settings = load_config(config)
    serve_page(lambda: preview_page(PreviewSession(settings, eligible_texts(settings, texts)), config), port, show=show)
