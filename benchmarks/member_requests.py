"""What does it cost to answer ten thousand erasure requests over a release of some 200,000 records?

    nice .venv/bin/python benchmarks/member_requests.py [--posts 365000] [--members 20000] [--requests 10000]

Builds a release of generated texts, records the requests from one file, runs one takedown, and answers all requests:
each in a separate process with BLAS and Polars on one thread, so that processor seconds compare. Then it checks that
one notice was written, that there is a letter and a certificate for each request, and that each certificate names the
levels that were reached. The takedown may cost a tenth of the build. All is done for a quarter of the requests first:
the peak of the memory of the answers may hardly grow from there. With --folder, the next run reuses inputs and release.
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
import zipfile
from pathlib import Path
from typing import NamedTuple

import polars as pl
from memory import BIN, prepared

from redaction.config import Config, load_config
from redaction.execution.threads import THREAD_VARIABLES
from redaction.release.takedown import read_chain
from redaction.state import CorpusPaths

TARGET = 0.10
MEMORY = 1.3
JUDGED = 100
"""Processor seconds of a build below which the start of the program alone is more than a tenth of it."""


class Cost(NamedTuple):
    """Processor and wall seconds, and the highest resident memory in MB, of one command."""

    cpu: float
    wall: float
    peak: int


def main() -> None:
    """Build, record, take down, answer, check, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=365_000)
    parser.add_argument("--members", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--profile", default="configs/redaction/social.yaml")
    parser.add_argument("--folder", type=Path, help="where inputs and the first release are stored")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (args.folder or Path(scratch)).resolve()
        path = prepared(folder, args.posts, args.profile, 1, args.members)
        note = folder / "build-cost.json"
        if not note.exists():
            note.write_text(json.dumps(run("build", str(path), "--version", "1.0.0")), "utf-8")
        build = Cost(*json.loads(note.read_text("utf-8")))
        print(f"build: {build.cpu:.0f} processor seconds, {build.peak:,} MB", flush=True)
        with tempfile.TemporaryDirectory() as copies:
            few = measure(path, Path(copies) / "few", args.requests // 4, build)
            many = measure(path, Path(copies) / "many", args.requests, build)
    ratio = many.peak / few.peak
    print(f"memory of the answers: {ratio:.2f} times that of a quarter of the requests (the target is {MEMORY})")
    if ratio > MEMORY:
        sys.exit("the answers are not written in bounded memory")


def measure(config: Path, folder: Path, number: int, build: Cost) -> Cost:
    """Record, take down and answer in a copy of the corpus; return the cost of the answers."""
    folder.mkdir()
    for name in ("output", "state", "key", "config.yaml"):
        source = config.parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    path = folder / "config.yaml"
    path.write_text(config.read_text("utf-8").replace(f"{config.parent}/state", f"{folder}/state"), "utf-8")
    path.write_text(path.read_text("utf-8").replace(f"{config.parent}/output", f"{folder}/output"), "utf-8")
    settings = load_config(path)
    instant = str(settings.as_of.isoformat()) if settings.as_of else ""
    requests = folder / "requests.csv"
    subjects = some_subjects(settings, number)
    rows = pl.DataFrame({"subject_id": subjects}).with_columns(kind=pl.lit("erasure"), received=pl.lit(instant))
    rows.write_csv(requests)
    record = run("request", "import", str(path), str(requests))
    takedown = run("takedown", str(path), "--yes", "--withdraw", "--as-of", instant, "--most-absent", "1")
    output = folder / "answers"
    answers = run(
        "request", "answer", str(path), "--every-open", "--zip-only", "--output", str(output), "--as-of", instant
    )
    check(settings, output, len(subjects))
    share = takedown.cpu / build.cpu
    print(f"{len(subjects):,} requests recorded: {record.cpu:.1f} processor seconds, {record.peak:,} MB")
    print(f"one takedown: {takedown.cpu:.0f} processor seconds, {share:.1%} of the build (the target is 10 %)")
    each = answers.cpu / max(len(subjects), 1)
    print(f"answers: {answers.cpu:.0f} processor seconds, {each * 1000:.1f} ms each, {answers.peak:,} MB", flush=True)
    if share > TARGET and build.cpu >= JUDGED:
        sys.exit("the takedown missed its target")
    return answers


def run(*command: str) -> Cost:
    """Run one `discreet` command in a separate process, and measure it."""
    quiet = os.environ | dict.fromkeys(THREAD_VARIABLES, "1")
    quiet.pop("DAGSTER_HOME", None)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen([BIN / "discreet", *command], env=quiet, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"discreet {command[0]} failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - began, used.ru_maxrss // 1024)


def some_subjects(config: Config, number: int) -> pl.Series:
    """Select members evenly among those in the release."""
    decisions = pl.read_parquet(CorpusPaths.of(config).state / "1.0.0" / "decisions.parquet")
    members = decisions.drop_nulls("record_id")["subject_id"].unique().sort()
    return members.gather_every(max(1, len(members) // number)).head(number)


def check(config: Config, output: Path, number: int) -> None:
    """Check that there is one notice, and a letter and a certificate with its levels for each request."""
    if len(read_chain(CorpusPaths.of(config).releases)) != 1:
        sys.exit("not one takedown")
    packages = sorted(output.glob("*.zip"))
    if len(packages) != number:
        sys.exit(f"{len(packages)} packages for {number} requests")
    for package in packages:
        with zipfile.ZipFile(package) as archive:
            name = package.stem
            certificate = json.loads(archive.read(f"{name}/certificate.json"))
            reached = {level["name"]: level["reached"] for level in certificate["levels"]}
            wanted = {"current_release": True, "every_readable_release": True, "copies": None, "models": False}
            if reached != wanted or not archive.read(f"{name}/letter.txt"):
                sys.exit(f"{package}: wrong levels, or no letter")


if __name__ == "__main__":
    main()
