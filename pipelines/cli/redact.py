"""`discreet redact`: text in, redacted text out."""

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from redaction.config import ConfigError, load_profile
from redaction.detection import DetectionSettings
from redaction.operations import TextIn, read_json_line, redact_stream
from redaction.replacement import Replacer


def redact(
    file: Annotated[Path, typer.Argument(help="A UTF-8 text file; - reads standard input.")] = Path("-"),
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Each line is {"id", "text", "language"?}; one line out for each.')
    ] = False,
    profile: Annotated[
        str, typer.Option(help="A detection profile: social, strict, stock, or a YAML file.")
    ] = "social",
    language: Annotated[
        str | None, typer.Option(help="The language of plain text (BCP 47); detected if absent.")
    ] = None,
) -> None:
    """Redact plain text, or lines of JSON. A text that cannot be analyzed is not printed, and the exit code is 1."""
    settings = load_profile(profile)
    replacer = Replacer()
    try:
        source = sys.stdin.buffer if str(file) == "-" else file.open("rb")
    except FileNotFoundError:
        raise ConfigError(f"{file}: no such file; correct the path, or give - for standard input") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({type(error).__name__}); correct the path") from None
    with source:
        complete = _lines(source, settings, replacer) if jsonl else _whole(source, settings, replacer, language)
    raise typer.Exit(0 if complete else 1)


def _lines(source: BinaryIO, settings: DetectionSettings, replacer: Replacer) -> bool:
    complete = True
    for result in redact_stream(map(read_json_line, source), settings, replacer):
        complete = complete and result.problem is None
        typer.echo(result.to_json())
    return complete


def _whole(source: BinaryIO, settings: DetectionSettings, replacer: Replacer, language: str | None) -> bool:
    try:
        text = source.read().decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError("the text is not UTF-8; convert it first") from None
    for result in redact_stream([TextIn(None, text, language)], settings, replacer):
        if result.text is None:
            raise ConfigError(f"the text was not redacted: {result.problem}; give --language, or a profile that has it")
        typer.echo(result.text, nl=False)
    return True
