"""Takes back what may no longer be used, traces a subject, and forgets what the private state held of the records."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from redaction import rights
from redaction.config import Config
from redaction.execution.decide import decided, scratch_index
from redaction.execution.inputs import Inputs, open_inputs
from redaction.release import Release, Version, load_key
from redaction.release.diff import DiffReport, diff
from redaction.release.takedown import TOMBSTONED, WITHDRAWN, Order, Outcome, Tombstones, take_down
from redaction.release.trace import TraceReport, trace
from redaction.tables import TableName


def withdraw(config: Config, as_of: datetime, run_id: str, since: str | None = None) -> Outcome | None:
    """Compares the rights as of an instant with every release, and takes back what they no longer allow.

    Publishes a new MAJOR version, writes a signed notice and tombstones, and removes what `state` holds of the
    records: findings, ids, staged rows. None where nothing that was released has to go.

    Raises:
        RightsError: the ledger cannot be used.
        ReleaseError: a release or a notice cannot be trusted; nothing is then published.
    """
    inputs = open_inputs(config)
    order = Order(
        output=config.root / config.output,
        corpus=config.corpus,
        tombstones=config.tombstones,
        master=_master(config),
        removed_at=max(as_of, datetime.now(UTC)),
        run_id=run_id,
        since=Version.parse(since) if since else None,
        settings=config.release,
    )
    outcome = take_down(order, _withdrawn(inputs, _records(config, inputs, as_of)))
    if outcome is not None:
        forget(config, outcome.purge)
    return outcome


def trace_subject(config: Config, subject: str, as_of: datetime) -> TraceReport:
    """In which releases a subject is, in which shards, and what is decided of each of their records now."""
    inputs = open_inputs(config)
    records = _records(config, inputs, as_of).filter(pl.col("subject_id") == subject)
    stones = Tombstones.load(config.tombstones, _master(config), config.corpus)
    told = stones.apply(records).select("source", "source_id", "decision", "reason")
    return trace(config.root / config.output, config.corpus, subject, told, _master(config))


def compare_releases(before: Release, after: Release, config: Config | None) -> DiffReport:
    """What is in one release and not in the other. Releases with keys of their own need the config of their build.

    Raises:
        ReleaseError: they have no id in common, and no config was given.
    """
    if config is None:
        return diff(before, after)
    kept = [
        pl.read_parquet(path, columns=["source", "source_id"])
        for path in sorted(config.private.glob("*/decisions.parquet"))
    ]
    records = pl.concat([pl.DataFrame(schema={"source": pl.String, "source_id": pl.String}), *kept])
    return diff(before, after, records.drop_nulls().unique().sort("source", "source_id"), _master(config))


def forget(config: Config, records: pl.DataFrame) -> None:
    """Removes from the private state what links to some records (columns source, source_id), and all staged rows."""
    for path in (config.private / "findings").rglob("*.parquet"):
        gone = records.filter(pl.col("source") == path.parent.name)
        _rewrite(path, pl.read_parquet(path).join(gone, on="source_id", how="anti", maintain_order="left"))
    for path in config.private.glob("*/decisions.parquet"):
        _rewrite(path, _tombstoned(pl.read_parquet(path), records))
    for folder in config.private.glob("*/redacted"):
        shutil.rmtree(folder)


def _records(config: Config, inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    with scratch_index(config, inputs) as index:
        return decided(config, inputs, index, as_of).records


def _withdrawn(inputs: Inputs, records: pl.DataFrame) -> pl.DataFrame:
    events = inputs.rows(TableName.rights_events, ["event_id", "event_time"]).rows.select("event_id", "event_time")
    return (
        records.filter(pl.col("decision") != rights.KEEP)
        .join(events.unique("event_id"), left_on="evidence_id", right_on="event_id", how="left", maintain_order="left")
        .select(WITHDRAWN.names())
        .cast(WITHDRAWN)
    )


def _tombstoned(decisions: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    marked = decisions.join(
        records.select("source", "source_id").with_columns(gone=True),
        on=["source", "source_id"],
        how="left",
        maintain_order="left",
    )
    gone = pl.col("gone").fill_null(value=False)
    return marked.with_columns(
        pl.when(gone).then(pl.lit("drop")).otherwise("decision").alias("decision"),
        pl.when(gone).then(pl.lit(TOMBSTONED)).otherwise("reason").alias("reason"),
        pl.when(gone).then(pl.lit("takedown")).otherwise("rule").alias("rule"),
        pl.when(~gone).then("record_id").alias("record_id"),
    ).select(decisions.columns)


def _rewrite(path: Path, rows: pl.DataFrame) -> None:
    draft = path.with_name(f".{path.name}.draft")
    rows.write_parquet(draft, compression="zstd")
    draft.replace(path)


def _master(config: Config) -> bytes:
    return load_key(config.key, config.root, [config.root / config.output])
