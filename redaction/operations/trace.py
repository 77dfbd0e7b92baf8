"""In which releases is a subject, and what is decided of each of their records now?"""

from datetime import datetime

import polars as pl

from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.release.history.trace import PrivateState, TraceReport, trace
from redaction.release.takedown import Tombstones
from redaction.state.decisions import RECORD, decisions_of_builds, released_records
from redaction.state.keys import master_key
from redaction.state.layout import CorpusPaths
from redaction.tables import canonical_id

ABSENT = "absent_from_inputs"
"""The reason of a record that was released and is no longer in the inputs: nothing permits it now."""


def trace_subject(config: Config, subject: str, as_of: datetime) -> TraceReport:
    """Trace a subject through all releases of a corpus; rights are evaluated at `as_of`.

    Returns:
        Each record of the subject, the decision on it now, and where it was released. Private.
    """
    subject = canonical_id(subject)
    inputs, master, paths = open_inputs(config), master_key(config), CorpusPaths.of(config)
    with scratch_index(config, inputs) as index:
        now = decide_inputs(config, inputs, index, as_of, master).records.filter(pl.col("subject_id") == subject)
    absent = (
        released_records(paths)
        .filter(pl.col("subject_id") == subject)
        .join(now, on=RECORD, how="anti")
        .with_columns(decision=pl.lit("drop"), reason=pl.lit(ABSENT))
    )
    columns = [*RECORD, "decision", "reason"]
    records = pl.concat([now.select(columns), absent.select(columns)])
    past = decisions_of_builds(paths).join(records.lazy(), on=RECORD, how="semi").select("version", *RECORD, "reason")
    stones = Tombstones.load(paths.tombstones, master, config.corpus)
    return trace(paths.registry, subject, records, PrivateState(master, stones, past.collect()))
