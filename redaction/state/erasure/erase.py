"""Erases withdrawn subjects and records from the private state.

Once something of a subject was withdrawn and nothing of theirs may be used any longer, their rows are erased from every
build up to that takedown, and their ids in the rows of others are overwritten with `[forgotten]`. So are withdrawn
records that are no longer in the inputs. Of a subject who stays, only the link of a withdrawn record to a release is
erased. Nothing is erased that a release still holds without a notice: a takedown of later releases only, or an
interrupted one, leaves that to the next. What must be remembered is in the tombstones, as keyed marks.

What is to be erased is written to a journal first, so that the next takedown finishes an interrupted erasure.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from redaction.release import Version, derive_release_key, parse_version
from redaction.release.takedown import TakedownNotice, Tombstones, ids_without_notice
from redaction.state.decisions import RECORD, decisions_of_builds
from redaction.state.erasure.rows import Erased, RowErasure, replace_file
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import PlanError, close_plan, stored_plan
from redaction.state.private_tables import ERASURE, PRIVATE_TABLES, PrivateTable, Retention
from redaction.tables import Source

_SUBJECTS: Final = "subjects"
"""The source under which the journal names subjects."""

_KNOWN: Final = pl.Schema(dict.fromkeys([*RECORD, "subject_id"], pl.String()))
_JOURNAL: Final = ERASURE.schema


def erase(  # noqa: PLR0913, PLR0917 - each is independent of the others
    paths: CorpusPaths,
    master: bytes,
    stones: Tombstones,
    chain: tuple[TakedownNotice, ...],
    records: pl.DataFrame,
    tables: Iterable[PrivateTable] = PRIVATE_TABLES,
) -> None:
    """Erase withdrawn subjects and records (by the decisions now, `records`), and mark them in the tombstones."""
    tables, journal = tuple(tables), paths.file(ERASURE)
    known = _known(paths, tables)
    covered = known.filter(stones.covers(known))
    marked = stones.with_subjects(_owners(covered, records))
    marked.save(paths.tombstones)
    unannounced = _unannounced(paths, marked, chain)
    withdrawn = covered.join(unannounced, on=RECORD, how="anti").select(RECORD).unique()
    planned = _to_erase(marked, known, records, unannounced)
    if journal.is_file():
        planned = pl.concat([planned, pl.read_parquet(journal, glob=False)]).unique()
    replace_file(journal, planned.lazy())
    published = {r.version for r in paths.registry.releases() if r.manifest.takedown is None}
    for folder in paths.builds():
        version = parse_version(folder.version)
        later = _takedowns_before(version, chain) if version in published else _takedowns_of_plan(folder, marked, chain)
        erased = _erased(planned.filter(~pl.col("takedown").is_in(later)), withdrawn)
        key = derive_release_key(master, paths.corpus, version)
        work = RowErasure.plan(folder.path, [t for t in tables if not t.shared], erased.with_key(key))
        if work:
            close_plan(paths, folder.version)
            work.run()
    everything = _erased(pl.concat([planned, withdrawn], how="diagonal"), withdrawn)
    RowErasure.plan(paths.state, [t for t in tables if t.shared], everything).run()
    journal.unlink(missing_ok=True)


def _known(paths: CorpusPaths, tables: Iterable[PrivateTable]) -> pl.DataFrame:
    """Return every record and every subject that a table names: source, source_id, subject_id."""
    profiles, parts = pl.lit(Source.profiles.value), [pl.DataFrame(schema=_KNOWN)]
    for table in tables:
        if table.retention is not Retention.UNTIL_ERASED or not (table.record or table.subjects):
            continue
        for path in paths.files(table):
            for subject in table.subjects or (None,):
                subject_id = pl.col(subject) if subject else pl.lit(None, pl.String)
                record = (table.source_of(path), pl.col(table.record)) if table.record else (profiles, subject_id)
                columns = dict(zip(_KNOWN, (*record, subject_id), strict=True))
                parts.append(pl.scan_parquet(path, glob=False).select(**columns).unique().collect())
    return pl.concat(parts).drop_nulls("source_id").unique()


def _owners(covered: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return the subject of each withdrawn record: the one in the inputs now, where builds name several."""
    now = records.select(_KNOWN.names()).join(covered, on=RECORD, how="semi", maintain_order="left")
    return pl.concat([now, covered.sort(_KNOWN.names())]).drop_nulls("subject_id")


def _unannounced(paths: CorpusPaths, stones: Tombstones, chain: tuple[TakedownNotice, ...]) -> pl.DataFrame:
    """Return the withdrawn records, and all of their subjects', that a release holds and no notice announced there."""
    links = decisions_of_builds(paths).drop_nulls("record_id").collect()
    links = links.filter(stones.covers(links) | stones.takedowns_of(links["subject_id"]).is_not_null())
    held = ids_without_notice(paths.registry, chain, links["record_id"])
    return links.filter(pl.col("record_id").is_in(held.implode()))


def _to_erase(
    stones: Tombstones, known: pl.DataFrame, records: pl.DataFrame, unannounced: pl.DataFrame
) -> pl.DataFrame:
    """Return what to erase, each with its takedown (the journal's columns).

    Subjects with something withdrawn, nothing that may be used and nothing unannounced, with all their records; and the
    withdrawn records that are no longer in the inputs.
    """
    staying = pl.concat([records.filter(decision="keep")["subject_id"], unannounced["subject_id"]]).drop_nulls()
    subjects = known["subject_id"].drop_nulls().unique()
    members = subjects.filter(~subjects.is_in(staying.unique().implode())).to_frame("subject_id")
    members = members.with_columns(stones.takedowns_of(members["subject_id"])).drop_nulls("takedown")
    theirs = known.join(members, on="subject_id", how="inner").select(_JOURNAL.names())
    named = [
        members.select(pl.lit(source).alias("source"), source_id="subject_id", takedown="takedown")
        for source in (Source.profiles.value, _SUBJECTS)
    ]
    absent = known.select(RECORD).unique().join(records, on=RECORD, how="anti").join(unannounced, on=RECORD, how="anti")
    deleted = absent.with_columns(stones.takedowns(absent)).drop_nulls("takedown")
    return pl.concat([pl.DataFrame(schema=_JOURNAL), theirs, *named, deleted]).unique()


def _takedowns_before(version: Version, chain: tuple[TakedownNotice, ...]) -> list[str]:
    """Return the takedowns that a release was built after: it may name their records, to say why it lacks them."""
    return [n.takedown_id for n in chain if n.replacement and parse_version(n.replacement) < version]


def _takedowns_of_plan(folder: BuildFolder, stones: Tombstones, chain: tuple[TakedownNotice, ...]) -> list[str]:
    """Return the takedowns that an unpublished build was made after; its version says nothing about that.

    All, if it was opened with the current tombstones. Otherwise none are assumed, since no release rests on it.
    """
    try:
        plan = stored_plan(folder.path)
    except PlanError:
        return []
    return [notice.takedown_id for notice in chain] if plan.tombstones == stones.digest else []


def _erased(planned: pl.DataFrame, withdrawn: pl.DataFrame) -> Erased:
    return Erased(
        subjects=planned.filter(source=_SUBJECTS)["source_id"].unique(),
        records=planned.filter(pl.col("source") != _SUBJECTS).select(RECORD).unique(),
        withdrawn=withdrawn,
    )
