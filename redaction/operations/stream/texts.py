"""The texts of a stream, and what becomes of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from redaction.detection import Span
from redaction.detection.explanation import Explanation


class Problem(StrEnum):
    """Why a line of a stream is not a text; beside the reasons of detection."""

    NOT_UTF8 = "not_utf8"
    NOT_TEXT = "not_text"
    """The line has NUL characters, as binary data and text in UTF-16 have."""
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    DUPLICATE_KEY = "duplicate_key"
    BAD_ID = "bad_id"
    """The id is a number that JSON cannot hold, such as 1e999, or is nested too deeply."""
    MISSING_TEXT = "missing_text"
    NOT_UNICODE = "not_unicode"
    """The text has half of a surrogate pair."""


@dataclass(frozen=True, slots=True)
class TextIn:
    """One text. `problem` is set where its line could not be read."""

    id: Any
    text: str
    language: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TextOut:
    """The redacted text with the spans of the original, or a `problem` and no text.

    Attributes:
        id: That of the text.
        text: The redacted text; None where there is a problem.
        spans: The spans, with offsets into the original text.
        problem: Why the text is withheld.
        numbers: For each span the number in its placeholder; None for an operator without numbers.
        explanations: For each span why it was found, if the stream explains.
    """

    id: Any
    text: str | None
    spans: tuple[Span, ...] = ()
    problem: str | None = None
    numbers: tuple[int | None, ...] = ()
    explanations: tuple[Explanation, ...] = ()
