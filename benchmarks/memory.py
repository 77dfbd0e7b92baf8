"""Does memory stay bounded? Builds a release from n and from ten times n posts, and compares the peaks.

    python benchmarks/memory.py [--posts 20000] [--profile configs/redaction/social.yaml] [--workers 2]

Prints, for each size, wall seconds, the highest resident memory of the main process and of the largest worker, and
the ratio of the two sizes. The limit is 1.3.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


class Peak(NamedTuple):
    """Wall seconds, and the highest resident memory in MB of the main process and of the largest of its workers."""

    seconds: float
    main: int
    worker: int


def main() -> None:
    """Write both inputs, build both, print the table."""
    parser = argparse.ArgumentParser(description="Peak memory of a build at n and at 10 n posts.")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--profile", default="configs/redaction/social.yaml")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the inputs are stored; a temporary folder if absent")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        peaks = []
        print(f"{'posts':>10} {'seconds':>8} {'main MB':>8} {'worker MB':>9}")
        for posts in (args.posts, args.posts * 10):
            peak = build(prepared(folder / str(posts), posts, args.profile, args.workers))
            peaks.append(peak)
            print(f"{posts:>10,} {peak.seconds:>8.0f} {peak.main:>8,} {peak.worker:>9,}", flush=True)
    small, large = peaks
    print(f"ratio: main {large.main / small.main:.2f}, worker {large.worker / max(small.worker, 1):.2f}")


def prepared(folder: Path, posts: int, profile: str, workers: int, members: int = 2_000) -> Path:
    """Write a network of that many posts by that many members, and its config, once."""
    data = folder / "data"
    if not data.exists():
        generate = [sys.executable, str(ROOT / "data" / "samples" / "generate"), "--out", str(data)]
        sizes = ["--posts", str(posts), "--members", str(members)]
        subprocess.run([*generate, *sizes], check=True, stdout=subprocess.DEVNULL)
    key = folder / "key"
    if not key.exists():
        subprocess.run([BIN / "discreet", "new-key", key], check=True, stdout=subprocess.DEVNULL)
    config = yaml.safe_load((ROOT / "configs" / "sample.yaml").read_text("utf-8"))
    for table in config["inputs"].values():
        if isinstance(table, dict):
            table["path"] = table["path"].replace("data/samples", str(data))
    config |= {"detection": profile, "execution": {"workers": workers}, "key": {"file": str(key)}}
    config |= {name: str(folder / name) for name in ("output", "state")}
    config["rights"]["policy"] = str(ROOT / "configs" / "policies" / "linkedin-2024-09.yaml")
    config["detection"] = str(ROOT / profile)
    # Rules without a model leave names, which the audit then finds; only memory is measured here.
    config.setdefault("release", {}).setdefault("gates", {})["max_set_aside"] = 0.2
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    return path


def build(config: Path) -> Peak:
    """Run one build and watch its processes."""
    started = time.monotonic()
    process = subprocess.Popen(
        [BIN / "discreet", "build", config],
        stdout=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"},
    )
    highest: dict[int, int] = {}
    while process.poll() is None:
        for pid in [process.pid, *children(process.pid)]:
            highest[pid] = max(highest.get(pid, 0), resident(pid))
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"the build of {config} failed")
    workers = [peak for pid, peak in highest.items() if pid != process.pid]
    return Peak(time.monotonic() - started, highest[process.pid] // 1024, max(workers, default=0) // 1024)


def children(pid: int) -> list[int]:
    """List the descendants of a process, as the kernel reports them."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(word) for word in task.read_text("ascii").split()]
        except OSError:
            continue
        begun = [child for child in direct if command(child) != command(pid)]
        found += begun + [grandchild for child in begun for grandchild in children(child)]
    return found


def command(pid: int) -> bytes:
    """Read the command line of a process. A fork that has not started yet has its parent's, and its memory."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def resident(pid: int) -> int:
    """Read the highest resident memory of a process so far, in KB; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
