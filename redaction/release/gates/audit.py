"""The audit of a staged release: every gate, over every byte that would leave."""

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from redaction.places import row_groups
from redaction.release.card import lint_card
from redaction.release.files import walk
from redaction.release.gates.employments import FIELD, rare_employments
from redaction.release.gates.known_values import KnownValueScanner, may_hold
from redaction.release.gates.patterns import ValueKind
from redaction.release.gates.records import kept_without_row, misshapen, rows_without_right, uncounted
from redaction.release.gates.shapes import Shape, count_shapes, may_have_shape
from redaction.release.keys import RecordKey
from redaction.release.lineage import AI_ACT, CROISSANT, PROVENANCE
from redaction.release.manifest import GateResult, Manifest
from redaction.release.rows import row_keys
from redaction.release.schema import CARD, CORPUS_SCHEMA, DATA, MANIFEST
from redaction.release.settings import GateSettings

HITS = pl.Schema({"file": pl.String, "record_id": pl.String, "field": pl.String, "kind": pl.String, "count": pl.Int64})
"""Where something was found: never what. `record_id` is null outside of rows. Private all the same."""

K_ANONYMITY = "k_anonymity"
_FOOTER_TAIL = 8
_PROSE = {CARD, CROISSANT, PROVENANCE, AI_ACT}
_LABELS = tuple(name for name in CORPUS_SCHEMA.names if name not in ("text", "record_id", "entity_counts"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the audit is held against, gathered without the detector.

    `profiles`: the profile table, of everyone, kept or not. `decisions`: one row a record, computed afresh
    from the inputs: source, source_id, decision (keep, drop, quarantine), reason. `canaries`: values
    planted in the inputs. `recall`: measured on a labelled set, where a least recall is set. `extra`:
    results of gates run elsewhere.
    """

    profiles: pl.DataFrame
    decisions: pl.DataFrame
    key: RecordKey
    canaries: Sequence[str] = ()
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


@dataclass(slots=True)
class _Tally:
    """Scans texts and keeps count of what was found in which file."""

    scanners: tuple[KnownValueScanner, ...]
    counts: Counter[str] = field(default_factory=Counter)
    where: list[tuple[str, str | None, str | None, str, int]] = field(default_factory=list)

    def rows(self, rows: pl.DataFrame, file: str) -> None:
        """Scans the texts of some rows: all are glanced at together, and few have to be read one by one."""
        told = rows.select("text", pl.lit(file), "field", "record_id")
        for row in told[sorted(may_hold(rows["text"].to_list(), self.scanners))].iter_rows():
            self.values(*row)
        for row in told.filter(may_have_shape(rows["text"])).iter_rows():
            self.shapes(*row)

    def values(self, text: str, file: str, column: str | None = None, record_id: str | None = None) -> None:
        for scanner in self.scanners:
            for kind, count in scanner.scan(text).items():
                self._add(file, record_id, column, kind.value, count)

    def shapes(self, text: str, file: str, column: str, record_id: str) -> None:
        for shape, count in count_shapes(text).items():
            self._add(file, record_id, column, f"shape_{shape}", count)

    def rare(self, employments: pl.DataFrame) -> None:
        for file, record_id, count in employments.iter_rows():
            self._add(f"{DATA}/{file}", record_id, FIELD, K_ANONYMITY, count)

    def _add(self, file: str, record_id: str | None, column: str | None, kind: str, count: int) -> None:
        self.counts[kind] += count
        self.where.append((file, record_id, column, kind, count))


def run_gates(folder: Path, manifest: Manifest, evidence: Evidence, settings: GateSettings) -> Audit:
    """Runs every gate on the staged bytes in `folder` and on the manifest that would be written beside them.

    A gate that cannot run raises: a release that cannot be audited is not published. Time grows with the
    output, some 2 to 5 MB of text a second on one core; memory with one shard's row group and the profile table.
    """
    scanner = KnownValueScanner.from_profiles(evidence.profiles, settings.dictionary)
    canaries = KnownValueScanner.from_values(evidence.canaries)
    tally = _Tally((scanner, canaries))
    documents = list(_documents(folder, manifest))
    for file, content in documents:
        tally.values(content, file)
    shards = sorted((folder / DATA).glob("*.parquet"))
    for shard in shards:
        _scan_shard(tally, shard, f"{DATA}/{shard.name}")
    tally.rare(rare_employments(shards, settings.k))
    results = [
        *_known_value_results(tally, settings, scanner.patterns),
        *_shape_results(tally, settings),
        _at_most("canaries", tally.counts[ValueKind.CANARY], 0, f"{len(evidence.canaries)} planted"),
        _at_most(K_ANONYMITY, tally.counts[K_ANONYMITY], settings.rare_employments, f"k {settings.k}"),
        *_record_results(shards, manifest, evidence),
        _at_most("card_claims", sum(len(lint_card(text)) for file, text in documents if file in _PROSE), 0),
        *_recall_results(evidence, settings),
        *evidence.extra,
    ]
    hits = pl.DataFrame(tally.where, schema=HITS, orient="row").sort(HITS.names())
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


def _scan_shard(tally: _Tally, shard: Path, file: str) -> None:
    for rows in row_groups([shard]):
        tally.rows(rows, file)
        for label in _LABELS:
            for value in rows[label].drop_nulls().unique():
                tally.values(value, file, label)
        for value in rows["entity_counts"].explode().drop_nulls().struct.field("entity_type").unique():
            tally.values(value, file, "entity_counts")


def _known_value_results(tally: _Tally, settings: GateSettings, patterns: int) -> Iterator[GateResult]:
    for kind, limit in settings.known_values.model_dump().items():
        yield _at_most(f"known_{kind}", tally.counts[ValueKind(kind)], limit, f"{patterns} patterns")


def _shape_results(tally: _Tally, settings: GateSettings) -> Iterator[GateResult]:
    for shape, limit in settings.shapes.model_dump().items():
        yield _at_most(f"shape_{shape}", tally.counts[f"shape_{Shape(shape)}"], limit)


def _record_results(shards: Sequence[Path], manifest: Manifest, evidence: Evidence) -> Iterator[GateResult]:
    keys = row_keys(shards)
    decisions, key = evidence.decisions, evidence.key
    yield _at_most("schema", misshapen(shards, (manifest.version, *manifest.keyed_by)), 0)
    yield _at_most("rows_without_right", rows_without_right(keys, decisions, key), 0)
    yield _at_most("kept_without_row", kept_without_row(keys, decisions, key), 0)
    yield _at_most("conservation", uncounted(decisions, manifest.sources), 0)


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
