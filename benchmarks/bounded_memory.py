"""Read, reconcile and decide millions of posts under a hard limit of memory, as a build does before it analyzes texts.

    python benchmarks/bounded_memory.py [--sizes 1 3 30] [--memory 2GB] [--limit-mb 2000] [--workers 1] [--folder DIR]

The people and posts are those of `benchmarks/rights.py`, with a made-up text of three to twelve words each. Each size
is run in processes of its own, in a control group of which the kernel kills one that would take more than the limit,
all counted together (needs root). Prints, for each step, processor seconds of the main process and the peak of its
resident memory so far, libraries included; and at the end the peak of the group.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from rights import ROOT, write

from redaction.builds import Build, decide_rights, open_inputs, prepare
from redaction.config import load_config
from redaction.storage import row_groups

WORDS = ["morning", "team", "launch", "river", "garden", "paper", "lamp", "train", "coffee", "letter", "bridge"]
ROWS = 1 << 17


def texts(rng: np.random.Generator, rows: int) -> pl.Series:
    """Return texts: ninety-nine of a hundred have three words, the others twelve."""
    words = pl.Series(WORDS)
    columns = [words.gather(rng.integers(0, len(WORDS), rows)) for _ in range(12)]
    long = pl.Series(rng.random(rows) < 0.01)
    short = pl.select(pl.concat_str(columns[:3], separator=" ")).to_series()
    return short.zip_with(~long, pl.select(pl.concat_str(columns, separator=" ")).to_series())


def inputs(folder: Path, millions: int) -> Path:
    """Write the inputs and the config, once; return the config."""
    config = folder / "config.yaml"
    if config.exists():
        return config
    write(folder, millions)
    rng = np.random.default_rng(7)
    (folder / "posts").mkdir(exist_ok=True)
    for file in sorted(folder.glob("posts-*.parquet")):
        writer: pq.ParquetWriter | None = None
        for rows in row_groups([file]):
            for part in rows.iter_slices(ROWS):
                table = part.with_columns(texts(rng, part.height).alias("text")).to_arrow()
                writer = writer or pq.ParquetWriter(folder / "posts" / file.name, table.schema)
                writer.write_table(table)
        if writer is not None:
            writer.close()
        file.unlink()
    (folder / "key").write_bytes(bytes(np.random.default_rng(9).integers(0, 256, 32, dtype=np.uint8)))
    (folder / "key").chmod(0o600)
    tables = {"posts": "posts", "profiles": "profiles.parquet", "rights_events": "events.parquet"}
    settings = {
        "corpus": "bounded",
        "as_of": "2025-06-30T00:00:00Z",
        "output": "out",
        "state": "state",
        "inputs": {name: {"path": str(folder / path)} for name, path in tables.items()}
        | {"region_signals": {"path": str(folder / "signals.parquet")}, "max_quarantined": 1.0},
        "partitions": {"grain": "month", "start": "2015-01-01"},
        "rights": {"policy": str(ROOT / "configs/policies/linkedin-2024-09.yaml"), "max_unmatched": 1.0},
        "detection": "social",
        "key": {"file": str(folder / "key")},
    }
    config.write_text(json.dumps(settings), "utf-8")
    return config


@contextmanager
def measured(step: str) -> Iterator[None]:
    """Print what a step took."""
    started = time.process_time()
    yield
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM"))
    print(f"    {step}: {time.process_time() - started:.1f} s, peak {peak:,.0f} MB", flush=True)


@contextmanager
def limited(limit_mb: int) -> Iterator[Path]:
    """Make a control group with a limit of memory, without swap, and remove it at the end."""
    new = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    group = Path("/sys/fs/cgroup" if new else "/sys/fs/cgroup/memory") / "discreet-bounded-benchmark"
    group.mkdir(exist_ok=True)
    (group / ("memory.max" if new else "memory.limit_in_bytes")).write_text(str(limit_mb * 1_000_000))
    try:
        yield group
    finally:
        peak = group / ("memory.peak" if new else "memory.max_usage_in_bytes")
        print(f"    peak of the group, cached files included: {int(peak.read_text()) / 1e6:,.0f} MB")
        group.rmdir()


def run(config: Path, group: Path, execution: dict[str, str]) -> None:
    """Run the steps in this process, as a member of the group."""
    (group / "cgroup.procs").write_text(str(os.getpid()))
    settings = load_config(config)
    settings = settings.model_copy(update={"execution": type(settings.execution).model_validate(execution)})
    with measured("read, index and reconcile"):
        prepare(settings, open_inputs(settings))
    with measured("decide, with near copies"):
        report = decide_rights(Build.open(settings))
    kept = report.reasons.filter(decision="keep")["records"].sum()
    print(f"    {report.records:,} records, {kept:,} kept", flush=True)


def main() -> None:
    """Write the inputs that are missing, and run each size in a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "discreet-bounded-benchmark")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 3], help="millions of posts")
    parser.add_argument("--memory", default="2GB", help="`execution.memory`")
    parser.add_argument("--limit-mb", type=int, default=2000)
    parser.add_argument("--workers", default="1")
    parser.add_argument("--run", type=Path, nargs=2, help="run the steps for a config, in this process and a group")
    arguments = parser.parse_args()
    if arguments.run:
        config, group = arguments.run
        run(config, group, {"memory": arguments.memory, "workers": arguments.workers})
        return
    for millions in arguments.sizes:
        config = inputs(arguments.folder / f"{millions}m", millions)
        print(f"{millions} million posts, at most {arguments.limit_mb} MB", flush=True)
        options = ["--memory", arguments.memory, "--workers", arguments.workers]
        environment = {**os.environ, "POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "1")}
        with limited(arguments.limit_mb) as group:
            command = [sys.executable, __file__, "--run", str(config), str(group), *options]
            failed = subprocess.run(command, env=environment, check=False).returncode
        if failed:
            raise SystemExit(f"{millions} million posts: failed")


if __name__ == "__main__":
    main()
