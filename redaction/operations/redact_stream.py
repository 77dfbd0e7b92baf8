"""Redacts a stream of texts outside any network: a file, a pipe, JSON lines."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from redaction.detection import DetectionSettings, Detector, RecordDetectionError, Span, identify_languages
from redaction.replacement import Replacer

_BATCH = 64


@dataclass(frozen=True, slots=True)
class TextIn:
    """One text. `problem` is set where its line could not be read."""

    id: Any
    text: str
    language: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TextOut:
    """The redacted text with the spans of the original, or a `problem` and no text."""

    id: Any
    text: str | None
    spans: tuple[Span, ...] = ()
    problem: str | None = None

    def to_json(self) -> str:
        """Return the line that `discreet redact --jsonl` prints."""
        spans = [asdict(span) | {"score": round(span.score, 4)} for span in self.spans]
        line = {"id": self.id, "text": self.text, "spans": spans}
        return json.dumps(line | ({"error": self.problem} if self.problem else {}), ensure_ascii=False)


def read_json_line(line: bytes) -> TextIn:
    """Parse a UTF-8 line `{"id", "text", "language"?}`; an invalid one becomes a `TextIn` with its problem."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return TextIn(None, "", problem="not_json")
    if not isinstance(value, dict):
        return TextIn(None, "", problem="not_an_object")
    text, language = value.get("text"), value.get("language")
    if not isinstance(text, str):
        return TextIn(value.get("id"), "", problem="missing_text")
    if any("\ud800" <= character <= "\udfff" for character in text):
        return TextIn(None, "", problem="not_unicode")
    return TextIn(value.get("id"), text, language if isinstance(language, str) else None)


def redact_stream(texts: Iterable[TextIn], settings: DetectionSettings, replacer: Replacer) -> Iterator[TextOut]:
    """Redact texts in order. A text that cannot be analyzed is never passed on.

    Yields:
        One result for each text.

    Raises:
        DetectionError: A model is not installed.
    """
    detector = Detector.from_settings(settings)
    waiting = iter(texts)
    while batch := list(islice(waiting, _BATCH)):
        yield from _redact_batch(batch, detector, replacer)


def _redact_batch(batch: list[TextIn], detector: Detector, replacer: Replacer) -> Iterator[TextOut]:
    guesses = identify_languages([t.text for t in batch], detector.settings, [t.language for t in batch])
    problems = [
        text.problem or (None if guess.language or not text.text.strip() else guess.reason)
        for text, guess in zip(batch, guesses, strict=True)
    ]
    readable = [i for i, problem in enumerate(problems) if problem is None and guesses[i].language is not None]
    found = detector.detect_each([batch[i].text for i in readable], [str(guesses[i].language) for i in readable])
    spans = dict(zip(readable, found, strict=True))
    for i, text in enumerate(batch):
        result = spans.get(i, ())
        if isinstance(result, RecordDetectionError):
            yield TextOut(text.id, None, problem="detection_failed")
        elif problems[i] is not None:
            yield TextOut(text.id, None, problem=str(problems[i]))
        else:
            yield TextOut(text.id, replacer.replace([text.text], [result])[0].text, result)
