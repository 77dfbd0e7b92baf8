"""Redacts a stream of texts outside any network: plain lines, JSON lines, or texts of any iterable."""

from redaction.operations.stream.json_lines import format_json_line, read_json_line
from redaction.operations.stream.line_batches import DEFAULT_MAX_BYTES, LineBatches, StreamLine
from redaction.operations.stream.plain_lines import PlainLine, format_plain_line, read_plain_line
from redaction.operations.stream.redactor import StreamRedactor, redact_stream
from redaction.operations.stream.texts import Problem, TextIn, TextOut

__all__ = [
    "DEFAULT_MAX_BYTES",
    "LineBatches",
    "PlainLine",
    "Problem",
    "StreamLine",
    "StreamRedactor",
    "TextIn",
    "TextOut",
    "format_json_line",
    "format_plain_line",
    "read_json_line",
    "read_plain_line",
    "redact_stream",
]
