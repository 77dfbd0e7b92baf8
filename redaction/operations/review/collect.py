"""Chooses the texts to review, from the spans of the last build: no text is read before it is chosen.

A build does nothing for it and takes no longer: its cached findings have the score of every span.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import polars as pl

from redaction.builds.redact.known_people import known_people
from redaction.builds.review import ReviewCase, current_texts
from redaction.detection import DetectionSettings, Detector
from redaction.operations.review.review_case import ReviewError
from redaction.state.private_tables import FINDINGS, REVIEW, REVIEWED_SPANS, RISKS
from redaction.state.stores.review_store import TEXT, Decision, Status, Stratum, read_review, update_review
from redaction.state.stores.span_store import content_keys

_SPARE: Final = 3
"""How many times as many texts are chosen as wanted: some have changed since the build, and some are repeats."""
_FOUND: Final = ["source", "source_id", "field"]


@dataclass(frozen=True, slots=True)
class Collected:
    """How many texts of each stratum were added to the review, and how many are in it."""

    unsure: int
    random: int
    texts: int


def collect(case: ReviewCase, texts: int) -> Collected:
    """Fill the review with texts of the last build: half by the least sure spans, half at random.

    Of the former, those whose authors the linkage attack finds most easily come first.

    Texts that were not decided are replaced; those that were stay, and are not chosen again. The choice is random, and
    the same each time for one build.

    Args:
        case: The last build, and the records that may be used now.
        texts: How many texts to choose.

    Returns:
        What was chosen.

    Raises:
        ReviewError: No text of the last build is as it was.
        DiscreetError: The models of the profile cannot be loaded.
    """
    chosen = _candidates(case, texts)
    current = _unchanged(case, chosen)
    if chosen.height and current.is_empty():
        raise ReviewError(
            f"{case.build.config.corpus}: the inputs or the profile changed since build {case.build.plan.version}; "
            "run discreet build, then review"
        )
    added = pl.DataFrame(schema=REVIEW.schema)

    def replace_open(rows: pl.DataFrame) -> pl.DataFrame:
        nonlocal added
        decided = rows.filter(_is_decided())
        new = current.join(decided, on="digest", how="anti", maintain_order="left").unique(
            "digest", keep="first", maintain_order=True
        )
        # Of a text that both strata chose, the reviewer sees why it is unsure.
        unsure = _riskiest_first(case, new.filter(stratum=Stratum.UNSURE.value).head(texts - texts // 2))
        random = new.filter(stratum=Stratum.RANDOM.value).head(texts // 2)
        added = pl.concat([unsure, random]).select(pl.exclude("position"))
        whole = pl.concat([decided.select(added.columns), added])
        return whole.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("position"))[REVIEW.schema.names()]

    rows = update_review(case.build.paths, replace_open)
    counts = dict(added.group_by("stratum").len().iter_rows())
    return Collected(counts.get(Stratum.UNSURE, 0), counts.get(Stratum.RANDOM, 0), rows.height)


def _riskiest_first(case: ReviewCase, rows: pl.DataFrame) -> pl.DataFrame:
    """Sort texts by how likely the linkage attack of the last build finds the author of the record."""
    path = case.build.folder.file(RISKS)
    if not path.is_file():
        return rows
    risks = pl.read_parquet(path, glob=False)
    ranked = rows.join(risks, on=["source", "source_id"], how="left", maintain_order="left")
    return ranked.sort("risk", descending=True, nulls_last=True, maintain_order=True).drop("risk")


def margins(spans: pl.Expr, detection: DetectionSettings) -> pl.Expr:
    """Return how far each span of a struct column scored above the threshold of its type."""
    threshold = spans.struct.field("entity_type").replace_strict(
        detection.thresholds, default=detection.threshold, return_dtype=pl.Float64
    )
    return spans.struct.field("score") - threshold


def _candidates(case: ReviewCase, texts: int) -> pl.DataFrame:
    """Choose texts without reading them: source, source_id, field, key, language, spans, stratum; the best first."""
    detection, wanted = case.build.config.detection, _SPARE * max(texts, 1)
    unsure, random = [], []
    for found in _findings(case):
        spans = found.explode("spans", empty_as_null=False).with_columns(
            margins(pl.col("spans"), detection).alias("margin"),
            pl.col("spans").struct.field("entity_type").alias("entity_type"),
        )
        least = spans.sort("margin", "order").unique([*_FOUND], keep="first", maintain_order=True)
        least = least.group_by("entity_type", maintain_order=True).head(wanted)
        unsure.append(found.join(least.select(*_FOUND, "margin", "entity_type"), on=_FOUND, how="inner"))
        random.append(found.sort("order").head(wanted))
    if not random:
        raise ReviewError(
            f"{case.build.config.corpus}: the last build left no spans in the state; run discreet build, then review"
        )
    # One type after the other, so that a recognizer with low scores does not fill the review.
    by_type = (
        _eligible(case, pl.concat(unsure))
        .sort("margin", "order")
        .with_columns(pl.int_range(pl.len()).over("entity_type").alias("rank"))
    )
    by_chance = _eligible(case, pl.concat(random)).sort("order")
    columns = [*_FOUND, "key", "language", "spans", "stratum"]
    return pl.concat(
        [
            by_type.sort("rank", "margin", "order").head(wanted).with_columns(_stratum(Stratum.UNSURE))[columns],
            by_chance.head(wanted).with_columns(_stratum(Stratum.RANDOM))[columns],
        ]
    )


def _findings(case: ReviewCase) -> Iterator[pl.DataFrame]:
    """Yield the findings of texts that were not decided, with a random `order` of this build."""
    build = case.build
    decided = read_review(build.paths).filter(_is_decided()).select(_FOUND)
    seed = int.from_bytes(blake2b(build.plan.version.encode(), key=case.secret, digest_size=8).digest())
    for path in build.paths.files(FINDINGS):
        source = path.parent.name
        found = (
            pl.scan_parquet(path, glob=False)
            .filter(pl.col("reason").is_null())
            .select(pl.lit(source).alias("source"), "source_id", "field", "key", "language", "spans")
            .join(decided.lazy(), on=_FOUND, how="anti")
            .with_columns(pl.concat_str("source", "source_id", "field", separator="\0").hash(seed).alias("order"))
            .collect()
        )
        yield found


def _eligible(case: ReviewCase, candidates: pl.DataFrame) -> pl.DataFrame:
    return candidates.join(case.eligible, on=["source", "source_id"], how="semi", maintain_order="left")


def _unchanged(case: ReviewCase, chosen: pl.DataFrame) -> pl.DataFrame:
    """Read the chosen texts, and return those whose spans are still valid, as rows of the review without position."""
    build = case.build
    texts = current_texts(case, chosen)
    if texts.is_empty():
        return pl.DataFrame(schema=REVIEW.schema)
    # A record's texts are read together: its key covers them all.
    texts = texts.with_columns(pl.struct("source", "record_id").rle_id().alias("record"))
    fingerprint = Detector.from_settings(build.config.detection).fingerprint
    keys = content_keys(texts, known_people(build), fingerprint, build.store_key)
    current = texts.with_columns(keys).select(*TEXT, "key")
    valid = chosen.join(current, on=[*_FOUND, "key"], how="inner", maintain_order="left")
    spans = pl.col("spans").list.eval(
        pl.struct(
            *(pl.element().struct.field(name) for name in ("start", "end", "entity_type", "score", "recognizer")),
            pl.lit(Decision.OPEN.value).alias("decision"),
        )
    )
    return valid.select(
        pl.lit(0, pl.UInt32).alias("position"),
        *TEXT,
        "language",
        "stratum",
        pl.lit(Status.OPEN.value).alias("status"),
        spans.cast(REVIEWED_SPANS),
    )


def _stratum(stratum: Stratum) -> pl.Expr:
    return pl.lit(stratum.value).alias("stratum")


def _is_decided() -> pl.Expr:
    """Whether the reviewer decided anything on a text."""
    is_decided = pl.element().struct.field("decision") != Decision.OPEN.value
    return (pl.col("status") != Status.OPEN) | pl.col("spans").list.eval(is_decided).list.any()
