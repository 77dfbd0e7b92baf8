"""CPU seconds of each accelerator on and off, in pairs in one run, and what a build gains by it.

    nice .venv/bin/python benchmarks/acceleration.py --texts 1000

The texts are the kept posts of the sample network (made up). Each pair runs the detector, and the language
identification, with all accelerators and with all but one, alternating; seconds are the least of some runs. The cache
of arrays is measured as the start of a process with it and with an unusable cache folder.
"""

# ruff: noqa: PLC0415 - NumPy is loaded after its threads are limited
import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from throughput import ONE_THREAD, PREDEFINED, ROOT, TYPES, kept_texts

PROFILES: dict[str, dict[str, Any]] = {"social": {}, "stock": PREDEFINED | {"entities": TYPES}}
BATCH = 500
START = (
    "import time; from pathlib import Path; from redaction.detection import *; began = time.process_time(); "
    "s = read_profile(Path('configs/redaction/social.yaml')); Detector.from_settings(s); "
    "identify_languages(['A text.'], s); "
    "print(time.process_time() - began)"
)


def least(runs: int, *steps: Callable[[], object]) -> list[float]:
    """Return the least CPU seconds of each step, run in turn."""
    seconds = [float("inf")] * len(steps)
    for _ in range(runs):
        for i, step in enumerate(steps):
            began = time.process_time()
            step()
            seconds[i] = min(seconds[i], time.process_time() - began)
    return seconds


def work(profile: str, accelerators: Sequence[str] | bool, texts: list[str]) -> Callable[[], object]:
    """Return a function that identifies languages, detects, and searches for the values of objectors alone."""
    from redaction.detection import DetectionSettings, Detector, KnownValues, identify_languages, read_profile

    data = read_profile(ROOT / "configs" / "redaction" / f"{profile}.yaml").model_dump(by_alias=True)
    settings = DetectionSettings.model_validate(data | PROFILES[profile] | {"acceleration": accelerators})
    detector = Detector.from_settings(settings)
    known = [KnownValues(full_names=(f"Person{n} Family{n}",), handles=(f"person{n}",)) for n in range(len(texts))]
    objectors = KnownValues(full_names=tuple(f"Objector{n} Surname{n}" for n in range(200)))

    def run() -> None:
        for start in range(0, len(texts), BATCH):
            some = texts[start : start + BATCH]
            identify_languages(some, settings)
            detector.detect_each(some, ["en"] * len(some), known[start : start + BATCH], objectors)
            detector.find_known(some, objectors)

    run()
    return run


def start_seconds(cache: str | None) -> float:
    """Return the CPU seconds in which a process loads the detector."""
    env = os.environ | ({"XDG_CACHE_HOME": cache} if cache else {})
    runs = (subprocess.run([sys.executable, "-c", START], env=env, capture_output=True, check=True) for _ in range(4))
    return min(float(run.stdout) for run in runs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.update(ONE_THREAD)  # before NumPy is loaded
    from redaction.detection.acceleration import Accelerator

    texts = kept_texts(arguments.texts)
    print(f"{len(texts):,} texts\n{'profile':8} {'off':24} {'on: CPU s':>10} {'off: CPU s':>11} {'off / on':>9}")
    for profile in PROFILES:
        fast = work(profile, True, texts)
        for off in (*Accelerator, "all"):
            others = [each.value for each in Accelerator if off not in {each, "all"}]
            on, without = least(arguments.runs, fast, work(profile, others, texts))
            print(f"{profile:8} {off:24} {on:10.2f} {without:11.2f} {without / on:9.2f}", flush=True)
    on, without = start_seconds(None), start_seconds(os.devnull)
    print(f"{'start':8} {'cached arrays':24} {on:10.2f} {without:11.2f} {without / on:9.2f}")


if __name__ == "__main__":
    main()
