"""The one function that redacts: a chunk of records in, redacted rows and outcomes out.

It is the same in this process, in a pool and on a cluster. It holds raw text in memory only.
"""

from dataclasses import dataclass
from functools import lru_cache
from time import process_time

import numpy as np
import polars as pl

from redaction.builds.known_people import known_values_of
from redaction.detection import DetectionReason, DetectionSettings, Detector, KnownValues
from redaction.replacement import ReplacementSettings, Replacer, apply_placeholders
from redaction.state.findings import find, span_series, spans_of
from redaction.state.list_columns import list_series, regrouped
from redaction.state.private_tables import COUNTS, FINDINGS, OUTCOMES, REDACTED
from redaction.state.span_store import carried_over, content_keys, named_digests, objectors_digest
from redaction.tables import Source


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
    """Texts of some records of one source, with what is known of the people in them.

    `texts` has the schema `TEXTS`, `people` the columns that `known_people` gives. `stored` are findings of earlier
    builds (schema `STORE`) for some of the records.
    """

    tools: Tools
    source: Source
    texts: pl.DataFrame
    people: pl.DataFrame
    everywhere: KnownValues
    stored: pl.DataFrame

    def __repr__(self) -> str:
        """Without the texts."""
        return "Chunk(…)"


@dataclass(frozen=True, slots=True)
class Redacted:
    """What came of a chunk, what it took, and what did it.

    `rows` (schema `REDACTED`), `outcomes` (schema `OUTCOMES`), `findings` (schema `STORE`). `detected` counts the
    texts that were looked at now, `words` their words.
    """

    rows: pl.DataFrame
    outcomes: pl.DataFrame
    findings: pl.DataFrame
    words: int
    detected: int
    cpu_seconds: float
    detector: str
    replacement: str


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a worker makes once, and the fingerprints of it."""

    detector: Detector
    replacer: Replacer
    found_by: str
    replaced_by: str


def load_models(detection: str) -> None:
    """Has the models of detection settings (JSON) in memory, so that the first chunk need not wait for them."""
    _detector(detection)


@lru_cache(maxsize=2)
def _detector(detection: str) -> Detector:
    return Detector.from_settings(DetectionSettings.model_validate_json(detection))


@lru_cache(maxsize=2)
def _bench(tools: Tools) -> _Bench:
    detector = _detector(tools.detection)
    replacer = Replacer(ReplacementSettings.model_validate_json(tools.replacement), tools.key)
    return _Bench(detector, replacer, detector.fingerprint, replacer.fingerprint)


def redact_chunk(chunk: Chunk) -> Redacted:
    """Finds personal data in the texts of a chunk and puts surrogates in its place.

    Only texts whose finding is not kept are looked at. A text whose language cannot be looked at, or on which a
    recogniser fails, is not written; of a post, then, nothing is.
    """
    started = process_time()
    bench = _bench(chunk.tools)
    texts = chunk.texts.with_row_index("at").with_columns(pl.col("record_id").rle_id().alias("record"))
    texts = texts.with_columns(content_keys(texts, chunk.people, bench.found_by, chunk.tools.store_key))
    kept = _carried_over(texts, chunk, bench)
    unknown = texts.filter(~pl.col("at").is_in(kept["at"].implode()))
    new = _looked_at(unknown, chunk, bench)
    found = pl.concat([kept, new]).sort("at").drop("source_id", "field", "key")
    judged = texts.drop("language").hstack(found.drop("at"))
    if chunk.source is Source.posts:
        judged = judged.with_columns(pl.col("reason").drop_nulls().first().over("record"))
    replaced = _replaced(judged.filter(pl.col("reason").is_null()), bench)
    return Redacted(
        replaced[REDACTED.schema.names()],
        judged[OUTCOMES.schema.names()],
        _to_store(texts[["at", "source_id", "field", "key"]], found, replaced),
        int(unknown["text"].str.count_matches(r"\S+").sum()),
        new.height,
        process_time() - started,
        bench.found_by,
        bench.replaced_by,
    )


def _carried_over(texts: pl.DataFrame, chunk: Chunk, bench: _Bench) -> pl.DataFrame:
    def named(unsure: pl.Series) -> list[bytes | None]:
        return named_digests(bench.detector.find_known(unsure.to_list(), chunk.everywhere), chunk.tools.store_key)

    return carried_over(texts, chunk.stored, objectors_digest(chunk.everywhere, chunk.tools.store_key), named)


def _looked_at(texts: pl.DataFrame, chunk: Chunk, bench: _Bench) -> pl.DataFrame:
    """New findings: `at` and the columns of `STORE`. Where all is kept, nothing is made ready to look with."""
    if texts.is_empty():
        return pl.DataFrame(schema={"at": texts.schema["at"], **FINDINGS.schema})
    known = known_values_of(texts["subjects"], chunk.people)
    found = find(texts, known, chunk.everywhere, bench.detector, together=chunk.source is Source.posts)
    named = bench.detector.find_known(texts["text"].to_list(), chunk.everywhere)
    secret = chunk.tools.store_key
    return texts.select("at", "source_id", "field", "key").with_columns(
        pl.Series("language", [f.language for f in found], pl.String),
        pl.Series("reason", [f.reason for f in found], pl.String),
        span_series([f.spans for f in found], [()] * len(found)),
        pl.lit(None, pl.String).alias("replacement"),
        pl.lit(objectors_digest(chunk.everywhere, secret)).alias("objectors"),
        pl.Series("named", named_digests(named, secret), pl.Binary),
    )


def _replaced(texts: pl.DataFrame, bench: _Bench) -> pl.DataFrame:
    """The texts redacted, with `entity_counts`, and in `spans` the numbers of placeholders.

    Records whose placeholders have kept their numbers get these; all others go through the operators. No Python string
    is made of a text that stays as it is.
    """
    numbered = pl.col("spans").list.eval(pl.element().struct.field("number").is_not_null()).list.all()
    same = (pl.col("replacement") == bench.replaced_by).fill_null(value=False)
    marked = texts.with_columns((same & numbered).all().over("record").alias("numbered"))
    bare = pl.col("spans").list.len() == 0
    untouched = marked.filter(pl.col("numbered") & bare)
    as_before = marked.filter(pl.col("numbered") & ~bare)
    again = marked.filter(~pl.col("numbered"))
    spans = spans_of(again["spans"])
    made = bench.replacer.replace(again["text"].to_list(), spans, again["record_id"].to_list())
    counts = [sorted(each.entity_counts.items()) for each in made]
    parts = [
        untouched.with_columns(pl.lit([], COUNTS).alias("entity_counts")),
        as_before.with_columns(
            apply_placeholders(as_before["text"], as_before["spans"]),
            _counted(as_before["spans"]),
        ),
        again.with_columns(
            pl.Series("text", [each.text for each in made], pl.String),
            span_series(spans, [each.numbers for each in made]),
            list_series("entity_counts", counts, COUNTS),
            pl.lit(bench.replaced_by).alias("replacement"),
        ),
    ]
    return pl.concat([part.select(*marked.columns, "entity_counts") for part in parts]).sort("at")


def _counted(spans: pl.Series) -> pl.Series:
    """How many spans of each type a text has, as `entity_counts`."""
    found = spans.explode(empty_as_null=False).struct.field("entity_type")
    names = found.unique().sort()
    texts = np.repeat(np.arange(spans.len()), spans.list.len().to_numpy())
    cells = texts * names.len() + names.search_sorted(found).to_numpy()
    counts = np.bincount(cells, minlength=spans.len() * names.len()).reshape(spans.len(), names.len())
    text, name = np.nonzero(counts)
    told = pl.DataFrame({"entity_type": names.gather(name), "count": counts[text, name].astype(np.int32)})
    return regrouped(told.to_struct("entity_counts"), np.bincount(text, minlength=spans.len())).cast(COUNTS)


def _to_store(texts: pl.DataFrame, found: pl.DataFrame, replaced: pl.DataFrame) -> pl.DataFrame:
    """The findings as rows of `STORE`; a text on which detection failed is not kept, so that it is tried again."""
    numbered = replaced[["at", "spans", "replacement"]]
    rows = texts.hstack(found.drop("at")).update(numbered, on="at", how="left")
    failed = pl.col("reason").eq_missing(DetectionReason.DETECTION_FAILED.value)
    return rows.filter(~failed)[FINDINGS.schema.names()]
