"""What a build costs by stage, and how that grows: over workers, over input size, and from night to night.

    nice .venv/bin/python benchmarks/scaling.py nightly --posts 20000
    nice .venv/bin/python benchmarks/scaling.py workers --posts 20000
    nice .venv/bin/python benchmarks/scaling.py size --posts 2000

`nightly` builds once, then again with one text in a hundred new and one member in a thousand opted out, and gives the
second's processor time as a share of the first's. `workers` builds with one worker and with two. `size` builds from n
posts and from ten times n. Each build is a process of its own, BLAS and Polars on one thread; texts are made up by
data/samples/generate. Processor time holds on a busy machine, wall time does not.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml
from memory import prepared

from redaction import builds
from redaction.config import load_config
from redaction.execution.threads import THREAD_VARIABLES

NEW_TEXTS, NEW_OPT_OUTS = 0.01, 0.001
STAGES = ("start", "inputs", "rights", "posts", "profiles", "release")


class Cost(NamedTuple):
    """One build: processor seconds by stage, wall seconds of the posts, texts looked at, words, peak memory in MB."""

    cpu: dict[str, float]
    posts_wall: float
    detected: int
    words: int
    peak: int

    @property
    def total(self) -> float:
        """Processor seconds of all stages."""
        return sum(self.cpu.values())


def measured(config: Path, version: str) -> Cost:
    """Builds in a process of its own."""
    quiet = os.environ | dict.fromkeys(THREAD_VARIABLES, "1")
    command = [sys.executable, __file__, "one", str(config), version]
    told = subprocess.run(command, env=quiet, check=True, stdout=subprocess.PIPE).stdout
    return Cost(**json.loads(told))


def one(config_path: Path, version: str) -> Cost:
    """Builds here, stage by stage, as `discreet build` does, but without Dagster."""
    cpu = {"start": processor_seconds()}
    config = load_config(config_path)
    with lap(cpu, "inputs"):
        builds.prepare(config, builds.open_inputs(config), version=version)
        build = builds.Build.open(config)
    builds.ready_workers(config)
    with lap(cpu, "rights"):
        builds.decide_rights(build)
    began = time.perf_counter()
    with builds.RedactionSession(build) as session:
        with lap(cpu, "posts"):
            reports = [session.redact_posts(key) for key, _ in builds.partitions_to_redact(build.folder)]
        wall = time.perf_counter() - began
        with lap(cpu, "profiles"):
            reports.append(session.redact_profiles())
    with lap(cpu, "release"):
        staged = builds.stage_release(build, "scaling")
        if staged.failure:
            print(f"not published: {staged.failure}", file=sys.stderr)
        else:
            builds.publish_release(staged)
    if config.execution.worker_count > 1:  # what a pool's workers took is told once they are gone
        cpu["posts"] = sum(r.cpu_seconds for r in reports[:-1])
        cpu["profiles"] = reports[-1].cpu_seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Cost(cpu, wall, sum(r.detected for r in reports), sum(r.words for r in reports), peak)


@contextmanager
def lap(cpu: dict[str, float], stage: str) -> Iterator[None]:
    """Notes the processor time of a stage."""
    began = processor_seconds()
    yield
    cpu[stage] = processor_seconds() - began


def processor_seconds() -> float:
    """What this process has taken so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def show(rows: dict[str, Cost]) -> None:
    """The table: processor seconds by stage."""
    head = [f"{stage:>9}" for stage in (*STAGES, "total")]
    print(f"{'CPU s':16}", *head, f"{'posts wall':>10} {'detected':>9} {'words':>11} {'peak MB':>8}")
    for name, cost in rows.items():
        figures = [f"{cost.cpu[stage]:9.1f}" for stage in STAGES] + [f"{cost.total:9.1f}"]
        print(f"{name:16}", *figures, f"{cost.posts_wall:10.1f} {cost.detected:9,} {cost.words:11,} {cost.peak:8,}")


def configured(folder: Path, name: str, source: Path, **changes: Any) -> Path:
    """A config like `source`, with its own output and state, empty."""
    shutil.rmtree(folder / name, ignore_errors=True)
    config = yaml.safe_load(source.read_text("utf-8"))
    config |= {"output": str(folder / name / "output"), "state": str(folder / name / "state"), **changes}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return path


def nightly(folder: Path, posts: int, profile: str) -> None:
    """Two builds of one corpus, a night apart."""
    source = prepared(folder / str(posts), posts, profile, 1)
    data = folder / str(posts) / "data"
    today = folder / "today"
    today.mkdir(exist_ok=True)
    written = pl.read_parquet(data / "posts" / "*.parquet").sort("created_at", maintain_order=True)
    earlier = written.head(written.height - max(1, round(written.height * NEW_TEXTS)))
    events = pl.read_parquet(data / "rights_events.parquet")
    config = configured(folder, "nightly", source)
    inputs = yaml.safe_load(config.read_text("utf-8"))["inputs"]
    inputs["posts"]["path"], inputs["rights_events"]["path"] = str(today / "posts"), str(today / "events.parquet")
    config = configured(folder, "nightly", source, inputs=inputs)
    costs = {}
    for name, version, rows, ledger in (
        ("first build", "1.0.0", earlier, events),
        ("a night later", "1.1.0", written, pl.concat([events, opt_outs(events, data)])),
    ):
        write_posts(rows, earlier.height, today / "posts")
        ledger.write_parquet(today / "events.parquet")
        costs[name] = measured(config, version)
    show(costs)
    first, second = costs.values()
    print(f"share: {second.total / first.total:.1%} of the first build's processor time (the target is 5 %)")


def write_posts(rows: pl.DataFrame, earlier: int, folder: Path) -> None:
    """What was there before keeps its place; what is new comes in a file of its own, as a nightly export would."""
    folder.mkdir(parents=True, exist_ok=True)
    rows.head(earlier).write_parquet(folder / "a-earlier.parquet", row_group_size=20_000)
    new = folder / "b-new.parquet"
    new.unlink(missing_ok=True)
    if rows.height > earlier:
        rows.tail(-earlier).write_parquet(new)


def opt_outs(events: pl.DataFrame, data: Path) -> pl.DataFrame:
    """One member in a thousand, and at least one, opts out on the last day."""
    members = pl.read_parquet(data / "profiles.parquet", columns=["user_id"])["user_id"].drop_nulls().unique().sort()
    chosen = members.gather_every(round(1 / NEW_OPT_OUTS))
    instant = yaml.safe_load((Path(__file__).parents[1] / "configs" / "sample.yaml").read_text("utf-8"))["as_of"]
    rows = (
        pl.DataFrame({"subject_id": chosen})
        .with_row_index("n")
        .select(
            pl.format("night-{}", "n").alias("event_id"),
            "subject_id",
            pl.lit("opt_out").alias("action"),
            *(pl.lit(instant - timedelta(hours=1)).alias(column) for column in ("event_time", "received_at")),
        )
    )
    empty = events.clear()
    return pl.concat([empty, rows.cast({c: empty.schema[c] for c in rows.columns})], how="diagonal")


def workers(folder: Path, posts: int, profile: str) -> None:
    """One worker beside two."""
    source = prepared(folder / str(posts), posts, profile, 1)
    costs = {
        f"{number} worker(s)": measured(
            configured(folder, f"workers{number}", source, execution={"workers": number}), "1.0.0"
        )
        for number in (1, 2)
    }
    show(costs)
    single, double = costs.values()
    print(f"wall time of the posts: two workers are {single.posts_wall / double.posts_wall:.2f} times one")


def size(folder: Path, posts: int, profile: str) -> None:
    """N posts beside ten times N."""
    costs = {
        f"{number:,} posts": measured(
            configured(folder, f"size{number}", prepared(folder / str(number), number, profile, 1)), "1.0.0"
        )
        for number in (posts, 10 * posts)
    }
    show(costs)
    small, large = costs.values()
    print(f"ten times the posts: {large.cpu['posts'] / small.cpu['posts']:.1f} times the time of the posts, ", end="")
    print(f"{large.peak / small.peak:.2f} times the memory")


def main() -> None:
    """Runs what was asked for."""
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(one(Path(sys.argv[2]), sys.argv[3])._asdict()))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("nightly", "workers", "size"))
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--profile", default="configs/redaction/social.yaml")
    parser.add_argument("--folder", type=Path, help="where inputs are written and kept; a temporary one if absent")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.folder or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        {"nightly": nightly, "workers": workers, "size": size}[arguments.what](
            folder, arguments.posts, arguments.profile
        )


if __name__ == "__main__":
    main()
