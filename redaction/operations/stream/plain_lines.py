"""Reads and writes the lines of `discreet redact`: one line out for each line in, whatever the input."""

from dataclasses import dataclass

from redaction.operations.stream.line_batches import StreamLine
from redaction.operations.stream.texts import Problem, TextIn, TextOut


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A line of plain text: the text that is redacted, and the line end that follows it unchanged."""

    text: TextIn
    end: str


def read_plain_line(line: StreamLine, number: int) -> PlainLine:
    """Decode a line; one that is not UTF-8 text becomes a text with its problem. Its number is its id."""
    content, end = line.content, line.end.decode()
    if content.endswith(b"\r"):
        content, end = content[:-1], "\r" + end
    if line.is_too_long:
        return PlainLine(TextIn(number, "", problem=Problem.TOO_LONG), end)
    if b"\0" in content:
        return PlainLine(TextIn(number, "", problem=Problem.NOT_TEXT), end)
    try:
        return PlainLine(TextIn(number, content.decode("utf-8")), end)
    except UnicodeDecodeError:
        return PlainLine(TextIn(number, "", problem=Problem.NOT_UTF8), end)


def format_plain_line(line: PlainLine, result: TextOut) -> str:
    """Return the redacted line, or a line that says why it is withheld, with the original line end."""
    return (f"[LINE WITHHELD: {result.problem}]" if result.text is None else result.text) + line.end
