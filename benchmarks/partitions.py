"""Measure the rights of 1, 3 and 10 million made-up posts, in one memory and in partitions.

    python benchmarks/partitions.py [--folder DIR] [--sizes 1 3 10] [--memory 2GB] [--workers 1 2] [--partitions N]

The posts are those of `benchmarks/rights.py` (ids, times and codes; no text), indexed by id as a build indexes them;
without near copies. Prints processor time and peak memory of all processes, and a digest of the decisions, which is the
same on every line of a size.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from rights import AS_OF, ROOT, write

from redaction.execution.settings import ExecutionSettings
from redaction.rights import (
    Inputs,
    Judged,
    PeopleTables,
    RightsSettings,
    Rules,
    apply_rules,
    apply_rules_in_partitions,
    read_policy,
    read_regions,
)
from redaction.storage import row_groups
from redaction.tables import INDEX_BLOCK_ROWS, TABLES, TableName

PROFILES = ["user_id", "birth_date", "account_status", "education", "updated_at"]


def index(folder: Path) -> Path:
    """Sort the posts by id into one file, once."""
    path = folder / "index.parquet"
    if not path.exists():
        posts = pl.scan_parquet(folder / "posts-*.parquet").drop("context").sort("post_id")
        posts.sink_parquet(path, row_group_size=INDEX_BLOCK_ROWS, compression="lz4")
    return path


def canonical(folder: Path, name: TableName, file: str) -> Iterator[pl.DataFrame]:
    """Yield a table in batches, with the canonical columns."""
    schema = TABLES[name].schema
    for rows in row_groups([folder / file]):
        absent = [pl.lit(None, dtype).alias(column) for column, dtype in schema.items() if column not in rows.columns]
        typed = rows.with_columns(absent).select(schema.names())
        if "education" in schema:
            entry = pl.element().struct
            fields = schema["education"].inner.fields  # type: ignore[attr-defined]
            present = [field.name for field in rows.schema["education"].inner.fields]  # type: ignore[attr-defined]
            every = [
                (entry.field(f.name) if f.name in present else pl.lit(None)).cast(f.dtype).alias(f.name) for f in fields
            ]
            typed = typed.with_columns(pl.col("education").list.eval(pl.struct(every)))
        yield from typed.cast(dict(schema)).iter_slices(INDEX_BLOCK_ROWS)  # type: ignore[arg-type]


@contextmanager
def judged(folder: Path, rules: Rules, execution: ExecutionSettings) -> Iterator[Judged]:
    """Apply the rules as a build does."""
    posts = pl.scan_parquet(folder / "index.parquet")
    parts = execution.partition_count(int(posts.select(pl.len()).collect().item()))
    events = pl.scan_parquet(folder / "events.parquet")
    if parts == 1:
        profiles, signals = (pl.scan_parquet(folder / f"{name}.parquet") for name in ("profiles", "signals"))
        yield apply_rules(Inputs(posts, profiles, events, signals, block_rows=INDEX_BLOCK_ROWS), rules)
        return
    tables = PeopleTables(
        (rows.select(PROFILES) for rows in canonical(folder, TableName.profiles, "profiles.parquet")),
        [],
        events,
        canonical(folder, TableName.region_signals, "signals.parquet"),
        TABLES[TableName.signals_of_others].schema.to_frame().lazy(),
    )
    withheld = pl.DataFrame(schema={"source": pl.String, "source_id": pl.String})
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        yield apply_rules_in_partitions(
            folder / "index.parquet", tables, rules, withheld, Path(scratch), parts, execution
        )


def decide_once(folder: Path, execution: ExecutionSettings) -> None:
    """Decide, and print the digest of all decisions as a line of JSON."""
    policy, regions = (
        read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml"),
        read_regions(ROOT / "configs/regions.yaml"),
    )
    rules, digest = Rules.of(policy, regions, RightsSettings(), AS_OF, datetime.now(UTC)), hashlib.sha256()
    with judged(folder, rules, execution) as results:
        for block in results.blocks():
            digest.update(block.records.hash_rows(0).to_numpy().tobytes())
            digest.update(block.thread.list.len().fill_null(0).to_numpy().tobytes())
        for frames in (results.profile_blocks(), results.subject_blocks()):
            for rows in frames:
                digest.update(rows.hash_rows(0).to_numpy().tobytes())
    print(json.dumps({"digest": digest.hexdigest()[:12]}))


def processes(root: int) -> list[Path]:
    """Return the folders in /proc of a process and of all below it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {root}
    while below := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= below
    return [Path("/proc") / str(pid) for pid in found]


def measured(command: list[str]) -> tuple[dict[str, str], float, float, float]:
    """Run a command; return what it printed, wall and processor seconds, and the peak MB of all processes."""
    started, peak, spent = time.perf_counter(), 0.0, dict[str, int]()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.1):
                size = 0
                for path in processes(process.pid):
                    try:
                        # Pages that processes share are divided among them.
                        rollup = (path / "smaps_rollup").read_text()
                        size += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
                        fields = (path / "stat").read_text().rpartition(")")[2].split()
                        spent[path.name] = int(fields[11]) + int(fields[12])
                    except (OSError, StopIteration):
                        continue
                peak = max(peak, size / 1000)

        watcher = threading.Thread(target=watch)
        watcher.start()
        output, _ = process.communicate()
        done.set()
        watcher.join()
    return json.loads(output), time.perf_counter() - started, sum(spent.values()) / 100, peak


def main() -> None:
    """Write the inputs that are missing, decide each size in separate processes, and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "discreet-rights-benchmark")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 3, 10], help="millions of posts")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--partitions", type=int)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--without-one", action="store_true", help="leave out the run in one memory")
    parser.add_argument("--decide", type=Path, help="decide the inputs in this folder, in this process")
    parser.add_argument("--execution", default="{}", help="the settings of `--decide`, as JSON")
    arguments = parser.parse_args()
    if arguments.decide:
        decide_once(arguments.decide, ExecutionSettings.model_validate_json(arguments.execution))
        return
    for millions in arguments.sizes:
        folder = arguments.folder / f"{millions}m"
        if not (folder / "signals.parquet").exists():
            write(folder, millions)
        index(folder)
        many = {"memory": arguments.memory, "partitions": arguments.partitions}
        runs = [] if arguments.without_one else [{"workers": 1}]
        for settings in [*runs, *({**many, "workers": workers} for workers in arguments.workers)]:
            command = [sys.executable, __file__, "--decide", str(folder), "--execution", json.dumps(settings)]
            result, wall, spent, peak = measured(command)
            parts = ExecutionSettings.model_validate(settings).partition_count(millions * 1_000_000)
            print(
                f"{millions} M posts, {parts} partitions, {settings['workers']} workers: {wall:.1f} s, "
                f"processor {spent:.1f} s, peak {peak:,.0f} MB, decisions {result['digest']}",
                flush=True,
            )


if __name__ == "__main__":
    main()
