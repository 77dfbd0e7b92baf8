"""What is in one release and not in another, what changed, and under which rules each was made."""

import polars as pl
from pydantic import BaseModel, ConfigDict

from redaction.places import scan
from redaction.release.errors import ReleaseError
from redaction.release.registry import Release
from redaction.release.takedown.locate import record_ids_in, shard_paths


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Side(_Frozen):
    """One of the two releases."""

    version: str
    policy: str
    policy_digest: str
    detectors: tuple[str, ...]
    records: int
    rows: int


class DiffReport(_Frozen):
    """Counts of records by source; a record is changed if any field of it was added, removed or reads otherwise.

    `reasons`: by source and reason, the counts of dropped records in both releases where they differ.
    """

    before: Side
    after: Side
    added: dict[str, int]
    removed: dict[str, int]
    changed: dict[str, int]
    same: dict[str, int]
    reasons: dict[str, dict[str, tuple[int, int]]]

    def to_text(self) -> str:
        """The report in lines that a person can read."""
        lines = [f"{'':10} {self.before.version:>20} {self.after.version:>20}"]
        for name in ("policy", "records", "rows"):
            lines.append(f"{name:10} {getattr(self.before, name)!s:>20} {getattr(self.after, name)!s:>20}")
        lines.append(f"{'detector':10} {_short(self.before.detectors):>20} {_short(self.after.detectors):>20}")
        for name in ("added", "removed", "changed", "same"):
            counts = getattr(self, name)
            lines.append(f"{name}: " + (", ".join(f"{n} {source}" for source, n in counts.items()) or "none"))
        for source, reasons in self.reasons.items():
            lines += [f"dropped {source} as {reason}: {a} -> {b}" for reason, (a, b) in reasons.items()]
        return "\n".join(lines) + "\n"


def diff(
    before: Release, after: Release, records: pl.DataFrame | None = None, master: bytes | None = None
) -> DiffReport:
    """Compares two releases of one corpus.

    A takedown's successor keeps its ids, so it is compared as it is. Two releases that were built on their own have
    no id in common: there the ids are made afresh from `records` (source, source_id of every record that may be in
    either, as the private decisions hold them) under the `master` key.

    Raises:
        ReleaseError: the ids cannot be joined and no key was given, or they are of two corpora.
    """
    if before.manifest.corpus != after.manifest.corpus:
        raise ReleaseError(f"{before.folder} and {after.folder}: are of two corpora; compare releases of one")
    for release in (before, after):
        if release.withdrawn:
            raise ReleaseError(f"{release.folder}: was withdrawn, its rows are gone; the notices tell which records")
    if records is not None and master is not None:
        old, new = (_named(release, records, master) for release in (before, after))
    elif _keys(before) & _keys(after):
        old, new = (_rows(release).with_columns(name=pl.col("record_id")) for release in (before, after))
    else:
        raise ReleaseError(
            f"{before.version} and {after.version}: have no id in common; give the key and the decisions"
        )
    states = _states(old, new)
    return DiffReport(
        before=_side(before, old),
        after=_side(after, new),
        added=_by_source(states, "added"),
        removed=_by_source(states, "removed"),
        changed=_by_source(states, "changed"),
        same=_by_source(states, "same"),
        reasons=_reasons(before, after),
    )


def _rows(release: Release) -> pl.LazyFrame:
    columns = ("record_id", "source", "field", "text", "detector", "release")
    return scan([release.folder / path for path in shard_paths(release)]).select(columns)


def _named(release: Release, records: pl.DataFrame, master: bytes) -> pl.LazyFrame:
    names = record_ids_in(release, records, master).lazy()
    return _rows(release).join(names, on=["source", "record_id", "release"], how="inner").rename({"source_id": "name"})


def _keys(release: Release) -> set[str]:
    return {release.manifest.version, *release.manifest.keyed_by}


def _states(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.DataFrame:
    keys = ["source", "name", "field"]
    both = old.select(*keys, old=pl.col("text").hash()).join(
        new.select(*keys, new=pl.col("text").hash()), on=keys, how="full", coalesce=True
    )
    record = both.group_by("source", "name").agg(
        was=pl.col("old").is_not_null().any(),
        stays=pl.col("new").is_not_null().any(),
        equal=pl.col("old").eq_missing(pl.col("new")).all(),
    )
    state = (
        pl.when(~pl.col("was"))
        .then(pl.lit("added"))
        .when(~pl.col("stays"))
        .then(pl.lit("removed"))
        .when("equal")
        .then(pl.lit("same"))
        .otherwise(pl.lit("changed"))
    )
    return record.select("source", state=state).group_by("source", "state").len().sort("source").collect()


def _by_source(states: pl.DataFrame, state: str) -> dict[str, int]:
    return dict(states.filter(state=state).select("source", "len").iter_rows())


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


def _reasons(before: Release, after: Release) -> dict[str, dict[str, tuple[int, int]]]:
    old, new = before.manifest.sources, after.manifest.sources
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for source in sorted(old.keys() | new.keys()):
        a = old[source].dropped if source in old else {}
        b = new[source].dropped if source in new else {}
        found[source] = {r: (a.get(r, 0), b.get(r, 0)) for r in sorted(a.keys() | b.keys()) if a.get(r) != b.get(r)}
    return {source: reasons for source, reasons in found.items() if reasons}


def _short(detectors: tuple[str, ...]) -> str:
    return ",".join(detector[:8] for detector in detectors) or "none"
