"""Compare the decisions of a network of any size: `python -m tests.rights.oracle --posts 1000000`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.rights.oracle import compare, write_network


def main() -> int:
    """Write a network, compare, and print what was found; return 1 where a row differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--posts", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_network(Path(folder), arguments.posts)
        found = compare(Path(folder))
    lines = [
        f"{arguments.posts:,} posts: {found.agreeing:,} rows agree, {found.differing:,} differ",
        f"processor time: program {found.program_cpu_s:.0f} s, oracle {found.oracle_cpu_s:.0f} s",
        ", ".join(f"{reason} {count:,}" for reason, count in sorted(found.reasons.items())),
        *(" ".join(str(value) for value in example) for example in found.examples),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.differing else 0


if __name__ == "__main__":
    sys.exit(main())
