"""The comparison of two releases: added, removed and changed records, with reasons.

If takedowns made one release from the other, that is the reason. For two builds, the reasons are in their private
decisions; without those, the report contains the counts of both manifests.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.release.build_facts import CANARY_SOURCE
from redaction.release.canaries import canary_ids_in
from redaction.release.counts import SourceCounts
from redaction.release.errors import ReleaseError
from redaction.release.files.row_keys import count_by
from redaction.release.history.diff_report import Change, ChangedRecord, Counts, DiffReport, Reasons, ReasonSource, Side
from redaction.release.registry import Release, original_version
from redaction.release.takedown.locate import record_ids_in
from redaction.release.takedown.successor import TAKEN_DOWN
from redaction.release.takedown.tombstones import TOMBSTONED

NOT_IN_INPUTS: Final = "not_in_inputs"
"""The reason of a record that was not in the inputs of the other build."""

NOT_KNOWN: Final = "not_known"
"""The reason of a record for which no decision of the other build is available."""

_KEY: Final = ["source", "name"]


@dataclass(frozen=True, slots=True, repr=False)
class PrivateDecisions:
    """The private state for a comparison.

    `records` are source and source_id of all records that may be in either release. `before` and `after` are the
    decisions of each build, one row per record (source, source_id, decision, reason); None if not available.
    """

    master: bytes
    records: pl.DataFrame
    before: pl.DataFrame | None = None
    after: pl.DataFrame | None = None


def are_of_one_build(before: Release, after: Release) -> bool:
    """Whether takedowns made one release from the other, or both from a third."""
    old, new = before.manifest, after.manifest
    if old.digest == new.digest:
        return True
    same_build = (old.digests, old.takedown_key) == (new.digests, new.takedown_key)
    return (
        same_build and original_version(before) == original_version(after) and not old.takedown is new.takedown is None
    )


def diff(before: Release, after: Release, private: PrivateDecisions | None = None, *, each: bool = False) -> DiffReport:
    """Compare two releases of one corpus.

    The successor of a takedown has the ids of its predecessor. Two builds have no id in common, so their ids are
    computed again from the private state.

    Args:
        before: the earlier release.
        after: the later release.
        private: the private state; required for two builds.
        each: list every record that differs.

    Returns:
        The report. With `private` its numbers are exact, and so private.

    Raises:
        ReleaseError: the ids cannot be matched without the private state, the releases are of two corpora, or one was
            withdrawn.
    """
    if before.manifest.corpus != after.manifest.corpus:
        raise ReleaseError(f"{before.folder} and {after.folder}: are of two corpora; compare releases of one")
    for release in (before, after):
        if release.withdrawn:
            raise ReleaseError(f"{release.folder}: was withdrawn, its rows are gone; the notices tell which records")
    if are_of_one_build(before, after):
        old, new = (_rows(release).with_columns(name=pl.col("record_id")) for release in (before, after))
        canaries = before.manifest.placed_canaries  # the same ones in both, which only the key tells from records
        why, source = [_LeftOut(_NOTHING, TAKEN_DOWN)] * 2, ReasonSource.TAKEDOWN
        source = ReasonSource.SAME if before.manifest.digest == after.manifest.digest else source
    elif private is not None:
        old, new = (_named(release, private) for release in (before, after))
        canaries = 0
        why = [_left_out(before, private.before), _left_out(after, private.after)]
        source = ReasonSource.COUNTS if private.before is None or private.after is None else ReasonSource.DECISIONS
    else:
        raise ReleaseError(
            f"{before.version} and {after.version}: have no id in common; name the config of their builds with --config"
        )
    operators_differ = before.manifest.digests.operators != after.manifest.digests.operators
    states = _states(*(rows.drop_nulls("name") for rows in (old, new)))
    joined = _with_reasons(states, *why, operators=operators_differ).collect()
    return DiffReport(
        before=_side(before, old),
        after=_side(after, new),
        added=_counts(joined, "added"),
        removed=_counts(joined, "removed"),
        changed=_counts(joined, "changed"),
        same=_without(_counts(joined, "same"), canaries),
        reasons_from=source,
        added_for=_reasons(joined, "added"),
        removed_for=_reasons(joined, "removed"),
        changed_for=_reasons(joined, "changed"),
        reasons=_manifest_reasons(before, after),
        forgotten=_forgotten(old, new),
        records=_each(joined) if each else (),
    )


def _rows(release: Release) -> pl.LazyFrame:
    columns = ("record_id", "source", "field", "text", "detector", "release")
    return release.scan().select(columns)


def _named(release: Release, private: PrivateDecisions) -> pl.LazyFrame:
    """Scan the rows with the source_id of their record as `name`, null if the state has erased it."""
    names = record_ids_in(release, private.records, private.master).lazy()
    canaries = canary_ids_in(release, private.master)
    return (
        _rows(release)
        .filter(~pl.col("record_id").is_in(canaries))
        .join(names, on=["source", "record_id", "release"], how="left")
        .rename({"source_id": "name"})
    )


def _states(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.LazyFrame:
    """Compare the records: source, name, `state`, ids `before` and `after`, whether fields or detectors differ."""
    keys = [*_KEY, "field"]
    sides = [rows.select(*keys, "detector", id="record_id", text=pl.col("text").hash()) for rows in (old, new)]
    both = sides[0].join(sides[1], on=keys, how="full", coalesce=True)
    record = both.group_by(_KEY).agg(
        before=pl.col("id").drop_nulls().first(),
        after=pl.col("id_right").drop_nulls().first(),
        fields=(pl.col("id").is_null() | pl.col("id_right").is_null()).any(),
        texts=pl.col("text").ne_missing(pl.col("text_right")).any(),
        detectors=pl.col("detector").ne_missing(pl.col("detector_right")).any(),
    )
    state = (
        pl.when(pl.col("before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("after").is_null())
        .then(pl.lit("removed"))
        .when("texts")
        .then(pl.lit("changed"))
        .otherwise(pl.lit("same"))
    )
    return record.with_columns(state=state)


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """Why a release lacks records: source, name, reason; `otherwise` is the reason of all others."""

    reasons: pl.LazyFrame
    otherwise: str


_NOTHING: Final = pl.LazyFrame(schema={"source": pl.String, "name": pl.String, "reason": pl.String})


def _left_out(release: Release, decided: pl.DataFrame | None) -> _LeftOut:
    """Read the reasons from the decisions of a build; records that it kept and the release lacks were taken down."""
    if decided is None:
        return _LeftOut(_NOTHING, NOT_KNOWN)
    kept = (pl.col("decision") == "keep") | (pl.col("reason") == TOMBSTONED)
    taken = kept & pl.lit(release.manifest.takedown is not None)
    reason = pl.when(taken).then(pl.lit(TAKEN_DOWN)).otherwise("reason")
    return _LeftOut(decided.lazy().select("source", pl.col("source_id").alias("name"), reason=reason), NOT_IN_INPUTS)


def _with_reasons(states: pl.LazyFrame, before: _LeftOut, after: _LeftOut, *, operators: bool) -> pl.LazyFrame:
    """Add `reason`: why a release lacks the record, or why the record of both has changed."""
    changed = (
        pl.when("fields")
        .then(pl.lit(Change.FIELDS.value))
        .when("detectors")
        .then(pl.lit(Change.DETECTOR.value))
        .when(pl.lit(operators))
        .then(pl.lit(Change.OPERATORS.value))
        .otherwise(pl.lit(Change.TEXT.value))
    )
    state = pl.col("state")
    return (
        states.join(before.reasons.rename({"reason": "was"}), on=_KEY, how="left")
        .join(after.reasons.rename({"reason": "is"}), on=_KEY, how="left")
        .with_columns(
            reason=pl.when(state == "added")
            .then(pl.col("was").fill_null(before.otherwise))
            .when(state == "removed")
            .then(pl.col("is").fill_null(after.otherwise))
            .when(state == "changed")
            .then(changed)
        )
    )


def _counts(records: pl.DataFrame, state: str) -> Counts:
    return count_by(records.filter(state=state), "source")


def _without(counts: Counts, canaries: int) -> Counts:
    left = {source: number - canaries * (source == CANARY_SOURCE) for source, number in counts.items()}
    return {source: number for source, number in left.items() if number}


def _reasons(records: pl.DataFrame, state: str) -> Reasons:
    reasons: Reasons = {}
    counted = records.filter(state=state).group_by("source", "reason").len().sort("source", "reason")
    for source, reason, number in counted.iter_rows():
        reasons.setdefault(source, {})[reason] = number
    return reasons


def _each(joined: pl.DataFrame) -> tuple[ChangedRecord, ...]:
    """List every record that differs, with its ids in the releases and not its source_id."""
    differing = joined.filter(pl.col("state") != "same").sort("state", "source", "before", "after")
    columns = list(ChangedRecord.model_fields)
    return tuple(ChangedRecord(**row) for row in differing.select(columns).iter_rows(named=True))


def _forgotten(old: pl.LazyFrame, new: pl.LazyFrame) -> dict[str, tuple[int, int]]:
    unmatched = (rows.filter(pl.col("name").is_null()).collect() for rows in (old, new))
    return _pairs(*(count_by(rows, "source", pl.col("record_id").n_unique()) for rows in unmatched))


def _pairs(a: Counts, b: Counts) -> dict[str, tuple[int, int]]:
    return {name: (a.get(name, 0), b.get(name, 0)) for name in sorted(a.keys() | b.keys())}


def _side(release: Release, rows: pl.LazyFrame) -> Side:
    manifest = release.manifest
    return Side(
        version=manifest.version,
        policy=manifest.policy,
        policy_digest=manifest.digests.policy,
        detectors=tuple(rows.select(pl.col("detector").unique().sort()).collect()["detector"]),
        records=sum(counts.kept for counts in manifest.sources.values()),
        rows=manifest.texts,
    )


def _published(counts: SourceCounts | None, reason: str) -> int | None:
    if counts is None:
        return 0
    return counts.dropped.get(reason, None if f"dropped/{reason}" in counts.withheld else 0)


def _manifest_reasons(before: Release, after: Release) -> dict[str, dict[str, tuple[int | None, int | None]]]:
    """Pair the published numbers of both manifests where they differ; None where one withholds the number."""
    old, new = (release.manifest.sources for release in (before, after))
    changed: dict[str, dict[str, tuple[int | None, int | None]]] = {}
    for source in sorted(old.keys() | new.keys()):
        sides = [side[source] for side in (old, new) if source in side]
        reasons = sorted({reason for counts in sides for reason in counts.dropped})
        pairs = {r: (_published(old.get(source), r), _published(new.get(source), r)) for r in reasons}
        changed[source] = {reason: (a, b) for reason, (a, b) in pairs.items() if a != b}
    return {source: reasons for source, reasons in changed.items() if reasons}
