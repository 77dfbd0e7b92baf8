"""Measure what reconciling the inputs costs: its share of the processor time of a build, in one run.

    python benchmarks/reconciliation.py [--posts N] [--sample CONFIG]

Without options, of a build that only decides rights, over N generated posts (200,000) of N / 10 members: reading and
indexing, reconciling, deciding with near copies. Texts, ids and references are made up. With `--sample`, of a whole
build of that config, with detection: it is built into a temporary folder, in this process.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl
import yaml

from redaction.builds import (
    Build,
    RedactionSession,
    decide_rights,
    open_inputs,
    partitions_to_redact,
    prepare,
    publish_release,
    stage_release,
)
from redaction.builds.reconcile import PROFILE_COLUMNS, check_inputs
from redaction.config import Config, load_config
from redaction.release import create_key_file
from redaction.release.takedown import Tombstones
from redaction.state.private_tables import INDEX, QUARANTINED
from redaction.tables import TableName

POSTS_OF_A_MEMBER = 10
REPEATS = 5
WORDS, VOCABULARY = 30, 20_000
DAY = 86_400_000_000
START, END = datetime(2022, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def write(folder: Path, posts: int) -> Path:
    """Write the tables, a key and a config; return the config's path."""
    rng = np.random.default_rng(20250630)
    members = posts // POSTS_OF_A_MEMBER
    span = int((END - START).total_seconds())
    users = pl.Series([f"ACoAA{number:09}" for number in range(members)])
    ids = pl.Series([f"7{number:018}" for number in rng.permutation(posts).tolist()])
    words = pl.Series([f"w{number}" for number in range(VOCABULARY)])

    def times(count: int) -> pl.Series:
        return pl.Series(rng.integers(0, span, count)).cast(pl.Duration("ms")) * 1000 + START

    def some(values: pl.Series, share: float, count: int) -> pl.Series:
        chosen = values.gather(rng.integers(0, values.len(), count))
        return chosen.zip_with(pl.Series(rng.random(count) < share), pl.Series([None], dtype=pl.String))

    texts = pl.DataFrame(
        {
            "post": np.repeat(np.arange(posts), WORDS),
            "word": words.gather((VOCABULARY * rng.random(posts * WORDS) ** 3).astype(np.int64)),
        }
    )
    tables = {
        "posts": pl.DataFrame(
            {
                "post_id": ids,
                "author_id": users.gather(rng.integers(0, members, posts)),
                "created_at": times(posts),
                "kind": "post",
                "text": texts.group_by("post", maintain_order=True).agg(pl.col("word").str.join(" "))["word"],
                "in_reply_to": some(ids, 0.2, posts),
                "quote_of": some(ids, 0.05, posts),
                "mentions": pl.DataFrame({"m": some(users, 0.15, posts)}).select(pl.concat_list("m").list.drop_nulls()),
            }
        ),
        "profiles": pl.DataFrame(
            {
                "user_id": users,
                "handle": users.str.to_lowercase(),
                "birth_date": datetime(1985, 5, 17, tzinfo=UTC).date(),
                "account_status": "active",
                "headline": "Engineer",
                "updated_at": times(members),
            }
        ),
        "rights_events": pl.DataFrame({"subject_id": users[: members // 3]}).select(
            pl.format("e{}", pl.int_range(pl.len())).alias("event_id"),
            "subject_id",
            pl.lit("opt_out").alias("action"),
            pl.lit(END).alias("event_time"),
            pl.lit(END).alias("received_at"),
        ),
        "region_signals": pl.DataFrame({"subject_id": pl.concat([users, users, users])}).with_columns(
            pl.lit("profile").alias("signal"), pl.lit("US").alias("value"), pl.lit(START).alias("valid_from")
        ),
    }
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")
    settings: dict[str, object] = {
        "corpus": "benchmark",
        "as_of": "2025-06-30T00:00:00Z",
        "inputs": {name: {"path": str(folder / f"{name}.parquet")} for name in tables},
        "partitions": {"grain": "month", "start": "2022-01-01"},
        "rights": {"policy": "linkedin-2024-09"},
        "detection": "social",
    }
    return write_config(folder, settings)


def write_config(folder: Path, settings: dict[str, object]) -> Path:
    """Write a config whose output, state and key are in a folder; return its path."""
    create_key_file(folder / "key")
    own = {"output": str(folder / "out"), "state": str(folder / "state"), "key": {"file": str(folder / "key")}}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings | own), "utf-8")
    return path


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of all threads of this process that some work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def reconcile(config: Config) -> float:
    """Return the processor time of reconciling the inputs of the open build: the median of some runs."""
    build, inputs = Build.open(config), open_inputs(config)
    stones = Tombstones.load(build.paths.tombstones, build.master, config.corpus)
    profiles = inputs.rows(TableName.profiles, PROFILE_COLUMNS)
    quarantined = pl.read_parquet(build.folder.file(QUARANTINED))
    index = build.folder.file(INDEX)
    return float(
        np.median(
            [
                processor_seconds(lambda: check_inputs(config, inputs, index, profiles, quarantined, stones))
                for _ in range(REPEATS)
            ]
        )
    )


def redact_and_publish(config: Config) -> None:
    """Redact the texts of the open build, audit and publish."""
    build = Build.open(config)
    with RedactionSession(build) as session:
        for partition, _ in partitions_to_redact(build.folder):
            session.redact_posts(partition)
        session.redact_profiles()
    publish_release(stage_release(build, uuid4().hex))


def main() -> None:
    """Build, and print the share."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--sample", type=Path, help="a config, such as configs/sample.yaml")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if arguments.sample:
            sample = load_config(arguments.sample)
            settings = yaml.safe_load(arguments.sample.read_text("utf-8")) | {"execution": {"workers": 1}}
            for table in settings["inputs"].values():
                if isinstance(table, dict) and "path" in table:
                    table["path"] = str(sample.root / table["path"])
            config = load_config(write_config(folder, settings))
        else:
            config = load_config(write(folder, arguments.posts))
        read = processor_seconds(lambda: prepare(config, open_inputs(config)))
        decided = processor_seconds(lambda: decide_rights(Build.open(config)))
        rest = processor_seconds(lambda: redact_and_publish(config)) if arguments.sample else 0.0
        reconciled = reconcile(config)
    whole = read + decided + rest
    name = f"{arguments.sample}, whole" if arguments.sample else f"{arguments.posts:,} posts, rights only"
    print(
        f"{name}: reconciling takes {reconciled:.2f} of {whole:.2f} s of processor time, {reconciled / whole:.1%} "
        f"(read and reconcile {read:.2f}, decide {decided:.2f}, redact and audit {rest:.2f})"
    )


if __name__ == "__main__":
    main()
