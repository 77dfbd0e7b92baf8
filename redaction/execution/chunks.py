"""The one function that redacts: a chunk of records in, redacted rows and outcomes out.

It is the same in this process, in a pool and on a cluster. It holds raw text in memory only.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from time import process_time
from typing import Self

import polars as pl

from redaction.config import Config
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
from redaction.execution.texts import post_texts, profile_texts
from redaction.replacement import ReplacementSettings, Replacer
from redaction.tables import Dtype, Source, TableFile

COUNTS = pl.List(pl.Struct({"entity_type": pl.String, "count": pl.Int32}))
_REDACTED: dict[str, Dtype] = {
    "record_id": pl.String,
    "source": pl.String,
    "kind": pl.String,
    "field": pl.String,
    "language": pl.String,
    "text": pl.String,
    "month": pl.String,
    "entity_counts": COUNTS,
}
REDACTED = pl.Schema(_REDACTED)
OUTCOMES = pl.Schema(
    {
        "source": pl.String,
        "source_id": pl.String,
        "record_id": pl.String,
        "field": pl.String,
        "reason": pl.String,
    }
)
"""What became of each text of a kept record: `reason` is null where it was written."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker needs to build its detector and replacer once. `key` is the release's, and private."""

    detection: str
    replacement: str
    key: bytes

    @classmethod
    def of(cls, config: Config, key: bytes) -> Self:
        """The tools that a config asks for."""
        return cls(config.detection.model_dump_json(by_alias=True), config.replacement.model_dump_json(), key)

    def __repr__(self) -> str:
        """Without the key."""
        return "Tools(…)"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one source, by their places in its files, and what is known of the people in them."""

    tools: Tools
    source: Source
    rows: pl.DataFrame
    files: list[TableFile]
    known: dict[str, KnownValues]
    everywhere: KnownValues


@dataclass(frozen=True, slots=True)
class Redacted:
    """`rows` (schema `REDACTED`), `outcomes` (schema `OUTCOMES`), what the work took, and what did it."""

    rows: pl.DataFrame
    outcomes: pl.DataFrame
    records: int
    words: int
    cpu_seconds: float
    detector: str
    replacement: str


@lru_cache(maxsize=2)
def _bench(tools: Tools) -> tuple[DetectionSettings, Detector, Replacer]:
    settings = DetectionSettings.model_validate_json(tools.detection)
    replacement = ReplacementSettings.model_validate_json(tools.replacement)
    return settings, Detector.from_settings(settings), Replacer.from_settings(replacement, tools.key)


def redact_chunk(chunk: Chunk) -> Redacted:
    """Reads the texts of a chunk, finds personal data in them and puts surrogates in its place.

    A text whose language cannot be looked at, or on which a recogniser fails, is not written; of a post,
    then, nothing is.
    """
    started = process_time()
    settings, detector, replacer = _bench(chunk.tools)
    read = post_texts if chunk.source is Source.posts else profile_texts
    frame = read(chunk.rows, chunk.files)
    texts = frame["text"].to_list()
    guesses = _languages(frame, settings, together=chunk.source is Source.posts)
    found = _detect(detector, frame, guesses, chunk)
    reasons = [_reason(guess, spans) for guess, spans in zip(guesses, found, strict=True)]
    judged = frame.with_columns(
        pl.Series("reason", reasons, pl.String),
        pl.Series("language", [guess.language for guess in guesses], pl.String),
    )
    if chunk.source is Source.posts:
        judged = judged.with_columns(pl.col("reason").drop_nulls().first().over("record_id"))
    written = judged["reason"].is_null().to_list()
    kept = [i for i, good in enumerate(written) if good]
    spans = [() if isinstance(each := found[i], RecordDetectionError) else each for i in kept]
    records = frame["record_id"].to_list()
    replaced = replacer.replace([texts[i] for i in kept], spans, [records[i] for i in kept])
    rows = judged.filter(pl.col("reason").is_null()).with_columns(
        pl.Series("text", [r.text for r in replaced], pl.String),
        pl.Series("entity_counts", [_counts(r.entity_counts) for r in replaced], COUNTS),
    )
    words = int(frame["text"].str.count_matches(r"\S+").sum())
    return Redacted(
        rows.select(REDACTED.names()),
        judged.select(OUTCOMES.names()),
        chunk.rows.height,
        words,
        process_time() - started,
        detector.fingerprint,
        replacer.fingerprint,
    )


def _languages(frame: pl.DataFrame, settings: DetectionSettings, *, together: bool) -> list[LanguageGuess]:
    texts, declared = frame["text"].to_list(), frame["language"].to_list()
    if not together:
        return identify_languages(texts, settings, declared)
    records = frame["record_id"].to_list()
    groups = [list(group) for _, group in groupby(range(len(texts)), key=lambda i: records[i])]
    whole = ["\n".join(texts[i] for i in group) for group in groups]
    guesses = identify_languages(whole, settings, [declared[group[0]] for group in groups])
    return [guess for guess, group in zip(guesses, groups, strict=True) for _ in group]


def _detect(
    detector: Detector, frame: pl.DataFrame, guesses: list[LanguageGuess], chunk: Chunk
) -> list[tuple[Span, ...] | RecordDetectionError]:
    texts, subjects = frame["text"].to_list(), frame["subjects"].to_list()
    languages = [(i, guess.language) for i, guess in enumerate(guesses) if guess.language is not None]
    known = [
        KnownValues.union(*(chunk.known[s] for s in dict.fromkeys(subjects[i]) if s in chunk.known), chunk.everywhere)
        for i, _ in languages
    ]
    found: list[tuple[Span, ...] | RecordDetectionError] = [()] * len(texts)
    looked_at = detector.detect_each([texts[i] for i, _ in languages], [lang for _, lang in languages], known)
    for (i, _), spans in zip(languages, looked_at, strict=True):
        found[i] = spans
    return found


def _reason(guess: LanguageGuess, spans: tuple[Span, ...] | RecordDetectionError) -> str | None:
    if guess.language is None:
        return (guess.reason or DetectionReason.LANGUAGE_UNKNOWN).value
    return DetectionReason.DETECTION_FAILED.value if isinstance(spans, RecordDetectionError) else None


def _counts(counts: dict[str, int]) -> list[dict[str, str | int]]:
    return [{"entity_type": kind, "count": number} for kind, number in sorted(counts.items())]
