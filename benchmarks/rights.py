"""Measure the decision of rights for 1, 3 and 10 million posts, each in a separate process.

    python benchmarks/rights.py [--folder DIR] [--sizes 1 3 10] [--repeat N]

Writes generated inputs once (ids, times and codes; no text), then prints wall time and peak memory for each size.
The input of n million posts has n / 10 million members, with three signals and 0.3 events per member; 30 % of the posts
refer to others (chains of any depth), 15 % mention members.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from redaction.rights import Inputs, RightsSettings, Rules, apply_rules, read_policy, read_regions

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
START, END = 1_420_070_400_000_000, 1_751_241_600_000_000  # 2015 to the build, microseconds
MILLION = 1_000_000
ROOT = Path(__file__).parents[1]

VALUES = ["US", "Brazil", "São Paulo, Brazil", "India", "San Francisco, CA, USA", "Deutschland", "UK", "CA", "SG", "?"]
SHARES = [0.35, 0.12, 0.1, 0.15, 0.1, 0.06, 0.05, 0.03, 0.035, 0.005]
KINDS = ["post", "comment", "article", "feedback", "message", "poem"]
ACTIONS = ["opt_out", "opt_in", "object", "erase", "withdraw", "close", "hibernate", "reopen", "gpc_on", "age_update"]


def times(values: np.ndarray) -> pl.Series:
    """Convert microseconds to UTC times."""
    return pl.Series(values.astype(np.int64)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def member(numbers: np.ndarray) -> pl.Series:
    """Return the ids of members."""
    return pl.select(pl.lit("ACoAA") + pl.Series(numbers).cast(pl.String).str.zfill(9)).to_series()


def post_id(numbers: np.ndarray) -> pl.Series:
    """Return ids of 19 digits that do not sort in the order of creation."""
    mixed = (numbers.astype(np.uint64) * np.uint64(2_654_435_761)) % np.uint64(2**32)
    return pl.select(
        pl.lit("718") + pl.Series(mixed * np.uint64(1_000_000) + np.uint64(7)).cast(pl.String).str.zfill(16)
    ).to_series()


def write(folder: Path, millions: int) -> None:
    """Write the inputs of `millions` million posts; they are the same in every run."""
    rng = np.random.default_rng(20250630)
    posts, members = millions * MILLION, millions * MILLION // 10
    folder.mkdir(parents=True, exist_ok=True)
    write_posts(folder, rng, posts, members)
    born = rng.integers(-9_000, 13_000, members)
    school = rng.random(members) < 0.02
    pl.DataFrame(
        {
            "user_id": member(np.arange(members)),
            "birth_date": pl.Series(born, dtype=pl.Int32)
            .cast(pl.Date)
            .set(pl.Series(rng.random(members) < 0.01), None),
            "account_status": rng.choice(
                ["active", "hibernated", "closed", "memorialised"], members, p=[0.95, 0.02, 0.025, 0.005]
            ),
            "updated_at": times(rng.integers(START, END, members)),
            "education": pl.select(
                pl.concat_list(
                    pl.struct(
                        school=pl.Series(np.where(school, "Riverbend High School", "University of Somewhere")),
                        degree=pl.lit("BSc"),
                        end=pl.Series(rng.integers(12_000, 20_500, members), dtype=pl.Int32).cast(pl.Date),
                    )
                )
            ).to_series(),
        }
    ).write_parquet(folder / "profiles.parquet")
    events = 3 * members // 10
    at = rng.integers(START + 9 * (END - START) // 10, END + (END - START) // 100, events)
    pl.DataFrame(
        {
            "event_id": pl.Series(np.arange(events)).cast(pl.String),
            "subject_id": member(rng.integers(0, members, events)),
            "action": rng.choice(ACTIONS, events),
            "event_time": times(at),
            "received_at": times(at + rng.integers(0, 10**11, events)),
            "categories": [["comment"] if limited else None for limited in rng.random(events) < 0.05],
        }
    ).write_parquet(folder / "events.parquet")
    signals = 3 * members
    since = np.where(rng.random(signals) < 0.7, START, rng.integers(START, END, signals))
    until = pl.Series(since + rng.integers(1, END - START, signals)).set(pl.Series(rng.random(signals) < 0.8), None)
    pl.DataFrame(
        {
            "subject_id": member(np.arange(signals) % members),
            "signal": rng.choice(["profile", "signup", "residence", "ip", "phone"], signals),
            "value": rng.choice(VALUES, signals, p=SHARES),
            "valid_from": times(since),
            "valid_to": until.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        }
    ).write_parquet(folder / "signals.parquet")


def write_posts(folder: Path, rng: np.random.Generator, posts: int, members: int) -> None:
    """Write a million posts per file. References are to earlier posts, often recent ones, so that chains grow long."""
    for part, start in enumerate(range(0, posts, MILLION)):
        own = np.arange(start, start + MILLION)
        recent = own - np.minimum(rng.geometric(0.001, MILLION), own)
        target = np.where(rng.random(MILLION) < 0.5, recent, rng.integers(0, np.maximum(own, 1)))
        kind_of_reference = rng.choice(4, MILLION, p=[0.7, 0.15, 0.1, 0.05])
        lost = rng.random(MILLION) < 0.001
        referred = post_id(np.where(lost, posts + own, target))
        mentioned = rng.random(MILLION) < 0.15
        columns = {
            "post_id": post_id(own),
            "author_id": member((rng.random(MILLION) ** 2 * members).astype(np.int64)),
            "created_at": times(rng.integers(START, END + 10**12, MILLION)),
            "kind": rng.choice(KINDS, MILLION, p=[0.5, 0.3, 0.05, 0.05, 0.09, 0.01]),
            "context": pl.Series(
                rng.choice(["", "group:health:run", "group:music:jazz"], MILLION, p=[0.95, 0.01, 0.04])
            ).replace("", None),
            "mentions": pl.select(
                pl.when(pl.Series(mentioned)).then(pl.concat_list(member(rng.integers(0, members, MILLION))))
            ).to_series(),
        }
        for reference, name in enumerate(("in_reply_to", "repost_of", "quote_of"), start=1):
            columns[name] = referred.set(pl.Series(kind_of_reference != reference), None)
        pl.DataFrame(columns).write_parquet(folder / f"posts-{part:02}.parquet")


def decide_once(folder: Path) -> None:
    """Decide, and print time, memory and the number of records per reason as a line of JSON."""
    started = time.perf_counter()
    rules = Rules.of(
        read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml"),
        read_regions(ROOT / "configs/regions.yaml"),
        RightsSettings(),
        AS_OF,
        datetime.now(UTC),
    )
    results = apply_rules(
        Inputs(
            posts=pl.scan_parquet(folder / "posts-*.parquet"),
            profiles=pl.scan_parquet(folder / "profiles.parquet"),
            rights_events=pl.scan_parquet(folder / "events.parquet"),
            region_signals=pl.scan_parquet(folder / "signals.parquet"),
        ),
        rules,
    )
    decisions = results.decisions()
    wall = time.perf_counter() - started
    counts = decisions.records["reason"].value_counts(sort=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    spent = time.process_time()
    result = {
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "peak_gib": round(peak, 2),
        "records": decisions.records.height,
    }
    print(json.dumps({**result, "reasons": dict(counts.iter_rows())}))


def main() -> None:
    """Write the inputs that are missing, decide each size in a separate process, and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "discreet-rights-benchmark")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 3, 10], help="millions of posts")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--decide", type=Path, help="decide the inputs in this folder, in this process")
    arguments = parser.parse_args()
    if arguments.decide:
        decide_once(arguments.decide)
        return
    for millions in arguments.sizes:
        folder = arguments.folder / f"{millions}m"
        if not (folder / "signals.parquet").exists():
            write(folder, millions)
        for _ in range(arguments.repeat):
            command = [sys.executable, __file__, "--decide", str(folder)]
            environment = {**os.environ, "POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "2")}
            done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
            result = json.loads(done.stdout)
            spent = f"{result['wall_s']} s (processor time {result['cpu_s']} s)"
            print(f"{millions} M posts: {spent}, peak {result['peak_gib']} GiB")
            print("   ", ", ".join(f"{reason} {count:,}" for reason, count in result["reasons"].items()))


if __name__ == "__main__":
    main()
