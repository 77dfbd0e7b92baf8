"""Estimate the cost and limits of a build of ten billion posts from what benchmarks/scaling.py measured on one core.

    python benchmarks/estimate.py --redact-ms 1.37 --night-ms 0.024 --rights-ms 0.014 --release-ms 0.020 [--posts 1e10]

This measures nothing. It calculates with the arguments and with the default figures below.
"""

import argparse
from dataclasses import dataclass

MB, GB, TB = 1e6, 1e9, 1e12


@dataclass(frozen=True)
class PostCost:
    """What one post costs on one core; the defaults are measurements of docs/scaling.md (posts of 45 words)."""

    redact_ms: float
    """Processor time to read, detect, replace and write."""
    night_ms: float
    """Processor time of a post whose spans are stored."""
    rights_ms: float
    """Processor time of the decision and of the search for near duplicates, in one process."""
    release_ms: float
    """Processor time to write and audit the release, in one process."""
    rights_bytes: float = 135
    """Memory of the process while rights are decided and near duplicates are searched for."""
    post_bytes: float = 70
    """A redacted post on disk, compressed."""
    sketch_bytes: float = 137
    """The stored sketch of a kept post."""
    worker_mb: float = 800
    """The highest memory of a worker."""


@dataclass(frozen=True)
class Job:
    """What to build, and on which machines."""

    posts: float
    kept_share: float
    cores: int
    hours: float
    price: float


def estimate(cost: PostCost, job: Job) -> list[tuple[str, str]]:
    """Return the estimates as (name, value): machines, hours, price, shards, and the limits of one process."""
    kept = job.posts * job.kept_share
    core_hours = kept * cost.redact_ms / 3.6e6
    night_hours = kept * (0.99 * cost.night_ms + 0.01 * cost.redact_ms) / 3.6e6
    machines = core_hours / (job.cores * job.hours)
    posts_per_shard = GB / cost.post_bytes
    rights_hours = job.posts * cost.rights_ms / 3.6e6
    release_hours = kept * cost.release_ms / 3.6e6
    memory = job.posts * cost.rights_bytes
    return [
        ("posts, kept posts", f"{job.posts:.0e}, {kept:.1e}"),
        ("redaction, core hours", f"{core_hours:,.0f}"),
        (f"machines of {job.cores} cores for {job.hours:g} hours", f"{machines:,.1f}"),
        ("price of the cores", f"{core_hours * job.price:,.0f}"),
        ("memory of the workers of a machine", f"{job.cores * cost.worker_mb * MB / GB:,.0f} GB"),
        ("a night with 1 % new posts, core hours", f"{night_hours:,.0f} ({night_hours / core_hours:.0%})"),
        ("corpus on disk", f"{kept * cost.post_bytes / TB:,.1f} TB"),
        ("sketches in state", f"{kept * cost.sketch_bytes / TB:,.1f} TB"),
        ("posts in a shard of 1 GB, shards", f"{posts_per_shard:,.0f}, {kept / posts_per_shard:,.0f}"),
        ("limit 1: rights and near duplicates, one memory", f"{memory / GB:,.0f} GB"),
        ("limit 2: rights and near duplicates, one process", f"{rights_hours:,.0f} hours"),
        ("limit 3: writing and audit, one process", f"{release_hours:,.0f} hours"),
    ]


def main() -> None:
    """Print the estimates."""
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
    arguments = parser.parse_args()
    job = Job(
        arguments.posts, arguments.kept, arguments.cores_per_machine, arguments.hours, arguments.price_per_core_hour
    )
    cost = PostCost(arguments.redact_ms, arguments.night_ms, arguments.rights_ms, arguments.release_ms)
    for name, value in estimate(cost, job):
        print(f"{name:52} {value:>16}")


if __name__ == "__main__":
    main()
