"""Redacts a chunk of records: the same in this process, in a pool and on a cluster, with raw text in memory only."""

import gc
from dataclasses import dataclass
from functools import lru_cache
from time import process_time

import numpy as np
import polars as pl

from redaction.builds.redact.known_people import known_values_of
from redaction.detection import DetectionReason, DetectionSettings, Detector, KnownValues
from redaction.replacement import ReplacementSettings, Replacer, apply_placeholders, rewrite_column
from redaction.state.private_tables import COUNTS, FINDINGS, OUTCOMES, REDACTED
from redaction.state.stores.findings import find, span_series, spans_of
from redaction.state.stores.list_columns import list_series, regrouped
from redaction.state.stores.span_store import carried_over, content_keys, named_digests, objectors_digest
from redaction.tables import Source


@dataclass(frozen=True, slots=True)
class Tools:
    """The settings (JSON) and private keys from which a worker builds its detector and replacer once.

    `key` is the release's, for replacements; `store_key` is the corpus's, for what is cached from build to build.
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
    """Texts of some records of one source (`TEXTS`), and what is needed to redact them.

    `people` are rows of `known_people`, `everywhere` the values to search in every text, `stored` the findings
    (`FINDINGS`) of earlier builds.
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
    """The result of a chunk: frames of the tables `REDACTED`, `OUTCOMES` and `FINDINGS`, and counts.

    `detected` counts the texts that were analyzed now, `words` and `characters` those in them; `detector`,
    `models` (its models alone) and `replacement` are fingerprints.
    """

    rows: pl.DataFrame
    outcomes: pl.DataFrame
    findings: pl.DataFrame
    words: int
    characters: int
    detected: int
    cpu_seconds: float
    detector: str
    models: str
    replacement: str


def load_models(detection: str) -> None:
    """Load the models of detection settings (JSON), so that the first chunk need not wait for them."""
    _detector(detection)


def unload_models() -> None:
    """Release what `load_models` and chunks loaded into this process, and the words that were read with it.

    A later chunk loads them again.
    """
    _detector.cache_clear()
    _replacer.cache_clear()
    gc.unfreeze()  # A detector freezes its models, and refers to itself by the caches of its methods.
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=2)
def _detector(detection: str) -> Detector:
    return Detector.from_settings(DetectionSettings.model_validate_json(detection))


@lru_cache(maxsize=2)
def _replacer(replacement: str, key: bytes) -> Replacer:
    return Replacer(ReplacementSettings.model_validate_json(replacement), key)


def redact_chunk(chunk: Chunk) -> Redacted:
    """Find the personal data in the texts of a chunk, and replace it.

    Only texts without a valid cached finding are analyzed. A text whose language is not supported, or on which a
    recognizer fails, is not written; of a post, then, no text is.

    Returns:
        The redacted rows, the outcome of every text, and the findings to cache.
    """
    started = process_time()
    tools = chunk.tools
    detector, replacer = _detector(tools.detection), _replacer(tools.replacement, tools.key)
    texts = chunk.texts.with_row_index("at").with_columns(pl.col("record_id").rle_id().alias("record"))
    texts = texts.with_columns(content_keys(texts, chunk.people, detector.fingerprint, tools.store_key))

    def named(unsure: pl.Series) -> list[bytes | None]:
        return named_digests(detector.find_known(unsure.to_list(), chunk.everywhere), tools.store_key)

    cached = carried_over(texts, chunk.stored, objectors_digest(chunk.everywhere, tools.store_key), named)
    unknown = texts.filter(~pl.col("at").is_in(cached["at"].implode()))
    new = _analyze(unknown, chunk, detector)
    found = pl.concat([cached, new]).sort("at").drop("source_id", "field", "key")
    judged = texts.drop("language").hstack(found.drop("at"))
    if chunk.source is Source.posts:
        judged = judged.with_columns(pl.col("reason").drop_nulls().first().over("record"))
    replaced = _replaced(judged.filter(pl.col("reason").is_null()), replacer)
    return Redacted(
        replaced[REDACTED.schema.names()],
        judged[OUTCOMES.schema.names()],
        _to_store(texts[["at", "source_id", "field", "key"]], found, replaced),
        int(unknown["text"].str.count_matches(r"\S+").sum()),
        int(unknown["text"].str.len_chars().sum()),
        new.height,
        process_time() - started,
        detector.fingerprint,
        detector.models_digest,
        replacer.fingerprint,
    )


def _analyze(texts: pl.DataFrame, chunk: Chunk, detector: Detector) -> pl.DataFrame:
    """Return new findings: `at` and the columns of `FINDINGS`."""
    if texts.is_empty():
        return pl.DataFrame(schema={"at": texts.schema["at"], **FINDINGS.schema})
    known = known_values_of(texts["subjects"], chunk.people)
    found = find(texts, known, chunk.everywhere, detector, by_record=chunk.source is Source.posts)
    named = detector.find_known(texts["text"].to_list(), chunk.everywhere)
    secret = chunk.tools.store_key
    return texts.select("at", "source_id", "field", "key").with_columns(
        pl.Series("language", [f.language for f in found], pl.String),
        pl.Series("reason", [f.reason for f in found], pl.String),
        span_series([f.spans for f in found], [()] * len(found)),
        pl.lit(None, pl.String).alias("replacement"),
        pl.lit(objectors_digest(chunk.everywhere, secret)).alias("objectors"),
        pl.Series("named", named_digests(named, secret), pl.Binary),
    )


def _replaced(texts: pl.DataFrame, replacer: Replacer) -> pl.DataFrame:
    """Return the redacted texts, with `entity_counts`, and the numbers of placeholders in `spans`."""
    # Cached numbers are used as they are; only other records go through the operators. A text without spans never
    # becomes a Python string.
    numbered = pl.col("spans").list.eval(pl.element().struct.field("number").is_not_null()).list.all()
    same = (pl.col("replacement") == replacer.fingerprint).fill_null(value=False)
    marked = texts.with_columns((same & numbered).all().over("record").alias("numbered"))
    bare = pl.col("spans").list.len() == 0
    untouched = marked.filter(pl.col("numbered") & bare)
    numbered_texts = marked.filter(pl.col("numbered") & ~bare)
    others = marked.filter(~pl.col("numbered"))
    spans = spans_of(others["spans"])
    made = replacer.replace(others["text"].to_list(), spans, others["record_id"].to_list())
    counts = [sorted(each.entity_counts.items()) for each in made]
    parts = [
        untouched.with_columns(rewrite_column(pl.col("text")), pl.lit([], COUNTS).alias("entity_counts")),
        numbered_texts.with_columns(
            apply_placeholders(numbered_texts["text"], numbered_texts["spans"]),
            _counted(numbered_texts["spans"]),
        ),
        others.with_columns(
            pl.Series("text", [each.text for each in made], pl.String),
            span_series(spans, [each.numbers for each in made]),
            list_series("entity_counts", counts, COUNTS),
            pl.lit(replacer.fingerprint).alias("replacement"),
        ),
    ]
    return pl.concat([part.select(*marked.columns, "entity_counts") for part in parts]).sort("at")


def _counted(spans: pl.Series) -> pl.Series:
    """Count the spans of each type in each text, as `entity_counts`."""
    found = spans.explode(empty_as_null=False).struct.field("entity_type")
    names = found.unique().sort()
    texts = np.repeat(np.arange(spans.len()), spans.list.len().to_numpy())
    cells = texts * names.len() + names.search_sorted(found).to_numpy()
    counts = np.bincount(cells, minlength=spans.len() * names.len()).reshape(spans.len(), names.len())
    text, name = np.nonzero(counts)
    pairs = pl.DataFrame({"entity_type": names.gather(name), "count": counts[text, name].astype(np.int32)})
    return regrouped(pairs.to_struct("entity_counts"), np.bincount(text, minlength=spans.len())).cast(COUNTS)


def _to_store(texts: pl.DataFrame, found: pl.DataFrame, replaced: pl.DataFrame) -> pl.DataFrame:
    """Return the findings as rows of `FINDINGS`, without texts on which detection failed, so that it is retried."""
    numbered = replaced[["at", "spans", "replacement"]]
    rows = texts.hstack(found.drop("at")).update(numbered, on="at", how="left")
    failed = pl.col("reason").eq_missing(DetectionReason.DETECTION_FAILED.value)
    return rows.filter(~failed)[FINDINGS.schema.names()]
