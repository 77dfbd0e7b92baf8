"""Compares the program's decisions with the oracle's, row for row."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from redaction.rights import Inputs, RightsSettings, Rules, apply_rules, read_policy, read_regions
from redaction.rights.settings import Mentions, Recipient
from tests.rights.oracle.network import AS_OF
from tests.rights.oracle.oracle import EARLIEST, POLICY, RECIPIENTS, ROOT, expected_decisions

_COLUMNS = ["source", "source_id", "subject_id", "decision", "reason", "rule", "evidence_id"]
_BLOCK_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many rows agree, how many stand on one side alone, a few of those, and seconds of processor time."""

    agreeing: int
    differing: int
    examples: list[tuple[str | None, ...]]
    reasons: dict[str, int]
    program_cpu_s: float
    oracle_cpu_s: float


def compare(folder: Path) -> Comparison:
    """Decide the network in a folder twice.

    Args:
        folder: What `write_network` wrote.

    Returns:
        The comparison of all posts, profiles and members.
    """
    started = time.process_time()
    database = expected_decisions(folder)
    withdrawn = pl.DataFrame(database.sql("SELECT source, source_id FROM withdrawn").to_arrow_table())
    between = time.process_time()
    decided = folder / "decisions.parquet"
    _write(decided, _decisions(folder, withdrawn))
    ended = time.process_time()
    both = "SELECT 'oracle' AS side, * FROM (FROM expected EXCEPT FROM decided) UNION ALL "
    both += "SELECT 'program', * FROM (FROM decided EXCEPT FROM expected)"
    database.execute(f"CREATE VIEW decided AS SELECT {', '.join(_COLUMNS)} FROM '{decided}'")
    database.execute(f"CREATE TABLE difference AS {both}")
    agreeing = _count(database, "(FROM expected INTERSECT FROM decided)")
    differing = _count(database, "difference")
    examples = database.execute("FROM difference ORDER BY source, source_id, side LIMIT 10").fetchall()
    reasons = dict(database.execute("SELECT reason, count(*) FROM expected GROUP BY reason").fetchall())
    database.close()
    return Comparison(
        agreeing, differing, examples, reasons, program_cpu_s=ended - between, oracle_cpu_s=between - started
    )


def _count(database: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _decisions(folder: Path, withdrawn: pl.DataFrame) -> Iterator[pl.DataFrame]:
    index = folder / "index.parquet"
    pl.scan_parquet(folder / "posts-*.parquet").sort("post_id").sink_parquet(index, row_group_size=_BLOCK_ROWS)
    profiles, events, signals = (
        pl.scan_parquet(folder / f"{name}.parquet") for name in ("profiles", "events", "signals")
    )
    inputs = Inputs(pl.scan_parquet(index), profiles, events, signals, block_rows=_BLOCK_ROWS)
    settings = RightsSettings(
        recipient=tuple(Recipient(name) for name in RECIPIENTS),
        mentions=Mentions.DROP,
        earliest_content_dates=EARLIEST,
    )
    policy = read_policy(ROOT / f"configs/policies/{POLICY}.yaml")
    rules = Rules.of(policy, read_regions(ROOT / "configs/regions.yaml"), settings, AS_OF, datetime.now(UTC))
    results = apply_rules(inputs, rules, withdrawn)
    yield from (block.records.select(_COLUMNS) for block in results.blocks())
    yield from (rows.select(_COLUMNS) for rows in results.profile_blocks())
    for rows in results.subject_blocks():
        subject = pl.col("subject_id")
        members = rows.filter(pl.col("reason") != "subject_unknown")
        yield members.select(pl.lit("subjects").alias("source"), subject.alias("source_id"), *_COLUMNS[2:])


def _write(path: Path, frames: Iterator[pl.DataFrame]) -> None:
    first = next(frames).to_arrow()
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for frame in frames:
            writer.write_table(frame.to_arrow().cast(first.schema))
