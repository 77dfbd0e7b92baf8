"""In which releases is a subject, and what is decided of each of their records now?"""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import Inputs, open_inputs
from redaction.builds.reconcile import ReconciliationError
from redaction.config import Config
from redaction.release.history.record_history import PrivateState
from redaction.release.history.trace import trace
from redaction.release.history.trace_report import TraceReport
from redaction.release.takedown import Tombstones
from redaction.rights import RightsError
from redaction.state.agreement import check_agreement
from redaction.state.decisions import RECORD, decisions_of_builds, released_records
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.tables import Source, TableFile, TableName, TablesError, canonical_id
from redaction.wording import listed

ABSENT = "absent_from_inputs"
"""The reason of a record that was released and is no longer in the inputs: nothing permits it now."""

_UNKNOWN = "unknown"
"""The decision on records whose rights cannot be evaluated now."""

_UNDECIDED = dict.fromkeys(["source", "source_id", "decision", "reason"], pl.String)


def trace_subject(config: Config, subject: str, as_of: datetime) -> TraceReport:
    """Trace a subject through all releases of a corpus; rights are evaluated at `as_of`.

    Where the rights cannot be evaluated, as with a ledger that is too old or an input that cannot be read, the report
    says why, and still says where the subject's records are, by what is readable and by the private state.

    Returns:
        Each record of the subject, the decision on it now, and where it was released. Private.

    Raises:
        TakedownError: State and output are not of the same time, so the answer would lack something.
    """
    subject, master, paths = canonical_id(subject), master_key(config), CorpusPaths.of(config)
    check_agreement(paths, master)
    inputs = _inputs_now(config, subject, as_of, master)
    released = released_records(paths).filter(pl.col("subject_id") == subject)
    absent = released.join(inputs.records, on=RECORD, how="anti").with_columns(_unless_unread(inputs.unread))
    columns = [*RECORD, "decision", "reason"]
    records = pl.concat([inputs.records.select(columns), absent.select(columns)])
    past = decisions_of_builds(paths).join(records.lazy(), on=RECORD, how="semi").select("version", *RECORD, "reason")
    stones, known_in = Tombstones.load(paths.tombstones, master, config.corpus), {"builds": released.height}
    state = PrivateState(
        master, stones, past.collect(), inputs.known_in | known_in, inputs.rights_unknown, inputs.unread
    )
    return trace(paths.registry, subject, records, state)


_TABLES: Final = (
    TableName.profiles,
    TableName.posts,
    TableName.rights_events,
    TableName.region_signals,
    TableName.signals_of_others,
)
"""The tables with rows about a member."""


@dataclass(frozen=True, slots=True, repr=False)
class _InputsNow:
    """What the inputs contain of a subject: rows by table, its records with their decisions, and what is not known."""

    known_in: dict[str, int]
    records: pl.DataFrame
    rights_unknown: str | None
    unread: dict[str, str]


def _inputs_now(config: Config, subject: str, as_of: datetime, master: bytes) -> _InputsNow:
    inputs, unread = _open_readable(config)
    known_in, undecided = dict[str, int](), [pl.DataFrame(schema=_UNDECIDED)]
    with ExitStack() as opened:
        index = None
        if TableName.posts.value not in unread:
            try:
                index = opened.enter_context(scratch_index(config, inputs))
            except TablesError as error:
                unread[TableName.posts.value] = str(error)
        for name in _TABLES:
            if name.value in unread or not inputs.files.get(name):
                continue
            try:
                known_in[name.value], own = _rows_of(inputs, index, name, subject)
                undecided.append(own)
            except TablesError as error:
                unread[name.value] = str(error)
        if unread or index is None:
            return _InputsNow(known_in, pl.concat(undecided), f"{listed(unread)} could not be read", unread)
        try:
            now = decide_inputs(config, inputs, index, as_of, master).records.filter(pl.col("subject_id") == subject)
        except (RightsError, ReconciliationError) as error:
            return _InputsNow(known_in, pl.concat(undecided), str(error), unread)
    return _InputsNow(known_in, now, None, unread)


def _open_readable(config: Config) -> tuple[Inputs, dict[str, str]]:
    """Open each table on its own. Returns the inputs, and why the others cannot be read, by table."""
    files, unread = dict[TableName, list[TableFile]](), dict[str, str]()
    for name in TableName:
        try:
            files |= open_inputs(config, names=[name]).files
        except TablesError as error:
            unread[name.value] = str(error)
    return Inputs(files), unread


def _rows_of(inputs: Inputs, index: Path | None, name: TableName, subject: str) -> tuple[int, pl.DataFrame]:
    """Count the rows of a table that name a subject, and list those that are its records, without any decision."""
    none = pl.DataFrame(schema=_UNDECIDED)
    if name is TableName.posts and index is not None:
        posts = pl.scan_parquet(index, glob=False)
        ids = posts.filter(pl.col("author_id") == subject).select(source_id="post_id").collect()
        return ids.height, _undecided(Source.posts, ids)
    if name is TableName.profiles:
        profiles = inputs.rows(name, ["user_id"])
        own = profiles.rows.filter(user_id=subject).select(source_id="user_id")
        return own.height + profiles.quarantined.filter(source_id=subject).height, _undecided(Source.profiles, own)
    return inputs.rows(name, ["subject_id"]).rows.filter(subject_id=subject).height, none


def _undecided(source: Source, ids: pl.DataFrame) -> pl.DataFrame:
    return ids.select(
        source=pl.lit(source.value), source_id="source_id", decision=pl.lit(_UNKNOWN), reason=pl.lit(None, pl.String)
    )


def _unless_unread(unread: dict[str, str]) -> list[pl.Expr]:
    """Decide on released records that the inputs lack: nothing permits them, unless their table could not be read."""
    known = ~pl.col("source").is_in(list(unread))
    return [
        pl.when(known).then(pl.lit("drop")).otherwise(pl.lit(_UNKNOWN)).alias("decision"),
        pl.when(known).then(pl.lit(ABSENT)).alias("reason"),
    ]
