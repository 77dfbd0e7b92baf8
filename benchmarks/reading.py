"""What does reading posts cost, and what does refusing files that expand in memory add to it?

    python benchmarks/reading.py [--rows 1000000] [--group 20000]

Indexes made-up posts from Parquet, CSV and JSON Lines, as a build does first. Of Parquet it also measures the check of
each row group alone. CPU seconds, the least of three runs; the check is one of Parquet only.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from redaction.rights.grounds.terms import terms_of_contexts
from redaction.storage import open_parquet
from redaction.tables import TABLES, PartitionSettings, TableName, TableSettings, index_posts, open_table
from redaction.tables.formats.expansion import check_expansion
from redaction.tables.settings import FileLimits, Format

RUNS = 3
FORMATS = ("parquet", "csv", "jsonl")


def main() -> None:
    """Write the posts in each format, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--group", type=int, default=20_000, help="rows in a row group of Parquet")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = posts(arguments.rows)
        for name in FORMATS:
            (folder / name).mkdir()
            path = folder / name / f"posts.{name}"
            if name == "parquet":
                rows.write_parquet(path, row_group_size=arguments.group)
            elif name == "csv":
                rows.write_csv(path)
            else:
                rows.write_ndjson(path)
            print(f"{name:8} {least(partial(index, folder / name, folder)):.2f} s", flush=True)
        path = folder / "parquet" / "posts.parquet"
        print(f"{'check':8} {least(partial(check, path, rows.columns)):.2f} s")


def posts(number: int) -> pl.DataFrame:
    """Make posts of 5,000 members."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        {
            "post_id": [f"{row * 7919 % 10_000_019}" for row in range(number)],
            "author_id": [f"m{row % 5000}" for row in range(number)],
            "created_at": [start + timedelta(minutes=row % 400_000) for row in range(number)],
            "kind": "post",
            "text": [
                f"Today we repaired crane number {row} in the harbour, for {row % 97} minutes." for row in range(number)
            ],
            "language": "en",
        }
    )


def index(folder: Path, scratch: Path) -> None:
    """Read and index all posts of a folder."""
    settings = TableSettings(path=(str(folder),), format=Format(folder.name))
    table = open_table(TABLES[TableName.posts], settings, folder)
    index_posts(table.files, scratch / "index", PartitionSettings(start=date(2024, 1, 1)), terms_of_contexts)


def check(path: Path, columns: list[str]) -> None:
    """Check every row group of a file."""
    with open_parquet(path) as file:
        for group in range(file.metadata.num_row_groups):
            check_expansion(path, file, group, columns, FileLimits())


def least(work: Callable[[], None]) -> float:
    """Return the CPU seconds of the fastest of some runs."""
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)


if __name__ == "__main__":
    main()
