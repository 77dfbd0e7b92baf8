"""Measure the filter against the library: CPU seconds on the same texts in one run, without the start.

    nice .venv/bin/python benchmarks/redact_filter.py [--texts 3000]

The texts are kept posts of the sample (made up), each made one line. `library` is the identification of languages,
`Detector.detect_each` and `Replacer.replace` in batches of 256 texts. `lines` and `--jsonl` are the filter from a file
to a pipe; the CPU seconds of the filter on one line, `start`, are subtracted. `ratio` is the throughput as a share of
that of the library. `memory` is the peak of the filter on 1 and on `--megabytes` megabytes of these lines.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from throughput import kept_texts

from redaction import Detector, Replacer, load_profile
from redaction.detection import identify_languages

RUNS = 3
BATCH = 256
FILTER = [sys.executable, "-c", "from pipelines.cli import app; app()", "redact"]


def library(texts: list[str]) -> float:
    """Return the least CPU seconds of the library on the texts."""
    settings = load_profile("social")
    detector, replacer = Detector.from_settings(settings), Replacer()

    def run(some: list[str]) -> None:
        for start in range(0, len(some), BATCH):
            batch = some[start : start + BATCH]
            guesses = identify_languages(batch, settings)
            readable = [text for text, guess in zip(batch, guesses, strict=True) if guess.language]
            found = detector.detect_each(readable, ["en"] * len(readable))
            replacer.replace(readable, [spans if isinstance(spans, tuple) else () for spans in found])

    run(texts[:BATCH])
    least = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        run(texts)
        least = min(least, time.process_time() - began)
    return least


def filtered(file: Path, *arguments: str) -> float:
    """Return the least CPU seconds of the filter on a file, with its start."""
    least = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with file.open("rb") as source:
            subprocess.run([*FILTER, *arguments], stdin=source, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def peak_memory(file: Path) -> float:
    """Return the peak memory of the filter on a file, in MiB, of the largest of its processes."""
    with file.open("rb") as source:
        process = subprocess.Popen(FILTER, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(process.pid, 0)
    return used.ru_maxrss / 1024


def main() -> None:
    """Print a line for the library and for each form of the filter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--megabytes", type=int, default=10)
    arguments = parser.parse_args()
    texts = [" ".join(text.split()) for text in kept_texts(arguments.texts)]
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts):,} texts, {words:,} words")
    base = library(texts)
    print(f"library  {base:6.2f} s  {words / base:8,.0f} words/s")
    with tempfile.TemporaryDirectory() as scratch:
        for name, options, line in (("lines", [], str), ("--jsonl", ["--jsonl"], lambda t: json.dumps({"text": t}))):
            one, many = Path(scratch) / "one", Path(scratch) / "many"
            one.write_text(f"{line(texts[0])}\n", "utf-8")
            many.write_text("".join(f"{line(text)}\n" for text in texts), "utf-8")
            start = filtered(one, *options)
            taken = filtered(many, *options) - start
            print(
                f"{name:8} {taken:6.2f} s  {words / taken:8,.0f} words/s  ratio {base / taken:.2f}  start {start:.2f} s"
            )
        lines = "".join(f"{text}\n" for text in texts).encode()
        for megabytes in (1, arguments.megabytes):
            large = Path(scratch) / "large"
            large.write_bytes((lines * (megabytes * 2**20 // len(lines) + 1))[: megabytes * 2**20])
            print(f"memory   {peak_memory(large):6.0f} MiB for {megabytes} MB")


if __name__ == "__main__":
    main()
