"""The one function that redacts: a chunk of records in, redacted rows and outcomes out.

It is the same in this process, in a pool and on a cluster. It holds raw text in memory only.
"""

from dataclasses import dataclass
from functools import lru_cache
from time import process_time

import polars as pl

from redaction.detection import DetectionSettings, Detector, KnownValues
from redaction.execution.findings import Finding, content_keys, find, stored_findings, to_store
from redaction.execution.nested import list_series
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
    """What a worker needs to build its detector and replacer once. The keys are private.

    `key` is the release's, for surrogates; `store_key` is the corpus's, for what is kept from build to build.
    """

    detection: str
    replacement: str
    key: bytes
    store_key: bytes

    def __repr__(self) -> str:
        """Without the keys."""
        return "Tools(…)"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one source, by their places in its files, with what is known of the people in them.

    `stored` are findings of earlier builds (schema `STORE`) for some of the records.
    """

    tools: Tools
    source: Source
    rows: pl.DataFrame
    files: list[TableFile]
    known: dict[str, KnownValues]
    everywhere: KnownValues
    stored: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Redacted:
    """What came of a chunk, what it took, and what did it.

    `rows` (schema `REDACTED`), `outcomes` (schema `OUTCOMES`), `findings` (schema `STORE`). `detected` counts the
    texts that were looked at now, `words` those of all texts.
    """

    rows: pl.DataFrame
    outcomes: pl.DataFrame
    findings: pl.DataFrame
    records: int
    words: int
    detected: int
    cpu_seconds: float
    detector: str
    replacement: str


@lru_cache(maxsize=2)
def _bench(tools: Tools) -> tuple[Detector, Replacer]:
    settings = DetectionSettings.model_validate_json(tools.detection)
    replacement = ReplacementSettings.model_validate_json(tools.replacement)
    return Detector.from_settings(settings), Replacer.from_settings(replacement, tools.key)


def redact_chunk(chunk: Chunk) -> Redacted:
    """Reads the texts of a chunk, finds personal data in them and puts surrogates in its place.

    Only texts whose finding is not kept are looked at. A text whose language cannot be looked at, or on which a
    recogniser fails, is not written; of a post, then, nothing is.
    """
    started = process_time()
    detector, replacer = _bench(chunk.tools)
    read = post_texts if chunk.source is Source.posts else profile_texts
    frame = read(chunk.rows, chunk.files)
    known = _known(frame, chunk)
    keys = content_keys(frame, known, chunk.everywhere, detector.fingerprint, chunk.tools.store_key)
    kept = stored_findings(frame, keys, chunk.stored)
    findings = _completed(frame, known, kept, chunk)
    judged = frame.with_columns(
        pl.Series("reason", [finding.reason for finding in findings], pl.String),
        pl.Series("language", [finding.language for finding in findings], pl.String),
    )
    if chunk.source is Source.posts:
        judged = judged.with_columns(pl.col("reason").drop_nulls().first().over("record_id"))
    return Redacted(
        _replaced(judged, findings, replacer),
        judged.select(OUTCOMES.names()),
        to_store(frame, keys, findings, chunk.stored),
        chunk.rows.height,
        int(frame["text"].str.count_matches(r"\S+").sum()),
        kept.count(None),
        process_time() - started,
        detector.fingerprint,
        replacer.fingerprint,
    )


def _known(frame: pl.DataFrame, chunk: Chunk) -> list[KnownValues]:
    return [
        KnownValues.union(*(chunk.known[s] for s in dict.fromkeys(subjects) if s in chunk.known))
        for subjects in frame["subjects"]
    ]


def _completed(
    frame: pl.DataFrame, known: list[KnownValues], kept: list[Finding | None], chunk: Chunk
) -> list[Finding]:
    """The kept findings, and for the other texts new ones."""
    missing = [i for i, finding in enumerate(kept) if finding is None]
    detector, _ = _bench(chunk.tools)
    found = iter(
        find(
            frame[missing],
            [known[i] for i in missing],
            chunk.everywhere,
            detector,
            together=chunk.source is Source.posts,
        )
    )
    return [finding if finding is not None else next(found) for finding in kept]


def _replaced(judged: pl.DataFrame, findings: list[Finding], replacer: Replacer) -> pl.DataFrame:
    good = judged["reason"].is_null()
    rows = judged.filter(good)
    spans = [finding.spans for finding, kept in zip(findings, good, strict=True) if kept]
    replaced = replacer.replace(rows["text"].to_list(), spans, rows["record_id"].to_list())
    counts = [sorted(each.entity_counts.items()) for each in replaced]
    return rows.with_columns(
        pl.Series("text", [each.text for each in replaced], pl.String), list_series("entity_counts", counts, COUNTS)
    ).select(REDACTED.names())
