"""`discreet redact`: text in, redacted text out, line by line."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import click
import typer

from pipelines.cli.detection.redact_output import Color, RedactOutput
from redaction.config import ConfigError, load_profile
from redaction.detection import Detector
from redaction.detection.language.lines import LineLanguages
from redaction.operations.stream import (
    DEFAULT_MAX_BYTES,
    LineBatches,
    StreamRedactor,
    TextIn,
    read_json_line,
    read_plain_line,
)
from redaction.replacement import PlaceholderNumbers, Replacer

_WITHHELD: Final = 3

_EXAMPLES: Final = """\b
Examples:
  tail -f app.log | discreet redact --language en
  discreet redact notes.txt > notes.redacted.txt
  discreet redact --whole letter.txt
  discreet redact --jsonl posts.jsonl > redacted.jsonl
  echo 'Write to jane@example.com' | discreet redact --explain
"""


def redact(
    file: Annotated[Path, typer.Argument(help="A UTF-8 text file; - reads standard input.")] = Path("-"),
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Each line is {"id", "text", "language"?}; one line out for each.')
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="All of the input is one text.")] = False,
    profile: Annotated[
        str, typer.Option(help="A detection profile: social, strict, stock, or a YAML file.")
    ] = "social",
    language: Annotated[
        str | None,
        typer.Option(help="The language (BCP 47) of plain text whose language is unclear; identified if absent."),
    ] = None,
    consistent: Annotated[
        bool,
        typer.Option(
            "--consistent", help="Number placeholders over the whole stream. Memory grows with the distinct values."
        ),
    ] = False,
    color: Annotated[Color, typer.Option(help="Color what was replaced, in plain text.")] = Color.AUTO,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say why each span was found: on standard error, or in the fields of --jsonl."),
    ] = False,
    max_line_bytes: Annotated[
        int, typer.Option(min=1, help="A longer line is withheld, so that memory stays constant.")
    ] = DEFAULT_MAX_BYTES,
) -> None:
    """Redact plain text, or lines of JSON.

    Each line is a text of its own, and as many lines come out as go in. A line that cannot be analyzed is withheld:
    plain text has [LINE WITHHELD: reason] in its place, and the exit code is 3. Each line numbers its placeholders from
    1, as each record of a corpus does, unless --consistent is given. Output is flushed whenever input pauses.
    """  # noqa: DOC501 - the text is the help of the command
    if jsonl and (whole or language):
        raise click.UsageError("--jsonl goes with neither --whole nor --language; each line may have a language")
    settings = load_profile(profile)
    source = _open(file)
    detector = Detector.from_settings(settings)
    lines = None if jsonl or whole else LineLanguages(settings, language)
    numbers = PlaceholderNumbers() if consistent else None
    redactor = StreamRedactor(detector, Replacer(), lines, numbers, explains=explain)
    output = RedactOutput(color, explains=explain)
    with source:
        if whole:
            problems = _redact_whole(source, redactor, output, language)
        else:
            problems = _redact_lines(source, redactor, output, max_line_bytes, jsonl=jsonl)
    if problems:
        output.report(problems)
        raise typer.Exit(_WITHHELD)


redact.__doc__ = f"{redact.__doc__}\n{_EXAMPLES}"


def _open(file: Path) -> BinaryIO:
    try:
        return sys.stdin.buffer if str(file) == "-" else file.open("rb")
    except FileNotFoundError:
        raise ConfigError(f"{file}: no such file; correct the path, or give - for standard input") from None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({type(error).__name__}); correct the path") from None


def _redact_lines(
    source: BinaryIO, redactor: StreamRedactor, output: RedactOutput, max_bytes: int, *, jsonl: bool
) -> Counter[str]:
    """Redact each line, and count the problems of those that are withheld."""
    problems: Counter[str] = Counter()
    number = 0
    for batch in LineBatches(source, max_bytes):
        if jsonl:
            results = redactor.redact([read_json_line(line) for line in batch])
            output.write_json(results)
        else:
            lines = [read_plain_line(line, number + i) for i, line in enumerate(batch, start=1)]
            results = redactor.redact([line.text for line in lines])
            output.write_lines(lines, results)
        number += len(batch)
        problems.update(str(result.problem) for result in results if result.problem)
    return problems


def _redact_whole(
    source: BinaryIO, redactor: StreamRedactor, output: RedactOutput, language: str | None
) -> Counter[str]:
    try:
        text = source.read().decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError("the text is not UTF-8; convert it first") from None
    [result] = redactor.redact([TextIn(None, text, language)])
    if result.text is None:
        raise ConfigError(f"the text was not redacted: {result.problem}; give --language, or a profile that has it")
    output.write_whole(text, result)
    return Counter()
