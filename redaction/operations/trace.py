"""In which releases is a subject, and what is decided of each of their records now?"""

from datetime import datetime
from pathlib import Path

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
from redaction.tables import Source, TableName, canonical_id

ABSENT = "absent_from_inputs"
"""The reason of a record that was released and is no longer in the inputs: nothing permits it now."""

_UNKNOWN = "unknown"
"""The decision on records whose rights cannot be evaluated now."""


def trace_subject(config: Config, subject: str, as_of: datetime) -> TraceReport:
    """Trace a subject through all releases of a corpus; rights are evaluated at `as_of`.

    Where the rights cannot be evaluated, as with a ledger that is too old, the report says why, and still says where
    the subject's records are.

    Returns:
        Each record of the subject, the decision on it now, and where it was released. Private.

    Raises:
        TakedownError: State and output are not of the same time, so the answer would lack something.
    """
    subject = canonical_id(subject)
    inputs, master, paths = open_inputs(config), master_key(config), CorpusPaths.of(config)
    check_agreement(paths, master)
    rights_unknown = None
    with scratch_index(config, inputs) as index:
        known_in, undecided = _known_in(inputs, index, subject)
        try:
            now = decide_inputs(config, inputs, index, as_of, master).records.filter(pl.col("subject_id") == subject)
        except (RightsError, ReconciliationError) as error:
            now, rights_unknown = undecided, str(error)
    released = released_records(paths).filter(pl.col("subject_id") == subject)
    absent = released.join(now, on=RECORD, how="anti").with_columns(decision=pl.lit("drop"), reason=pl.lit(ABSENT))
    columns = [*RECORD, "decision", "reason"]
    records = pl.concat([now.select(columns), absent.select(columns)])
    past = decisions_of_builds(paths).join(records.lazy(), on=RECORD, how="semi").select("version", *RECORD, "reason")
    stones = Tombstones.load(paths.tombstones, master, config.corpus)
    state = PrivateState(master, stones, past.collect(), known_in | {"builds": released.height}, rights_unknown)
    return trace(paths.registry, subject, records, state)


def _known_in(inputs: Inputs, index: Path, subject: str) -> tuple[dict[str, int], pl.DataFrame]:
    """Count the rows of each table that name a subject, and list their records, without any decision."""
    profiles = inputs.rows(TableName.profiles, ["user_id"])
    posts = (
        pl.scan_parquet(index, glob=False).filter(pl.col("author_id") == subject).select("post_id").collect()["post_id"]
    )
    own = profiles.rows["user_id"].filter(profiles.rows["user_id"] == subject)
    counts = {
        TableName.profiles.value: own.len() + profiles.quarantined.filter(source_id=subject).height,
        TableName.posts.value: posts.len(),
    }
    for name in (TableName.rights_events, TableName.region_signals):
        counts[name.value] = inputs.rows(name, ["subject_id"]).rows.filter(subject_id=subject).height
    undecided = [
        ids.alias("source_id").to_frame().select(pl.lit(source.value).alias("source"), "source_id")
        for source, ids in ((Source.posts, posts), (Source.profiles, own))
    ]
    return counts, pl.concat(undecided).with_columns(decision=pl.lit(_UNKNOWN), reason=pl.lit(None, pl.String))
