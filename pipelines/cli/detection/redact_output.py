"""Writes what `discreet redact` prints: redacted lines, colors and explanations for a terminal, counts at the end."""

import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from pipelines.cli.terminal import inert, say
from redaction.operations.stream import PlainLine, TextOut, format_json_line, format_plain_line
from redaction.wording import counted

_LINE_ENDS: Final = re.compile("(\r?\n|\t)")
_REPLACED, _WITHHELD, _PLAIN = "\x1b[1;36m", "\x1b[1;33m", "\x1b[0m"


class Color(StrEnum):
    """When plain text is colored."""

    AUTO = "auto"
    """On a terminal, unless NO_COLOR is set."""
    ALWAYS = "always"
    NEVER = "never"


class RedactOutput:
    """Writes results to standard output, and flushes it after each batch.

    On a terminal, control characters of the input are made visible, so that they cannot act; elsewhere they pass
    unchanged.
    """

    def __init__(self, color: Color, *, explains: bool) -> None:
        self._is_terminal = sys.stdout.isatty()
        is_wanted = self._is_terminal and not os.environ.get("NO_COLOR")
        self._colors = color is Color.ALWAYS or (color is Color.AUTO and is_wanted)
        self._explains = explains

    def write_json(self, results: Sequence[TextOut]) -> None:
        """Write one line of JSON for each result."""
        _write("".join(f"{format_json_line(result)}\n" for result in results))

    def write_lines(self, lines: Sequence[PlainLine], results: Sequence[TextOut]) -> None:
        """Write one line of text for each result, and after them the explanations."""
        if self._colors or self._is_terminal:
            _write("".join(self._dressed(line.text.text, r, line.end) for line, r in zip(lines, results, strict=True)))
        else:
            _write("".join(map(format_plain_line, lines, results)))
        self._explain(results)

    def write_whole(self, text: str, result: TextOut) -> None:
        """Write a text of several lines."""
        _write(self._dressed(text, result, "") if self._colors or self._is_terminal else str(result.text))
        self._explain([result])

    @staticmethod
    def report(problems: Counter[str]) -> None:
        """Say on standard error how many lines are withheld, and why."""
        total = counted(sum(problems.values()), "line")
        say(f"discreet: {total} withheld: {', '.join(f'{k} {n:,}' for k, n in sorted(problems.items()))}", error=True)

    def _explain(self, results: Sequence[TextOut]) -> None:
        for result in results if self._explains else ():
            for span, explanation in zip(result.spans, result.explanations, strict=True):
                where = f"line {result.id}, characters" if result.id is not None else "characters"
                near = f" Near: {', '.join(explanation.context)}." if explanation.context else ""
                found = f"{span.entity_type} {span.score:.2f}, {span.recognizer}: {explanation.why}{near}"
                say(f"{where} {span.start} to {span.end}: {found}", error=True)

    def _dressed(self, text: str, result: TextOut, end: str) -> str:
        """Return a redacted text with colors, and with visible control characters if it goes to a terminal."""
        if result.text is None:
            return self._colored(f"[LINE WITHHELD: {result.problem}]", _WITHHELD) + end
        parts: list[str] = []
        done = 0
        for span, number in zip(result.spans, result.numbers, strict=True):
            placeholder = f"[{span.entity_type}_{number}]"
            parts += (self._shown(text[done : span.start]), self._colored(self._shown(placeholder), _REPLACED))
            done = span.end
        return "".join([*parts, self._shown(text[done:]), end])

    def _shown(self, text: str) -> str:
        if not self._is_terminal:
            return text
        pieces = _LINE_ENDS.split(text)
        return "".join(piece if i % 2 else inert(piece) for i, piece in enumerate(pieces))

    def _colored(self, text: str, style: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._colors else text


def _write(text: str) -> None:
    """Write and flush; as bytes, since the encoding of standard output may be another than UTF-8."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(text)
    else:
        raw.write(text.encode("utf-8"))
    sys.stdout.flush()
