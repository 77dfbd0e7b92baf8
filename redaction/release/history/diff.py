"""Compares two releases: what is in one and not in the other, what changed, and for which reason.

Why a record came or went is told record by record where that is known. Of a release and what takedowns left of it the
releases themselves tell it. Of two builds their private decisions do; where these are not at hand, the counts that the
two manifests tell are compared, and the report says so.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.release.errors import ReleaseError
from redaction.release.history.diff_report import Change, Differing, DiffReport, Known, Reasons, Side
from redaction.release.registry import Release, original_version
from redaction.release.takedown.locate import record_ids_in, shard_paths
from redaction.release.takedown.successor import TAKEN_DOWN
from redaction.release.takedown.tombstones import TOMBSTONED
from redaction.storage import scan

NOT_IN_INPUTS: Final = "not_in_inputs"
"""The reason of a record that the inputs of the other build did not hold."""

NOT_KNOWN: Final = "not_known"
"""The reason of a record of which no decision of the other build is at hand."""

_KEY: Final = ["source", "name"]


@dataclass(frozen=True, slots=True)
class PrivateDecisions:
    """What the private state holds for a comparison.

    `records`: source and source_id of all that may be in either release. `before` and `after`: what the build of each
    decided, a row a record (source, source_id, decision, reason); None where that is not at hand.
    """

    master: bytes
    records: pl.DataFrame
    before: pl.DataFrame | None = None
    after: pl.DataFrame | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return "PrivateDecisions(…)"


def one_is_left_of_the_other(before: Release, after: Release) -> bool:
    """Whether takedowns made one of the other, or both of one build; not so for two builds under one version."""
    old, new = before.manifest, after.manifest
    if old.digest == new.digest:
        return True
    alike = (old.digests, old.takedown_key) == (new.digests, new.takedown_key)
    return alike and original_version(before) == original_version(after) and not old.takedown is new.takedown is None


def diff(before: Release, after: Release, held: PrivateDecisions | None = None, *, each: bool = False) -> DiffReport:
    """Compares two releases of one corpus.

    A takedown's successor keeps its ids, so it is compared as it is. Two releases that were built on their own have
    no id in common: there the ids are made afresh from what the private state holds. With `each` the report lists
    every record that differs.

    Raises:
        ReleaseError: the ids cannot be joined and nothing is held, or they are of two corpora.
    """
    if before.manifest.corpus != after.manifest.corpus:
        raise ReleaseError(f"{before.folder} and {after.folder}: are of two corpora; compare releases of one")
    for release in (before, after):
        if release.withdrawn:
            raise ReleaseError(f"{release.folder}: was withdrawn, its rows are gone; the notices tell which records")
    if one_is_left_of_the_other(before, after):
        old, new = (_rows(release).with_columns(name=pl.col("record_id")) for release in (before, after))
        why, known = [_LeftOut(_NOTHING, TAKEN_DOWN)] * 2, Known.TAKEDOWN
        known = Known.SAME if before.manifest.digest == after.manifest.digest else known
    elif held is not None:
        old, new = (_named(release, held) for release in (before, after))
        why = [_left_out(before, held.before), _left_out(after, held.after)]
        known = Known.COUNTS if held.before is None or held.after is None else Known.DECISIONS
    else:
        raise ReleaseError(
            f"{before.version} and {after.version}: have no id in common; name the config of their builds with --config"
        )
    states = _states(*(rows.drop_nulls("name") for rows in (old, new)))
    joined = _with_reasons(states, *why, operators=_operators(before) != _operators(after)).collect()
    return DiffReport(
        before=_side(before, old),
        after=_side(after, new),
        added=_counts(joined, "added"),
        removed=_counts(joined, "removed"),
        changed=_counts(joined, "changed"),
        same=_counts(joined, "same"),
        reasons_from=known,
        added_for=_reasons(joined, "added"),
        removed_for=_reasons(joined, "removed"),
        changed_for=_reasons(joined, "changed"),
        reasons=_manifest_reasons(before, after),
        forgotten=_forgotten(old, new),
        records=_each(joined) if each else (),
    )


def _rows(release: Release) -> pl.LazyFrame:
    columns = ("record_id", "source", "field", "text", "detector", "release")
    return scan([release.folder / path for path in shard_paths(release)]).select(columns)


def _named(release: Release, held: PrivateDecisions) -> pl.LazyFrame:
    """The rows with the network's id of their record as `name`, null where the state has forgotten it."""
    names = record_ids_in(release, held.records, held.master).lazy()
    return _rows(release).join(names, on=["source", "record_id", "release"], how="left").rename({"source_id": "name"})


def _states(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.LazyFrame:
    """One row a record: source, name, `state`, its ids `before` and `after`, and whether fields or detectors differ."""
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
    """Why a release lacks records: source, name, reason; and `otherwise`, of those that are not among them."""

    reasons: pl.LazyFrame
    otherwise: str


_NOTHING: Final = pl.LazyFrame(schema={"source": pl.String, "name": pl.String, "reason": pl.String})


def _left_out(release: Release, decided: pl.DataFrame | None) -> _LeftOut:
    """As the release's build decided; what that build kept and the release lacks was taken down since."""
    if decided is None:
        return _LeftOut(_NOTHING, NOT_KNOWN)
    since = (pl.col("decision") == "keep") | (pl.col("reason") == TOMBSTONED)
    taken = since & pl.lit(release.manifest.takedown is not None)
    reason = pl.when(taken).then(pl.lit(TAKEN_DOWN)).otherwise("reason")
    return _LeftOut(decided.lazy().select("source", pl.col("source_id").alias("name"), reason=reason), NOT_IN_INPUTS)


def _with_reasons(states: pl.LazyFrame, before: _LeftOut, after: _LeftOut, *, operators: bool) -> pl.LazyFrame:
    """The records with `reason`: why the release that lacks one does, or why one that both have reads otherwise."""
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


def _operators(release: Release) -> str:
    return release.manifest.digests.operators


def _counts(records: pl.DataFrame, state: str) -> dict[str, int]:
    return dict(records.filter(state=state).group_by("source").len().sort("source").iter_rows())


def _reasons(records: pl.DataFrame, state: str) -> Reasons:
    found: Reasons = {}
    counted = records.filter(state=state).group_by("source", "reason").len().sort("source", "reason")
    for source, reason, number in counted.iter_rows():
        found.setdefault(source, {})[reason] = number
    return found


def _each(joined: pl.DataFrame) -> tuple[Differing, ...]:
    """Every record that differs, by its ids in the releases: ids of the network are told to nobody here."""
    differing = joined.filter(pl.col("state") != "same").sort("state", "source", "before", "after")
    columns = list(Differing.model_fields)
    return tuple(Differing(**row) for row in differing.select(columns).iter_rows(named=True))


def _forgotten(old: pl.LazyFrame, new: pl.LazyFrame) -> dict[str, tuple[int, int]]:
    a, b = (
        dict(
            rows.filter(pl.col("name").is_null())
            .group_by("source")
            .agg(pl.col("record_id").n_unique())
            .collect()
            .iter_rows()
        )
        for rows in (old, new)
    )
    return {source: (a.get(source, 0), b.get(source, 0)) for source in sorted(a.keys() | b.keys())}


def _side(release: Release, rows: pl.LazyFrame) -> Side:
    manifest = release.manifest
    return Side(
        version=manifest.version,
        policy=manifest.policy,
        policy_digest=manifest.digests.policy,
        detectors=tuple(rows.select(pl.col("detector").unique().sort()).collect()["detector"]),
        records=sum(counts.kept for counts in manifest.sources.values()),
        rows=manifest.rows,
    )


def _manifest_reasons(before: Release, after: Release) -> dict[str, dict[str, tuple[int, int]]]:
    old, new = before.manifest.sources, after.manifest.sources
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for source in sorted(old.keys() | new.keys()):
        a = old[source].dropped if source in old else {}
        b = new[source].dropped if source in new else {}
        found[source] = {r: (a.get(r, 0), b.get(r, 0)) for r in sorted(a.keys() | b.keys()) if a.get(r) != b.get(r)}
    return {source: reasons for source, reasons in found.items() if reasons}
