"""Detects the language and the spans of each text, or says why the text could not be analyzed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from redaction.detection import (
    DetectionReason,
    DetectionSettings,
    Detector,
    KnownValues,
    LanguageGuess,
    RecordDetectionError,
    Span,
    identify_languages,
)
from redaction.state.private_tables import SPANS
from redaction.state.stores.list_columns import list_series


@dataclass(frozen=True, slots=True)
class Finding:
    """The language and the spans of a text, or the reason why it could not be analyzed.

    A text that is not analyzed because of its language has that language.
    """

    language: str | None
    spans: tuple[Span, ...] = ()
    reason: str | None = None


def find(
    frame: pl.DataFrame,
    known: Sequence[KnownValues],
    everywhere: KnownValues,
    detector: Detector,
    *,
    by_record: bool,
) -> list[Finding]:
    """Analyze each text of `frame` (`TEXTS`); with `by_record`, one language is identified for all of a record."""
    texts = frame["text"].to_list()
    guesses = _languages(frame, detector.settings, by_record=by_record)
    readable = [i for i, guess in enumerate(guesses) if guess.language is not None]
    languages = [str(guesses[i].language) for i in readable]
    spans = detector.detect_each([texts[i] for i in readable], languages, [known[i] for i in readable], everywhere)
    results = dict(zip(readable, spans, strict=True))
    return [_finding(guess, results.get(i, ())) for i, guess in enumerate(guesses)]


def span_series(spans: Sequence[Sequence[Span]], numbers: Sequence[Sequence[int | None]]) -> pl.Series:
    """Return spans as a series of `SPANS`, with their numbers; a text without numbers has none for all its spans."""
    rows = [
        [
            (span.start, span.end, span.entity_type, span.score, span.recognizer, number)
            for span, number in zip(each, own or [None] * len(each), strict=True)
        ]
        for each, own in zip(spans, numbers, strict=True)
    ]
    return list_series("spans", rows, SPANS)


def spans_of(series: pl.Series) -> list[tuple[Span, ...]]:
    """Return a series of `SPANS` as spans."""
    flat = series.explode(empty_as_null=False).struct.unnest()
    spans = map(Span, *(flat[column].to_list() for column in ("start", "end", "entity_type", "score", "recognizer")))
    return [tuple(next(spans) for _ in range(number)) for number in series.list.len().to_list()]


def _finding(guess: LanguageGuess, spans: tuple[Span, ...] | RecordDetectionError) -> Finding:
    if guess.language is None:
        return Finding(guess.unsupported, reason=(guess.reason or DetectionReason.LANGUAGE_UNKNOWN).value)
    if isinstance(spans, RecordDetectionError):
        return Finding(guess.language, reason=DetectionReason.DETECTION_FAILED.value)
    return Finding(guess.language, spans)


def _languages(frame: pl.DataFrame, settings: DetectionSettings, *, by_record: bool) -> list[LanguageGuess]:
    texts, declared = frame["text"].to_list(), frame["language"].to_list()
    if not by_record:
        return identify_languages(texts, settings, declared)
    records = frame["record_id"].to_list()
    groups = [list(group) for _, group in groupby(range(len(records)), key=lambda row: records[row])]
    whole = ["\n".join(texts[i] for i in group) for group in groups]
    guesses = identify_languages(whole, settings, [declared[group[0]] for group in groups])
    return [guess for guess, group in zip(guesses, groups, strict=True) for _ in group]
