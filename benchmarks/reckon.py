"""A run over ten billion posts, reckoned from what benchmarks/scaling.py measured on one core.

    python benchmarks/reckon.py [--posts 1e10] [--cores-per-machine 64] [--hours 24] [--price-per-core-hour 0.04]

Nothing here is measured: it is arithmetic on the figures below and on the arguments, each of which can be changed.
"""

import argparse
from dataclasses import dataclass

MB, GB, TB = 1e6, 1e9, 1e12


@dataclass(frozen=True)
class Measured:
    """One core, the profile social, made-up posts of 45 words: see docs/scaling.md for the run."""

    redact_ms: float
    """Processor time of a post: read, find, replace, write."""
    night_ms: float
    """Of a post whose findings are kept."""
    rights_ms: float
    """Of the rules and the search for near duplicates, a post; on one machine today."""
    release_ms: float
    """Of the release's writing and its audit, a post."""
    rights_bytes: float = 135
    """Of what is held of a post while rights are decided and copies looked for: by how much the peak grows."""
    post_bytes: float = 70
    """Of a redacted post on disk, compressed."""
    sketch_bytes: float = 137
    """Of what is kept of a kept post from night to night so that it is not compared again."""
    worker_mb: float = 800
    """The most that a worker may take."""


@dataclass(frozen=True)
class Wanted:
    """What is to be run, and on what."""

    posts: float
    kept: float
    cores: int
    hours: float
    price: float


def reckon(cost: Measured, wanted: Wanted) -> list[tuple[str, str]]:
    """Machines, hours, money, shards, and what a single process would have to bear."""
    looked_at = wanted.posts * wanted.kept
    core_hours = looked_at * cost.redact_ms / 3.6e6
    night_hours = looked_at * (0.99 * cost.night_ms + 0.01 * cost.redact_ms) / 3.6e6
    machines = core_hours / (wanted.cores * wanted.hours)
    shard_posts = GB / cost.post_bytes
    single = wanted.posts * cost.rights_ms / 3.6e6
    release = looked_at * cost.release_ms / 3.6e6
    held = wanted.posts * cost.rights_bytes
    return [
        ("posts, and those that are kept", f"{wanted.posts:.0e}, {looked_at:.1e}"),
        ("redaction, core hours", f"{core_hours:,.0f}"),
        (f"machines of {wanted.cores} cores for {wanted.hours:g} hours", f"{machines:,.1f}"),
        ("cost of the cores", f"{core_hours * wanted.price:,.0f}"),
        ("memory of the workers of a machine", f"{wanted.cores * cost.worker_mb * MB / GB:,.0f} GB"),
        ("a night of 1 % new posts, core hours", f"{night_hours:,.0f} ({night_hours / core_hours:.0%})"),
        ("corpus on disk", f"{looked_at * cost.post_bytes / TB:,.1f} TB"),
        ("sketches in state", f"{looked_at * cost.sketch_bytes / TB:,.1f} TB"),
        ("posts in a shard of 1 GB, shards", f"{shard_posts:,.0f}, {looked_at / shard_posts:,.0f}"),
        ("breaks first: rights and copies in one memory", f"{held / GB:,.0f} GB"),
        ("then: rights and near duplicates in one process", f"{single:,.0f} hours"),
        ("then: writing and audit in one process", f"{release:,.0f} hours"),
    ]


def main() -> None:
    """Prints the reckoning."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=float, default=1e10)
    parser.add_argument("--kept", type=float, default=0.6, help="share of the posts that the rules keep")
    parser.add_argument("--cores-per-machine", type=int, default=64)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--price-per-core-hour", type=float, default=0.04)
    parser.add_argument("--redact-ms", type=float, required=True)
    parser.add_argument("--night-ms", type=float, required=True)
    parser.add_argument("--rights-ms", type=float, required=True)
    parser.add_argument("--release-ms", type=float, required=True)
    told = parser.parse_args()
    wanted = Wanted(told.posts, told.kept, told.cores_per_machine, told.hours, told.price_per_core_hour)
    cost = Measured(told.redact_ms, told.night_ms, told.rights_ms, told.release_ms)
    for name, value in reckon(cost, wanted):
        print(f"{name:52} {value:>16}")


if __name__ == "__main__":
    main()
