"""Reads and writes the lines of `discreet redact --jsonl`: strict JSON, whatever the input."""

import json
import math
import re
from dataclasses import asdict
from typing import Any, Final

from redaction.operations.stream.line_batches import StreamLine
from redaction.operations.stream.texts import Problem, TextIn, TextOut

_TO_ESCAPE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that JSON allows in a string, and that end a line somewhere, steer a terminal, or are no text."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DEEPEST: Final = 32
"""How deep an id may be nested."""
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class _UnreadableError(ValueError):
    """A line that is no object of JSON."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def read_json_line(line: StreamLine | bytes) -> TextIn:
    """Parse a UTF-8 line `{"id", "text", "language"?}`; an invalid one becomes a `TextIn` with its problem."""
    try:
        value = _parse(line if isinstance(line, StreamLine) else StreamLine(line, b""))
    except _UnreadableError as error:
        return TextIn(None, "", problem=error.problem)
    identifier, text, language = value.get("id"), value.get("text"), value.get("language")
    if not _can_be_written(identifier):
        return TextIn(None, "", problem=Problem.BAD_ID)
    if not isinstance(text, str):
        return TextIn(identifier, "", problem=Problem.MISSING_TEXT)
    if _SURROGATE.search(text):
        return TextIn(identifier, "", problem=Problem.NOT_UNICODE)
    return TextIn(identifier, text, language if isinstance(language, str) else None)


def _parse(line: StreamLine) -> dict[str, Any]:
    if line.is_too_long:
        raise _UnreadableError(Problem.TOO_LONG)
    try:
        decoded = line.content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
        value = json.loads(decoded, parse_constant=_refuse, object_pairs_hook=_object)
    except _UnreadableError:
        raise
    except UnicodeDecodeError:
        raise _UnreadableError(Problem.NOT_UTF8) from None
    except (ValueError, RecursionError):
        raise _UnreadableError(Problem.NOT_JSON) from None
    if not isinstance(value, dict):
        raise _UnreadableError(Problem.NOT_AN_OBJECT)
    return value


def format_json_line(result: TextOut) -> str:
    """Return the answer to one line: one line of JSON, without a line end.

    Returns:
        `{"id", "text", "spans"}`, and an `error` where the text is withheld. Half of a surrogate pair in an id, and
        characters that end a line or steer a terminal, are escaped.
    """
    spans: list[dict[str, Any]] = [asdict(span) | {"score": round(span.score, 4)} for span in result.spans]
    for span, explanation in zip(spans, result.explanations, strict=False):
        span |= {"why": explanation.why, "context": list(explanation.context)}
    line = {"id": result.id, "text": result.text, "spans": spans}
    if result.problem:
        line["error"] = str(result.problem)
    encoded = json.dumps(line, ensure_ascii=False, allow_nan=False)
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match[0]):04x}", encoded)


def _refuse(_constant: str) -> None:
    """Refuse NaN and Infinity, which Python reads although JSON has none."""
    raise _UnreadableError(Problem.NOT_JSON)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that has a key twice: which value is meant is unknown."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _UnreadableError(Problem.DUPLICATE_KEY)
    return value


def _can_be_written(identifier: Any) -> bool:
    if identifier is None or isinstance(identifier, str | int):
        return True
    if isinstance(identifier, float):
        return math.isfinite(identifier)
    return _is_shallow(identifier) and _is_json(identifier)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def _is_shallow(value: Any) -> bool:
    """Test whether lists and objects are nested so little that writing them cannot fail."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            each
            for nested in level
            if isinstance(nested, list | dict)
            for each in (nested.values() if isinstance(nested, dict) else nested)
        ]
        if not level:
            return True
    return False
