"""What was found in each text, and under which key it may be used again: detect once, decide always."""

import hashlib
import hmac
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
from redaction.execution.nested import list_series
from redaction.tables import Dtype

_SPANS = pl.List(
    pl.Struct(
        {
            "start": pl.UInt32,
            "end": pl.UInt32,
            "entity_type": pl.String,
            "score": pl.Float64,
            "recognizer": pl.String,
        }
    )
)
_STORE: dict[str, Dtype] = {
    "source_id": pl.String,
    "field": pl.String,
    "key": pl.Binary,
    "language": pl.String,
    "reason": pl.String,
    "spans": _SPANS,
}
_PLACE = ["source_id", "field", "key"]
STORE = pl.Schema(_STORE)
"""Findings as they are kept in the private state: offsets and types, no text."""


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


def content_keys(
    frame: pl.DataFrame, known: Sequence[KnownValues], everywhere: KnownValues, fingerprint: str, secret: bytes
) -> list[bytes]:
    """For each text a keyed digest of all that its findings follow from: the record's texts, the declared language,
    the known values, and the detector (its models, recognisers and settings)."""
    keys: list[bytes] = []
    common = hmac.new(secret, f"{fingerprint} {everywhere!r}".encode(), hashlib.sha256)
    fields, languages, texts = (frame[column].to_list() for column in ("field", "language", "text"))
    for group in _records(frame):
        digest = common.copy()
        for i in group:
            for part in (fields[i], languages[i] or "", texts[i], repr(known[i])):
                raw = part.encode("utf-8", "surrogatepass")
                digest.update(len(raw).to_bytes(8, "big") + raw)
        keys += [digest.digest()] * len(group)
    return keys


def stored_findings(frame: pl.DataFrame, keys: Sequence[bytes], stored: pl.DataFrame) -> list[Finding | None]:
    """The kept finding of each text whose key is still the same, None for the others."""
    if stored.is_empty():
        return [None] * frame.height
    wanted = frame.select("source_id", "field").with_columns(pl.Series("key", list(keys), pl.Binary))
    rows = wanted.join(stored.with_columns(kept=True), on=_PLACE, how="left", maintain_order="left")
    return [
        Finding(language, tuple(Span(**span) for span in spans or ()), reason) if kept else None
        for language, reason, spans, kept in rows.select("language", "reason", "spans", "kept").iter_rows()
    ]


def to_store(
    frame: pl.DataFrame, keys: Sequence[bytes], findings: Sequence[Finding], stored: pl.DataFrame
) -> pl.DataFrame:
    """The findings as rows of `STORE`; a text on which detection failed is not kept, so that it is tried again.

    What is in `stored` under the same keys is passed on as it is.
    """
    wanted = frame.select("source_id", "field").with_columns(pl.Series("key", list(keys), pl.Binary))
    if stored.height and wanted.join(stored, on=_PLACE, how="anti").is_empty():
        return wanted.join(stored, on=_PLACE, how="left", maintain_order="left").select(STORE.names())
    spans = [[(s.start, s.end, s.entity_type, s.score, s.recognizer) for s in finding.spans] for finding in findings]
    rows = frame.select("source_id", "field").with_columns(
        wanted["key"],
        pl.Series("language", [f.language for f in findings], pl.String),
        pl.Series("reason", [f.reason for f in findings], pl.String),
        list_series("spans", spans, _SPANS),
    )
    return rows.filter(pl.col("reason").is_null() | (pl.col("reason") != DetectionReason.DETECTION_FAILED.value))


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
