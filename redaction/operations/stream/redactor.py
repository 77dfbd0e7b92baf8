"""Redacts the texts of a stream in order. A text that cannot be analyzed is never passed on."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from redaction.detection import (
    DetectionReason,
    DetectionSettings,
    Detector,
    LanguageGuess,
    RecordDetectionError,
    Span,
    identify_languages,
)
from redaction.detection.explanation import explain
from redaction.detection.language.lines import LineLanguages
from redaction.operations.stream.texts import TextIn, TextOut
from redaction.replacement import PlaceholderNumbers, Replacer

_BATCH: Final = 64
_OF_THE_USER: Final = (KeyboardInterrupt, GeneratorExit)


class StreamRedactor:
    """Redacts batches of texts; the result of a text does not depend on the batches.

    By default each text is by itself: its language is identified from it alone, and its placeholders are numbered from
    one. Memory is then constant whatever the length of the stream.
    """

    def __init__(
        self,
        detector: Detector,
        replacer: Replacer,
        lines: LineLanguages | None = None,
        numbers: PlaceholderNumbers | None = None,
        *,
        explains: bool = False,
    ) -> None:
        """Begin a stream.

        Args:
            detector: Finds the spans.
            replacer: Replaces them.
            lines: Identifies the languages of lines; by default each text is by itself.
            numbers: Numbers the placeholders of the whole stream; by default each text has its own numbers.
            explains: Whether results say why each span was found.
        """
        self._detector = detector
        self._replacer = replacer
        self._lines = lines
        self._numbers = numbers
        self._explains = explains

    def redact(self, texts: Sequence[TextIn]) -> list[TextOut]:
        """Return the result of each text; whatever fails on a text withholds that text alone."""
        try:
            guesses = self._guess(texts)
        except _OF_THE_USER:
            raise
        except BaseException:  # noqa: BLE001 - a panic or an exit of a library is no reason to lose the next line
            return [TextOut(text.id, None, problem=text.problem or DetectionReason.DETECTION_FAILED) for text in texts]
        try:
            return self._redact(texts, guesses)
        except _OF_THE_USER:
            raise
        except BaseException:  # noqa: BLE001
            return [self._redact_alone(text, guess) for text, guess in zip(texts, guesses, strict=True)]

    def _redact_alone(self, text: TextIn, guess: LanguageGuess) -> TextOut:
        try:
            return self._redact([text], [guess])[0]
        except _OF_THE_USER:
            raise
        except BaseException:  # noqa: BLE001
            return TextOut(text.id, None, problem=DetectionReason.DETECTION_FAILED)

    def _guess(self, texts: Sequence[TextIn]) -> list[LanguageGuess]:
        plain = [text.text for text in texts]
        if self._lines is not None:
            return self._lines.identify(plain)
        return identify_languages(plain, self._detector.settings, [text.language for text in texts])

    def _redact(self, texts: Sequence[TextIn], guesses: Sequence[LanguageGuess]) -> list[TextOut]:
        problems = [
            text.problem or (None if guess.language or not text.text.strip() else guess.reason)
            for text, guess in zip(texts, guesses, strict=True)
        ]
        readable = [i for i, problem in enumerate(problems) if problem is None and guesses[i].language is not None]
        languages = [str(guesses[i].language) for i in readable]
        found = self._detector.detect_each([texts[i].text for i in readable], languages)
        results: list[TextOut] = [TextOut(text.id, None, problem=p) for text, p in zip(texts, problems, strict=True)]
        for i, problem in enumerate(problems):
            if problem is None and guesses[i].language is None:
                results[i] = TextOut(texts[i].id, texts[i].text)
        for i, language, spans in zip(readable, languages, found, strict=True):
            results[i] = (
                TextOut(texts[i].id, None, problem=DetectionReason.DETECTION_FAILED)
                if isinstance(spans, RecordDetectionError)
                else self._replace(texts[i], spans, language)
            )
        return results

    def _replace(self, text: TextIn, spans: tuple[Span, ...], language: str) -> TextOut:
        [redacted] = self._replacer.replace([text.text], [spans], numbers=self._numbers)
        explanations = tuple(explain(self._detector, text.text, s, language) for s in spans) if self._explains else ()
        return TextOut(text.id, redacted.text, spans, None, redacted.numbers, explanations)


def redact_stream(texts: Iterable[TextIn], settings: DetectionSettings, replacer: Replacer) -> Iterator[TextOut]:
    """Redact texts in order, each by itself. A text that cannot be analyzed is never passed on.

    Yields:
        One result for each text.

    Raises:
        DetectionError: A model is not installed.
    """
    redactor = StreamRedactor(Detector.from_settings(settings), replacer)
    waiting = iter(texts)
    while batch := list(islice(waiting, _BATCH)):
        yield from redactor.redact(batch)
