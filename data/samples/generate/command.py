"""Command line of the generator."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generate.labeled import write_labeled
from generate.world import Sizes, write_network


def main(argv: Sequence[str]) -> int:
    """Write a network as the options say; return 0."""
    parser = argparse.ArgumentParser(prog="generate", description="Write a made-up professional network as Parquet.")
    default_out = Path(__file__).resolve().parent.parent
    parser.add_argument("--out", type=Path, default=default_out, help="folder to write into")
    parser.add_argument("--members", type=int, default=2200, help="number of members (at least 150)")
    parser.add_argument("--posts", type=int, default=12600, help="number of rows of posts (at least 600)")
    parser.add_argument("--seed", type=int, default=20250630, help="same seed, same bytes")
    parser.add_argument("--files", type=int, default=3, help="number of files the posts are spread over")
    parser.add_argument("--labeled", type=Path, help="also write labeled English posts to this JSON Lines file")
    parser.add_argument("--texts", type=int, default=400, help="number of labeled posts")
    parser.add_argument("--habits", action="store_true", help="give members lasting habits, and truth/habits.parquet")
    options = parser.parse_args(argv)
    if options.members < 150 or options.posts < 600 or options.files < 1:
        parser.error("--members is at least 150, --posts at least 600, --files at least 1")
    sizes = Sizes(options.members, options.posts, options.files, options.habits)
    counts = write_network(options.out, sizes, options.seed)
    sys.stdout.write(f"{options.out}: {counts['records']} records, {counts['decisions']}\n")
    if options.labeled:
        sys.stdout.write(f"{options.labeled}: {write_labeled(options.out, options.labeled, options.texts)} texts\n")
    return 0
