"""What does it cost to withdraw a thousand members from a release of some 200,000 records?

    nice .venv/bin/python benchmarks/takedown.py [--posts 365000] [--members 20000] [--subjects 1000] [--profile …]

Builds a release of generated texts, lets some of its members opt out, and runs `discreet takedown`: each in a separate
process with BLAS and Polars on one thread, so that processor seconds compare. Then it computes independently what had
to go, and checks what went and what stayed, which shards were rewritten, and that a build of the old inputs omits the
withdrawn records. The takedown may cost a tenth of the build. With --folder, the next run reuses inputs and release.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml
from memory import BIN, prepared

from redaction.builds import open_inputs
from redaction.config import Config, load_config
from redaction.execution.threads import THREAD_VARIABLES
from redaction.release import Manifest, verify
from redaction.state import CorpusPaths
from redaction.tables import TableName

TARGET = 0.10
_LINKS = ("in_reply_to", "repost_of", "quote_of")


class Cost(NamedTuple):
    """Processor and wall seconds of one command, and its output."""

    cpu: float
    wall: float
    output: str


def main() -> None:
    """Build, take down, check, rebuild, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=365_000)
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--subjects", type=int, default=1_000)
    parser.add_argument("--profile", default="configs/redaction/social.yaml")
    parser.add_argument("--folder", type=Path, help="where inputs and the first release are stored")
    parser.add_argument("--no-rebuild", action="store_true", help="leave out the build of the old inputs at the end")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (args.folder or Path(scratch)).resolve()
        path = prepared(folder, args.posts, args.profile, 1, args.members)
        build = built(path)
        config = load_config(path)
        subjects = some_subjects(config, args.subjects)
        expected = affected_records(config, subjects)
        later = with_opt_outs(path, subjects)
        takedown = run("takedown", str(later), "--yes", "--as-of", instant(path).isoformat())
        report(config, build, takedown, expected)
        if not args.no_rebuild:
            rebuild = run("build", str(path), "--version", "9.0.0")
            came_back = kept_records(config, "9.0.0").join(expected, on=["source", "source_id"], how="semi").height
            print(f"a build of the old inputs: {rebuild.cpu:.0f} processor seconds, {came_back} records came back")


def run(*command: str) -> Cost:
    """Run one `discreet` command in a separate process."""
    quiet = os.environ | dict.fromkeys(THREAD_VARIABLES, "1")
    quiet.pop("DAGSTER_HOME", None)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([BIN / "discreet", *command], env=quiet, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - began, done.stdout)


def built(config: Path) -> Cost:
    """Run the first build, or read the cost that an earlier run stored."""
    note = config.parent / "build-cost.json"
    if not note.exists():
        note.write_text(json.dumps(run("build", str(config), "--version", "1.0.0")), "utf-8")
    return Cost(*json.loads(note.read_text("utf-8")))


def kept_records(config: Config, version: str) -> pl.DataFrame:
    """Read the records of a release from its private decisions: source, source_id, subject_id, record_id."""
    decisions = pl.read_parquet(CorpusPaths.of(config).state / version / "decisions.parquet")
    return decisions.filter(pl.col("record_id").is_not_null()).select("source", "source_id", "subject_id", "record_id")


def some_subjects(config: Config, number: int) -> pl.Series:
    """Select members evenly among those in the release."""
    members = kept_records(config, "1.0.0")["subject_id"].unique().sort()
    return members.gather_every(max(1, len(members) // number)).head(number)


def affected_records(config: Config, subjects: pl.Series) -> pl.DataFrame:
    """Find the released records of some members, and the replies, reposts and quotes of them, at any depth.

    Follows the threads of the inputs, and does not use the code of `redaction.rights`.

    Returns:
        source, source_id, record_id
    """
    files = [str(file.path) for file in open_inputs(config).files[TableName.posts]]
    posts = pl.read_parquet(files, columns=["post_id", "author_id", *_LINKS])
    reached = posts.filter(pl.col("author_id").is_in(subjects.implode()))["post_id"]
    while True:
        touching = [pl.col(link).is_in(reached.implode()) for link in _LINKS]
        new = posts.filter(pl.any_horizontal(touching) & ~pl.col("post_id").is_in(reached.implode()))["post_id"]
        if new.is_empty():
            break
        reached = pl.concat([reached, new])
    released = kept_records(config, "1.0.0")
    theirs = pl.col("subject_id").is_in(subjects.implode())
    carried = (pl.col("source") == "posts") & pl.col("source_id").is_in(reached.implode())
    return released.filter(theirs | carried).select("source", "source_id", "record_id")


def with_opt_outs(config: Path, subjects: pl.Series) -> Path:
    """Write the same config with a ledger in which some members opted out an hour before `as_of`."""
    settings: dict[str, Any] = yaml.safe_load(config.read_text("utf-8"))
    (file,) = open_inputs(load_config(config)).files[TableName.rights_events]
    ledger = pl.read_parquet(str(file.path))
    when = pl.lit(instant(config) - timedelta(hours=1))
    rows = pl.DataFrame({"subject_id": subjects}).select(
        pl.format("bench-{}", pl.int_range(pl.len())).alias("event_id"),
        "subject_id",
        pl.lit("opt_out").alias("action"),
        when.alias("event_time"),
        when.alias("received_at"),
    )
    rows = rows.cast({name: ledger.schema[name] for name in rows.columns})
    later = config.parent / "later-events.parquet"
    pl.concat([ledger, rows], how="diagonal").write_parquet(later)
    settings["inputs"]["rights_events"]["path"] = str(later)
    path = config.parent / "later.yaml"
    path.write_text(yaml.safe_dump(settings), "utf-8")
    return path


def instant(config: Path) -> Any:
    """Return the instant at which the config evaluates rights."""
    return load_config(config).as_of


def report(config: Config, build: Cost, takedown: Cost, expected: pl.DataFrame) -> None:
    """Print what was removed and its cost; exit with 1 where something is missing, left, or too expensive."""
    old, new = (CorpusPaths.of(config).releases / version for version in ("1.0.0", "2.0.0"))
    before, after = (set(pl.read_parquet(f"{f}/data/*.parquet")["record_id"]) for f in (old, new))
    gone, wanted = before - after, set(expected["record_id"])
    shards = {entry.path: entry.sha256 for entry in Manifest.read(old).files if entry.path.endswith(".parquet")}
    same = {entry.path for entry in Manifest.read(new).files if shards.get(entry.path) == entry.sha256}
    holding = {
        path for path in shards if wanted & set(pl.read_parquet(f"{old}/{path}", columns=["record_id"])["record_id"])
    }
    share = takedown.cpu / build.cpu
    print(f"release: {len(before):,} records in {len(shards)} shards; {len(wanted):,} to be removed")
    print(f"gone: {len(gone):,}; of these not expected {len(gone - wanted):,} (near copies), left {len(wanted - gone)}")
    print(f"shards rewritten: {len(shards.keys() - same)}, shards that held one: {len(holding)}")
    print(f"build {build.cpu:.0f} processor seconds, takedown {takedown.cpu:.0f}: {share:.1%} (the target is 10 %)")
    print(f"successor verifies: {verify(new).ok}")
    good = wanted <= gone and after <= before and verify(new).ok and share <= TARGET
    if not good:
        sys.exit("the takedown missed its target")


if __name__ == "__main__":
    main()
