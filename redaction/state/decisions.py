"""The decisions of all builds of a corpus, as their folders hold them."""

from typing import Final

import polars as pl

from redaction.state.layout import CorpusPaths
from redaction.state.private_tables import DECISIONS

RECORD: Final = ["source", "source_id"]
"""The columns that identify a record."""

_COLUMNS: Final = [*RECORD, "subject_id", "decision", "reason", "record_id"]


def decisions_of_builds(paths: CorpusPaths) -> pl.LazyFrame:
    """Return every build's decisions: version, source, source_id, subject_id, decision, reason, record_id."""
    schema = dict.fromkeys(["version", *_COLUMNS], pl.String)
    builds = [
        pl.scan_parquet(path, glob=False).select(pl.lit(path.parent.name).alias("version"), *_COLUMNS)
        for path in paths.files(DECISIONS)
    ]
    return pl.concat([pl.LazyFrame(schema=schema), *builds])


def released_records(paths: CorpusPaths) -> pl.DataFrame:
    """Return the records that some build kept: source, source_id, subject_id."""
    kept = decisions_of_builds(paths).drop_nulls("record_id").select(*RECORD, "subject_id")
    return kept.unique(RECORD, maintain_order=True).collect()
