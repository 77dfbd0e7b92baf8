"""Measure the search for near duplicates: a million texts against a hundred thousand protected ones.

    python benchmarks/near_duplicates.py [--folder DIR] [--texts N] [--protected N]

Writes generated texts once, then searches in a separate process. Prints wall time, peak memory, and how many of the
planted copies were found. 1 % of the texts are copies of a protected text with up to one word in thirty changed; 10 %
of all texts follow one of a hundred forms with a few different words, as greetings and job news do.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from redaction.rights import (
    NearDuplicateSettings,
    ProtectedShingles,
    RowShingles,
    Runs,
    Shingled,
    ShingleFilter,
    Sketches,
    find_containers,
    likely_copies,
    near_copies,
    sketch_candidates,
    sketch_protected,
)
from redaction.storage import row_groups

BATCH = 20_000
VOCABULARY = 60_000
FORMS, FORM_WORDS, OWN_WORDS = 100, 40, 4


def random_texts(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Return texts of 8 to 150 words as word numbers; some words are much more common, and some texts follow a form."""
    lengths = np.clip(rng.lognormal(4.0, 0.6, count).astype(np.int64), 8, 150)
    words = (VOCABULARY * rng.random(lengths.sum()) ** 3).astype(np.int32)
    texts = np.split(words, np.cumsum(lengths)[:-1])
    forms = np.random.default_rng(5).integers(0, VOCABULARY, (FORMS, FORM_WORDS), dtype=np.int32)
    for index in np.flatnonzero(rng.random(count) < 0.1):
        text = forms[rng.integers(FORMS)].copy()
        text[rng.choice(FORM_WORDS, OWN_WORDS, replace=False)] = rng.integers(0, VOCABULARY, OWN_WORDS)
        texts[index] = text
    return texts


def write(folder: Path, count: int, protected: int) -> None:
    """Write protected.parquet and texts.parquet. All numbers differ; those of planted copies are odd."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(17)
    originals: list[np.ndarray] = []
    with pq.ParquetWriter(folder / "protected.parquet", frame([], []).to_arrow().schema) as writer:
        for start in range(0, protected, BATCH):
            texts = random_texts(rng, min(BATCH, protected - start))
            originals += texts
            writer.write_table(frame([2 * (count + start + n) for n in range(len(texts))], texts).to_arrow())
    with pq.ParquetWriter(folder / "texts.parquet", frame([], []).to_arrow().schema) as writer:
        for start in range(0, count, BATCH):
            texts = random_texts(rng, min(BATCH, count - start))
            numbers = [2 * (start + n) for n in range(len(texts))]
            for index in np.flatnonzero(rng.random(len(texts)) < 0.01):
                text = originals[rng.integers(len(originals))].copy()
                changes = rng.integers(0, text.size // 30 + 1)
                text[rng.choice(text.size, changes, replace=False)] = rng.integers(0, VOCABULARY, changes)
                texts[index] = text
                numbers[index] += 1
            writer.write_table(frame(numbers, texts).to_arrow())


def frame(numbers: list[int], texts: list[np.ndarray]) -> pl.DataFrame:
    """Return the texts as rows; word n is `wn`."""
    vocabulary = pl.select(pl.lit("w") + pl.int_range(VOCABULARY).cast(pl.String)).to_series()
    rows = pl.DataFrame({"number": numbers}, schema={"number": pl.UInt32})
    if not texts:
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias("text"))
    flat = pl.DataFrame(
        {
            "row": np.repeat(np.arange(len(texts)), [t.size for t in texts]),
            "word": vocabulary.gather(np.concatenate(texts)),
        }
    )
    joined = flat.group_by("row", maintain_order=True).agg(pl.col("word").str.join(" ").alias("text"))
    return rows.with_columns(joined["text"])


def batches(path: Path) -> Iterator[pl.DataFrame]:
    """Yield the texts of a file in batches, as a build reads them."""
    yield from row_groups([path])


def collect(
    texts: Iterator[pl.DataFrame], into: ProtectedShingles, settings: NearDuplicateSettings
) -> Iterator[Shingled]:
    """Yield the shingles of batches, and add them to those that others may contain."""
    for batch in texts:
        shingled = Shingled.of(Runs.of(batch, settings, b"key"))
        into.add(shingled)
        yield shingled


def read_sketches(path: Path) -> Iterator[Sketches]:
    """Yield the sketches in a file."""
    with path.open("rb") as file:
        while file.peek(1):
            yield Sketches(np.load(file), np.load(file))


def read_rows(path: Path) -> Iterator[RowShingles]:
    """Yield the shingles in a file."""
    with path.open("rb") as file:
        while file.peek(1):
            yield RowShingles(np.load(file), np.load(file), np.load(file))


def search(folder: Path) -> None:
    """Search, and print time, memory and counts as a line of JSON."""
    started = time.perf_counter()
    protected, texts, settings = folder / "protected.parquet", folder / "texts.parquet", NearDuplicateSettings()
    candidates = pq.read_metadata(texts).num_rows
    shingle_filter, numbers = ShingleFilter(candidates), pq.read_metadata(protected).num_rows + candidates
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        sketches, rows = Path(scratch) / "sketches", Path(scratch) / "rows"
        with sketches.open("wb") as file, rows.open("wb") as shingles:
            for batch in batches(texts):
                shingled = Shingled.of(Runs.of(batch, settings, b"key"))
                own = RowShingles.of(shingled)
                for part in (own.numbers, own.sizes, own.hashes):
                    np.save(shingles, part)
                for each in sketch_candidates([shingled], shingle_filter, settings):
                    np.save(file, each.numbers)
                    np.save(file, each.sketches)
        collected = ProtectedShingles(Path(scratch) / "protected", settings)
        guarded = sketch_protected(
            collect(batches(protected), collected, settings), shingle_filter, np.zeros(2 * numbers, np.bool_), settings
        )
        likely = likely_copies(read_sketches(sketches), guarded, settings)
        named = pl.concat([likely["candidate"], likely["protected"]]).unique().to_frame("number")
        texts_to_compare = (
            batch.join(named, on="number", how="semi") for path in (protected, texts) for batch in batches(path)
        )
        pairs = near_copies(likely, texts_to_compare, settings, b"key")
        similar = time.process_time()
        contained = find_containers(read_rows(rows), collected.anchors(), settings)
    wall = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    planted = pl.scan_parquet(folder / "texts.parquet").filter(pl.col("number") % 2 == 1)
    found = pairs.filter(pl.col("candidate") % 2 == 1).height
    spent = time.process_time()
    result = {
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "peak_gib": round(peak, 2),
        "similar_cpu_s": round(similar, 1),
        "contained": contained.height,
        "likely": likely.height,
        "pairs": pairs.height,
    }
    print(json.dumps({**result, "planted": planted.select(pl.len()).collect().item(), "found": found}))


def main() -> None:
    """Write the inputs if they are missing, search, and print the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "discreet-copies-benchmark")
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--protected", type=int, default=100_000)
    parser.add_argument("--search", type=Path, help="search the texts in this folder, in this process")
    arguments = parser.parse_args()
    if arguments.search:
        search(arguments.search)
        return
    folder = arguments.folder / f"{arguments.texts}-{arguments.protected}"
    if not (folder / "texts.parquet").exists():
        write(folder, arguments.texts, arguments.protected)
    environment = {**os.environ, "POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "2")}
    command = [sys.executable, __file__, "--search", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    result = json.loads(done.stdout)
    print(
        f"{arguments.texts:,} texts against {arguments.protected:,}: {result['wall_s']} s "
        f"(processor time {result['cpu_s']} s, of which {result['similar_cpu_s']} s before the search for texts within "
        f"others, {result['contained']:,}), peak {result['peak_gib']} GiB, {result['pairs']:,} pairs, "
        f"{result['found']:,} of {result['planted']:,} planted copies found"
    )


if __name__ == "__main__":
    main()
