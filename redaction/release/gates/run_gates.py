"""The audit of a staged release: all gates, over every byte that would be published."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from redaction.execution.progress import track
from redaction.release.claims import lint_card
from redaction.release.files.corpus_schema import CARD, CORPUS_SCHEMA, DATA, MANIFEST, SUMS
from redaction.release.files.folder import walk
from redaction.release.files.row_keys import RECORD, ROW
from redaction.release.gates.employments import EMPLOYMENTS, FIELD, employments_in, rare_employments
from redaction.release.gates.gate_names import Gate, at_most
from redaction.release.gates.known_value_patterns import ValueKind
from redaction.release.gates.record_checks import (
    count_difference,
    count_invalid_rows,
    count_other_schemas,
    count_repeated_rows,
    count_unmatched,
    digest_rows,
    sum_digests,
)
from redaction.release.gates.text_scanner import HITS, Hit, TextScanner, as_frame
from redaction.release.identity.record_keys import RecordKey
from redaction.release.lineage import CROISSANT, PROVENANCE
from redaction.release.manifest import GateResult, Manifest
from redaction.release.papers.papers import AB_2013, AI_ACT, ASSESSMENTS
from redaction.release.report import FACTS
from redaction.release.settings import GateSettings
from redaction.storage import row_groups

_FOOTER_TAIL = 8
_KEYS = pl.Schema({"record": pl.UInt64(), "row": pl.UInt64()})
_PROSE = {CARD, CROISSANT, PROVENANCE, AI_ACT, AB_2013, ASSESSMENTS, FACTS}
_LABELS = tuple(name for name in CORPUS_SCHEMA.names if name not in ("text", "record_id", "entity_counts"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the staged bytes are compared with, computed without the detector.

    `scanner` searches for the values of all profiles and for canaries. `decisions` are blocks of source, source_id,
    decision (keep, drop, quarantine), reason, one row per record, iterated more than once. `recall` is measured on a
    labeled set, if a least recall is configured. `extra` are results of gates that ran elsewhere. `whole_careers` says
    that the careers of profiles are generalized, and so must be shared as a whole. `attacked` is the digest of the rows
    that the linkage attack read, but for those set aside; None without an attack. `canaries` maps the record id of each
    canary to its text.
    """

    scanner: TextScanner
    decisions: Iterable[pl.DataFrame]
    key: RecordKey
    recall: float | None = None
    extra: tuple[GateResult, ...] = ()
    whole_careers: bool = False
    attacked: int | None = None
    canaries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of each gate, and the hits as `HITS`."""

    results: tuple[GateResult, ...]
    hits: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Shards:
    """The results of one scan of all shards."""

    hits: tuple[Hit, ...]
    employments: pl.DataFrame
    keys: pl.DataFrame
    schema_violations: int
    digest: int
    changed_canaries: int


def scan_ahead(
    scanner: TextScanner, parts: Iterator[tuple[str, pl.DataFrame]], k: int, *, whole_careers: bool = False
) -> tuple[TextScanner, pl.DataFrame]:
    """Scan rows before they are staged, so that records with a hit can be dropped first.

    Args:
        scanner: searches for known values, canaries and shapes.
        parts: pairs of a file name and rows (`record_id`, `field`, `text`).
        k: employments of fewer members than this are hits.
        whole_careers: whether whole careers are, not single employments.

    Returns:
        A scanner that skips the texts found clean, for the audit of the staged bytes; and the hits, as `HITS`.
    """
    employments = [pl.DataFrame(schema=EMPLOYMENTS)]

    def collected() -> Iterator[tuple[str, pl.DataFrame]]:
        for file, rows in parts:
            employments.append(employments_in(rows, file, whole_careers=whole_careers))
            yield file, rows

    scanner, hits = scanner.scan_ahead(collected())
    return scanner, pl.concat([hits, _rare_employment_hits(pl.concat(employments), k)]).sort(HITS.names())


def run_gates(folder: Path, manifest: Manifest, evidence: Evidence, settings: GateSettings) -> Audit:
    """Run every gate on the staged bytes and on their manifest.

    A gate that cannot run raises its error, so a release that cannot be audited is not published. Memory holds one row
    group, the row keys and the profile table's patterns.

    Args:
        folder: the staged files.
        manifest: the manifest to publish with them.
        evidence: what they are compared with.
        settings: the thresholds.

    Returns:
        The results of all gates, sorted by name, and the hits.
    """
    scanner = evidence.scanner
    documents = list(_documents(folder, manifest))
    shards = sorted((folder / DATA).glob("*.parquet"))
    scanned = _scan_shards(evidence, shards, manifest)
    in_documents = [hit for file, content in documents for hit in scanner.scan_value(content, file)]
    hits = pl.concat(
        [as_frame([*in_documents, *scanned.hits]), _rare_employment_hits(scanned.employments, settings.k)]
    ).sort(HITS.names())
    counts = dict(hits.group_by("kind").agg(pl.col("count").sum()).iter_rows())
    results = [
        *(
            at_most(Gate(f"known_{kind}"), counts.get(kind, 0), limit, f"{scanner.known.patterns} patterns")
            for kind, limit in settings.known_values.model_dump().items()
        ),
        *(
            at_most(Gate(f"shape_{shape}"), counts.get(f"shape_{shape}", 0), limit)
            for shape, limit in settings.shapes.model_dump().items()
        ),
        at_most(Gate.CANARIES, counts.get(ValueKind.CANARY, 0), detail=f"{scanner.canaries.patterns} planted"),
        at_most(Gate.K_ANONYMITY, counts.get(Gate.K_ANONYMITY, 0), settings.rare_employments, f"k {settings.k}"),
        *_record_results(scanned, manifest, evidence),
        at_most(Gate.CARD_CLAIMS, sum(len(lint_card(text)) for file, text in documents if file in _PROSE)),
        *_recall_results(evidence, settings),
        *([] if evidence.attacked is None else [at_most(Gate.LINKAGE_ROWS, int(scanned.digest != evidence.attacked))]),
        *evidence.extra,
    ]
    return Audit(tuple(sorted(results, key=lambda result: result.name)), hits)


def _documents(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield everything except rows: file names, card, manifest, other files, and the footers of shards."""
    yield MANIFEST, manifest.to_bytes().decode()
    for path in walk(folder):
        yield path, path
        file = folder / path
        if path.endswith(".parquet"):
            yield path, _footer(file)
        elif path not in {MANIFEST, SUMS}:
            yield path, file.read_bytes().decode("utf-8", "replace")


def _footer(file: Path) -> str:
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(size - _FOOTER_TAIL)
        (length,) = struct.unpack("<I", handle.read(4))
        handle.seek(size - _FOOTER_TAIL - length)
        return handle.read(length).decode("utf-8", "replace")


def _scan_shards(evidence: Evidence, shards: Sequence[Path], manifest: Manifest) -> _Shards:
    """Scan every row group once, with all its columns."""
    scanner = evidence.scanner
    versions, total = (manifest.version, *manifest.keyed_by), manifest.rows
    other_schemas = count_other_schemas(shards)
    hits, employments, keys = list[Hit](), [pl.DataFrame(schema=EMPLOYMENTS)], [pl.DataFrame(schema=_KEYS)]
    invalid = digest = changed = 0
    named = ((f"{DATA}/{shard.name}", rows) for shard in shards for rows in row_groups([shard]))
    for file, rows in track(named, "rows", total, lambda each: each[1].height):
        hits += [*scanner.scan_rows(rows, file), *_label_hits(scanner, rows, file)]
        employments.append(employments_in(rows, file, whole_careers=evidence.whole_careers))
        keys.append(rows.select(RECORD, ROW))
        records, canaries = _without_canaries(rows, evidence.canaries)
        changed += sum(evidence.canaries[record_id] != text for record_id, text in canaries.iter_rows())
        digest = sum_digests([digest, *digest_rows(records)["digest"]]) if evidence.attacked is not None else 0
        invalid += 0 if other_schemas else count_invalid_rows(rows, versions)
    row_keys = pl.concat(keys)
    violations = other_schemas or invalid + count_repeated_rows(row_keys)
    return _Shards(tuple(hits), pl.concat(employments), row_keys, violations, digest, changed)


def _without_canaries(rows: pl.DataFrame, canaries: Mapping[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Divide rows into those of records, and `record_id` and `text` of canaries."""
    is_canary = pl.col("record_id").is_in(list(canaries)) if canaries else pl.lit(value=False)
    return rows.filter(~is_canary), rows.filter(is_canary).select("record_id", "text")


def _label_hits(scanner: TextScanner, rows: pl.DataFrame, file: str) -> Iterator[Hit]:
    for label in _LABELS:
        for value in rows[label].drop_nulls().unique():
            yield from scanner.scan_value(value, file, label)
    for value in rows["entity_counts"].explode().drop_nulls().struct.field("entity_type").unique():
        yield from scanner.scan_value(value, file, "entity_counts")


def _rare_employment_hits(employments: pl.DataFrame, k: int) -> pl.DataFrame:
    """Return the employments of fewer than `k` members, as `HITS`."""
    rare = rare_employments(employments, k)
    return rare.select(
        "file", "record_id", pl.lit(FIELD).alias("field"), pl.lit(Gate.K_ANONYMITY.value).alias("kind"), "count"
    )


def _record_results(scanned: _Shards, manifest: Manifest, evidence: Evidence) -> Iterator[GateResult]:
    canaries = evidence.canaries
    without_right, without_row = count_unmatched(scanned.keys, evidence.decisions, evidence.key, canaries)
    yield at_most(Gate.SCHEMA, scanned.schema_violations)
    yield at_most(Gate.ROWS_WITHOUT_RIGHT, without_right + scanned.changed_canaries)
    yield at_most(Gate.KEPT_WITHOUT_ROW, without_row)
    yield at_most(Gate.CONSERVATION, count_difference(evidence.decisions, manifest.sources))


def _recall_results(evidence: Evidence, settings: GateSettings) -> Iterator[GateResult]:
    if settings.min_recall is not None:
        measured, least = evidence.recall, settings.min_recall
        yield GateResult(
            name=Gate.RECALL.value,
            passed=measured is not None and measured >= least,
            value=measured or 0.0,
            threshold=least,
            detail="not measured" if measured is None else "",
        )


def set_aside_gate(set_aside: int, records: int, settings: GateSettings, smallest: int = 1) -> GateResult:
    """Check the share of `records` that the scan before staging dropped; numbers below `smallest` are withheld."""
    share = set_aside / records if records else 0.0
    limit = settings.max_set_aside
    few = 0 < set_aside < smallest and share <= limit
    return GateResult(
        name=Gate.SET_ASIDE.value,
        passed=share <= limit,
        value=min(smallest / records, limit) if few else share,
        threshold=limit,
        detail=f"fewer than {smallest}" if few else f"{set_aside} of {records}",
    )
