"""What is found in each text: its language and its spans, or why it could not be looked at."""

from collections.abc import Iterator, Sequence
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
from redaction.state.list_columns import list_series
from redaction.state.private_tables import SPANS


@dataclass(frozen=True, slots=True)
class Finding:
    """The language of a text and the spans in it; or the reason why it could not be looked at."""

    language: str | None
    spans: tuple[Span, ...] = ()
    reason: str | None = None


def find(
    frame: pl.DataFrame,
    known: Sequence[KnownValues],
    everywhere: KnownValues,
    detector: Detector,
    *,
    together: bool,
) -> list[Finding]:
    """Looks at each text of `frame` (schema `TEXTS`), with what is known of the people in it, and of those who
    are looked for everywhere.

    With `together`, the fields of one record are taken for one text when its language is told.
    """
    texts = frame["text"].to_list()
    guesses = _languages(frame, detector.settings, together=together)
    seen = [i for i, guess in enumerate(guesses) if guess.language is not None]
    found = detector.detect_each(
        [texts[i] for i in seen], [str(guesses[i].language) for i in seen], [known[i] for i in seen], everywhere
    )
    results = dict(zip(seen, found, strict=True))
    return [_finding(guess, results.get(i, ())) for i, guess in enumerate(guesses)]


def span_series(spans: Sequence[Sequence[Span]], numbers: Sequence[Sequence[int | None]]) -> pl.Series:
    """Spans as a series of `SPANS`, each with its number; a text without numbers has none for all its spans."""
    rows = [
        [
            (span.start, span.end, span.entity_type, span.score, span.recognizer, number)
            for span, number in zip(each, theirs or [None] * len(each), strict=True)
        ]
        for each, theirs in zip(spans, numbers, strict=True)
    ]
    return list_series("spans", rows, SPANS)


def spans_of(series: pl.Series) -> list[tuple[Span, ...]]:
    """A series of `SPANS` as spans."""
    flat = series.explode(empty_as_null=False).struct.unnest()
    spans = map(Span, *(flat[column].to_list() for column in ("start", "end", "entity_type", "score", "recognizer")))
    return [tuple(next(spans) for _ in range(number)) for number in series.list.len().to_list()]


def _finding(guess: LanguageGuess, spans: tuple[Span, ...] | RecordDetectionError) -> Finding:
    if guess.language is None:
        return Finding(None, reason=(guess.reason or DetectionReason.LANGUAGE_UNKNOWN).value)
    if isinstance(spans, RecordDetectionError):
        return Finding(guess.language, reason=DetectionReason.DETECTION_FAILED.value)
    return Finding(guess.language, spans)


def _languages(frame: pl.DataFrame, settings: DetectionSettings, *, together: bool) -> list[LanguageGuess]:
    texts, declared = frame["text"].to_list(), frame["language"].to_list()
    if not together:
        return identify_languages(texts, settings, declared)
    groups = list(_records(frame))
    whole = ["\n".join(texts[i] for i in group) for group in groups]
    guesses = identify_languages(whole, settings, [declared[group[0]] for group in groups])
    return [guess for guess, group in zip(guesses, groups, strict=True) for _ in group]


def _records(frame: pl.DataFrame) -> Iterator[list[int]]:
    """The places of each record's texts; they stand together."""
    records = frame["record_id"].to_list()
    for _, group in groupby(range(len(records)), key=lambda i: records[i]):
        yield list(group)
