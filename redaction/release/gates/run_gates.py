"""The audit of a staged release: every gate, over every byte that would leave."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from redaction.release.card import lint_card
from redaction.release.files.corpus_schema import CARD, CORPUS_SCHEMA, DATA, MANIFEST
from redaction.release.files.folder import walk
from redaction.release.files.row_keys import RECORD, ROW
from redaction.release.gates.employments import EMPLOYMENTS, FIELD, employments_in, rare_employments
from redaction.release.gates.known_value_patterns import ValueKind
from redaction.release.gates.record_checks import (
    count_difference,
    count_invalid_rows,
    count_other_schemas,
    count_repeated_rows,
    count_unmatched,
)
from redaction.release.gates.shapes import Shape
from redaction.release.gates.text_scanner import HITS, Hit, TextScanner, as_frame
from redaction.release.identity.record_keys import RecordKey
from redaction.release.lineage import AI_ACT, CROISSANT, PROVENANCE
from redaction.release.manifest import GateResult, Manifest
from redaction.release.settings import GateSettings
from redaction.storage import row_groups

K_ANONYMITY = "k_anonymity"
_FOOTER_TAIL = 8
_KEYS = pl.Schema({"record": pl.UInt64(), "row": pl.UInt64()})
_PROSE = {CARD, CROISSANT, PROVENANCE, AI_ACT}
_LABELS = tuple(name for name in CORPUS_SCHEMA.names if name not in ("text", "record_id", "entity_counts"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the audit is held against, gathered without the detector.

    `reader`: what looks for the values of everyone's profile, and for the canaries planted in the inputs.
    `decisions`: one row a record, computed afresh from the inputs: source, source_id, decision (keep, drop,
    quarantine), reason; in blocks, which are asked for more than once. `recall`: measured on a labelled set, where a
    least recall is set. `extra`: results of gates run elsewhere.
    """

    scanner: TextScanner
    decisions: Iterable[pl.DataFrame]
    key: RecordKey
    recall: float | None = None
    extra: tuple[GateResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of each gate, and where the hits are."""

    results: tuple[GateResult, ...]
    hits: pl.DataFrame

    @property
    def passed(self) -> bool:
        """Whether every gate did."""
        return all(result.passed for result in self.results)

    @property
    def found_in(self) -> pl.Series:
        """The record_ids in whose rows something was found: what a build may set aside before it stages again."""
        return self.hits["record_id"].drop_nulls().unique().sort()


@dataclass(frozen=True, slots=True)
class _Shards:
    """What one reading of all shards tells: hits in texts and labels, employments, keys, rows in another form."""

    hits: tuple[Hit, ...]
    employments: pl.DataFrame
    keys: pl.DataFrame
    misshapen: int


def scan_ahead(
    reader: TextScanner, parts: Iterator[tuple[str, pl.DataFrame]], k: int
) -> tuple[TextScanner, pl.DataFrame]:
    """Reads rows (`record_id`, `field`, `text`) before they are staged, each with the name of its file.

    What is found can be set aside, and the reader that comes back spares the audit of the staged bytes the search of
    those texts in which nothing was.
    """
    told = [pl.DataFrame(schema=EMPLOYMENTS)]

    def noted() -> Iterator[tuple[str, pl.DataFrame]]:
        for file, rows in parts:
            told.append(employments_in(rows, file))
            yield file, rows

    knowing, hits = reader.scan_ahead(noted())
    return knowing, pl.concat([hits, _rare(pl.concat(told), k)]).sort(HITS.names())


def run_gates(folder: Path, manifest: Manifest, evidence: Evidence, settings: GateSettings) -> Audit:
    """Runs every gate on the staged bytes in `folder` and on the manifest that would be written beside them.

    A gate that cannot run raises: a release that cannot be audited is not published. Time grows with the
    output, some 2 to 5 MB of text a second on one core, and less for texts that the reader has read ahead; memory with
    one shard's row group and the profile table.
    """
    reader = evidence.scanner
    documents = list(_documents(folder, manifest))
    shards = sorted((folder / DATA).glob("*.parquet"))
    read = _read_shards(reader, shards, (manifest.version, *manifest.keyed_by))
    told = [hit for file, content in documents for hit in reader.value(content, file)]
    hits = pl.concat([as_frame([*told, *read.hits]), _rare(read.employments, settings.k)]).sort(HITS.names())
    counts = dict(hits.group_by("kind").agg(pl.col("count").sum()).iter_rows())
    results = [
        *_known_value_results(counts, settings, reader.known.patterns),
        *_shape_results(counts, settings),
        _at_most("canaries", counts.get(ValueKind.CANARY, 0), 0, f"{reader.canaries.patterns} planted"),
        _at_most(K_ANONYMITY, counts.get(K_ANONYMITY, 0), settings.rare_employments, f"k {settings.k}"),
        *_record_results(read, manifest, evidence),
        _at_most("card_claims", sum(len(lint_card(text)) for file, text in documents if file in _PROSE), 0),
        *_recall_results(evidence, settings),
        *evidence.extra,
    ]
    return Audit(tuple(sorted(results, key=lambda result: result.name)), hits)


def _documents(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Everything that is no row: file names, card, manifest, other files, and the footers of shards."""
    yield MANIFEST, manifest.to_bytes().decode()
    for path in walk(folder):
        yield path, path
        file = folder / path
        if path.endswith(".parquet"):
            yield path, _footer(file)
        elif path != MANIFEST:
            yield path, file.read_bytes().decode("utf-8", "replace")


def _footer(file: Path) -> str:
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(size - _FOOTER_TAIL)
        (length,) = struct.unpack("<I", handle.read(4))
        handle.seek(size - _FOOTER_TAIL - length)
        return handle.read(length).decode("utf-8", "replace")


def _read_shards(reader: TextScanner, shards: Sequence[Path], versions: Sequence[str]) -> _Shards:
    """Every row group once, with all its columns."""
    strange = count_other_schemas(shards)
    hits, told, keys = list[Hit](), [pl.DataFrame(schema=EMPLOYMENTS)], [pl.DataFrame(schema=_KEYS)]
    broken = 0
    for shard in shards:
        file = f"{DATA}/{shard.name}"
        for rows in row_groups([shard]):
            hits += [*reader.rows(rows, file), *_label_hits(reader, rows, file)]
            told.append(employments_in(rows, file))
            keys.append(rows.select(RECORD, ROW))
            broken += 0 if strange else count_invalid_rows(rows, versions)
    row_keys = pl.concat(keys)
    misshapen = strange or broken + count_repeated_rows(row_keys)
    return _Shards(tuple(hits), pl.concat(told), row_keys, misshapen)


def _label_hits(reader: TextScanner, rows: pl.DataFrame, file: str) -> Iterator[Hit]:
    for label in _LABELS:
        for value in rows[label].drop_nulls().unique():
            yield from reader.value(value, file, label)
    for value in rows["entity_counts"].explode().drop_nulls().struct.field("entity_type").unique():
        yield from reader.value(value, file, "entity_counts")


def _rare(employments: pl.DataFrame, k: int) -> pl.DataFrame:
    """Employments that fewer than `k` members tell, as hits."""
    rare = rare_employments(employments, k)
    return rare.select("file", "record_id", pl.lit(FIELD).alias("field"), pl.lit(K_ANONYMITY).alias("kind"), "count")


def _known_value_results(counts: Mapping[str, int], settings: GateSettings, patterns: int) -> Iterator[GateResult]:
    for kind, limit in settings.known_values.model_dump().items():
        yield _at_most(f"known_{kind}", counts.get(ValueKind(kind), 0), limit, f"{patterns} patterns")


def _shape_results(counts: Mapping[str, int], settings: GateSettings) -> Iterator[GateResult]:
    for shape, limit in settings.shapes.model_dump().items():
        yield _at_most(f"shape_{shape}", counts.get(f"shape_{Shape(shape)}", 0), limit)


def _record_results(read: _Shards, manifest: Manifest, evidence: Evidence) -> Iterator[GateResult]:
    without_right, without_row = count_unmatched(read.keys, evidence.decisions, evidence.key)
    yield _at_most("schema", read.misshapen, 0)
    yield _at_most("rows_without_right", without_right, 0)
    yield _at_most("kept_without_row", without_row, 0)
    yield _at_most("conservation", count_difference(evidence.decisions, manifest.sources), 0)


def _recall_results(evidence: Evidence, settings: GateSettings) -> Iterator[GateResult]:
    if settings.min_recall is not None:
        measured = evidence.recall if evidence.recall is not None else 0.0
        detail = "" if evidence.recall is not None else "not measured"
        passed = evidence.recall is not None and measured >= settings.min_recall
        yield GateResult(name="recall", passed=passed, value=measured, threshold=settings.min_recall, detail=detail)


def set_aside_gate(set_aside: int, records: int, settings: GateSettings, smallest: int = 1) -> GateResult:
    """Whether the share of records that a build set aside, because the audit found something in them, is allowed.

    A detector that misses here and there costs a few records; one that is broken stops the run. A number below
    `smallest` is told as that.
    """
    share = set_aside / records if records else 0.0
    limit = settings.max_set_aside
    few = 0 < set_aside < smallest and share <= limit
    return GateResult(
        name="set_aside",
        passed=share <= limit,
        value=min(smallest / records, limit) if few else share,
        threshold=limit,
        detail=f"fewer than {smallest}" if few else f"{set_aside} of {records}",
    )


def _at_most(name: str, value: int, limit: int, detail: str = "") -> GateResult:
    return GateResult(name=name, passed=value <= limit, value=value, threshold=limit, detail=detail)
