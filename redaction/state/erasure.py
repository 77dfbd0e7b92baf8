"""The private state forgets those who were taken back.

A build keeps what its decisions rest on: an index of the posts, a decision on every record and every member, findings,
the map of ids. When something of a member was taken back and nothing of theirs may be used any more, every build up to
that takedown forgets them; what names them in the rows of others reads `[forgotten]` from then on. So do records that
were taken back since the inputs hold them no more. Of a member who stays, only what links a record taken back to a
release goes. Nothing is forgotten that some release still holds without a notice: a takedown of later releases alone,
or one that was cut off, leaves that to the next. What must be remembered, the tombstones remember by keyed marks alone.

What is being forgotten is written down first, so that work that was cut off is finished by the next takedown.
"""

from pathlib import Path
from typing import Final

import polars as pl

from redaction.release import Version, derive_release_key, parse_version
from redaction.release.takedown import TakedownNotice, Tombstones, ids_without_notice
from redaction.state.decisions import decisions_of_builds
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import PlanError, close_plan, stored_plan
from redaction.state.row_erasure import Gone, blacken_findings, blackening, replace
from redaction.tables import Source

_JOURNAL: Final = "forgetting.parquet"
_SUBJECTS: Final = "subjects"
_RECORD: Final = ["source", "source_id"]
_KNOWN: Final = pl.Schema({"source": pl.String, "source_id": pl.String, "subject_id": pl.String})
_GONE: Final = pl.Schema({"source": pl.String, "source_id": pl.String, "takedown": pl.String})
"""What goes, and which takedown took it: records by source, and members under `subjects`."""


def erase(
    paths: CorpusPaths,
    master: bytes,
    stones: Tombstones,
    chain: tuple[TakedownNotice, ...],
    records: pl.DataFrame,
) -> None:
    """Removes from `state` what it holds of those who were taken back, and has the tombstones remember them.

    records: what is decided of every record now (source, source_id, subject_id, decision).
    """
    private = paths.state
    known = _known(private)
    covered = known.filter(stones.covers(known))
    named = stones.with_subjects(_whose(covered, records))
    named.save(paths.tombstones)
    waiting = _waiting(paths, named, chain)
    taken = covered.join(waiting, on=_RECORD, how="anti")
    gone = _with_begun(private / _JOURNAL, _gone(named, known, records, waiting))
    replace(private / _JOURNAL, gone.lazy())
    built = {r.version for r in paths.registry.releases() if r.manifest.takedown is None}
    for folder in paths.builds():
        version = parse_version(folder.version)
        known_to = _known_to(version, chain) if version in built else _known_to_plan(folder, named, chain)
        here = gone.filter(~pl.col("takedown").is_in(known_to))
        work = blackening(folder, _in_build(paths.corpus, version, here, taken, master))
        if work:
            close_plan(paths, folder.version)
            work.do()
    blacken_findings(private / "findings", pl.concat([gone, taken], how="diagonal"))
    (private / _JOURNAL).unlink(missing_ok=True)


def _waiting(paths: CorpusPaths, stones: Tombstones, chain: tuple[TakedownNotice, ...]) -> pl.DataFrame:
    """The records taken back, and all of members with one, that a release holds and no notice has told of there."""
    links = decisions_of_builds(paths).drop_nulls("record_id").collect()
    links = links.filter(stones.covers(links) | stones.takedowns_of(links["subject_id"]).is_not_null())
    held = ids_without_notice(paths.registry, chain, links["record_id"])
    return links.filter(pl.col("record_id").is_in(held.implode()))


def _known(private: Path) -> pl.DataFrame:
    """Every record and every member that a file of the state names: source, source_id, subject_id."""
    nobody, profiles = pl.lit(None, pl.String), pl.lit(Source.profiles.value)
    found = [
        *(_read(path, pl.lit(Source.posts.value), "post_id", "author_id") for path in private.glob("*/index.parquet")),
        *(_read(path, "source", "source_id", "subject_id") for path in private.glob("*/rights.parquet")),
        *(_read(path, "source", "source_id", "subject_id") for path in private.glob("*/decisions.parquet")),
        *(_read(path, profiles, "subject_id", "subject_id") for path in private.glob("*/subjects.parquet")),
        *(
            _read(path, pl.lit(path.parent.name), "source_id", nobody)
            for path in (private / "findings").rglob("*.parquet")
        ),
    ]
    return pl.concat([pl.DataFrame(schema=_KNOWN), *found]).drop_nulls("source_id").unique()


def _whose(covered: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The member of each record taken back: the one that the inputs name now, where builds know of several."""
    now = records.select(_KNOWN.names()).join(covered, on=_RECORD, how="semi", maintain_order="left")
    return pl.concat([now, covered.sort(_KNOWN.names())]).drop_nulls("subject_id")


def _read(path: Path, *columns: str | pl.Expr) -> pl.DataFrame:
    told = [pl.col(c) if isinstance(c, str) else c for c in columns]
    named = [column.alias(name) for name, column in zip(_KNOWN.names(), told, strict=True)]
    return pl.scan_parquet(path).select(named).unique().collect()


def _gone(stones: Tombstones, known: pl.DataFrame, records: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """Members with something taken back, nothing that may be used, and nothing that still waits for a takedown, with
    all their records; and the records taken back that the inputs hold no more.
    """
    staying = pl.concat([records.filter(decision="keep")["subject_id"], waiting["subject_id"]]).drop_nulls().unique()
    everyone = known["subject_id"].drop_nulls().unique()
    members = everyone.filter(~everyone.is_in(staying.implode())).to_frame("subject_id")
    members = members.with_columns(stones.takedowns_of(members["subject_id"])).drop_nulls("takedown")
    theirs = known.join(members, on="subject_id", how="inner").select(_GONE.names())
    profiles = members.select(
        pl.lit(Source.profiles.value).alias("source"), source_id="subject_id", takedown="takedown"
    )
    named = profiles.with_columns(source=pl.lit(_SUBJECTS))
    absent = known.select(_RECORD).unique().join(records, on=_RECORD, how="anti").join(waiting, on=_RECORD, how="anti")
    deleted = absent.with_columns(stones.takedowns(absent)).drop_nulls("takedown")
    return pl.concat([pl.DataFrame(schema=_GONE), theirs, profiles, named, deleted]).unique()


def _with_begun(journal: Path, gone: pl.DataFrame) -> pl.DataFrame:
    begun = pl.read_parquet(journal) if journal.is_file() else gone.clear()
    return pl.concat([gone, begun]).unique()


def _known_to(version: Version, chain: tuple[TakedownNotice, ...]) -> list[str]:
    """The takedowns that a release was built after: whom they took it may name, to tell why it left them out."""
    return [
        notice.takedown_id for notice in chain if notice.replacement and parse_version(notice.replacement) < version
    ]


def _known_to_plan(folder: BuildFolder, stones: Tombstones, chain: tuple[TakedownNotice, ...]) -> list[str]:
    """The same of a build that was never published, whose version tells nothing.

    It was made after all of them if it was opened with every tombstone there is. Otherwise it is taken for one made
    before any, since no release rests on it.
    """
    try:
        plan = stored_plan(folder.path)
    except PlanError:
        return []
    return [notice.takedown_id for notice in chain] if plan.tombstones == stones.digest else []


def _in_build(corpus: str, version: Version, gone: pl.DataFrame, taken: pl.DataFrame, master: bytes) -> Gone:
    records = gone.filter(pl.col("source") != _SUBJECTS).select(_RECORD).unique()
    key = derive_release_key(master, corpus, version)
    ids = [key.record_ids(str(source), rows["source_id"]) for (source,), rows in records.group_by("source")]
    return Gone(
        subjects=gone.filter(source=_SUBJECTS)["source_id"].unique(),
        records=records,
        taken=taken.select(_RECORD).unique(),
        record_ids=pl.concat([pl.Series("record_id", [], pl.String), *ids]),
    )
