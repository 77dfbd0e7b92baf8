"""Measure the time that a text of one repeated unit takes, by its length: µs of CPU per character, and its growth.

    .venv/bin/python benchmarks/repeated_units.py [--profile social] [--profile strict] [--slow] [UNIT ...]

Each unit is repeated up to 1 kB, 10 kB, 100 kB and 1 MB. `growth` is the time per character of the longest text that
was measured, divided by that of 10 kB: about 1 where time is linear. A text that would take longer than `--seconds` is
skipped. `--slow` prints only units with more than 20 µs per character, or that grow by more than 2.
"""

import argparse
import time

from hostile_units import UNITS

from redaction import load_profile
from redaction.detection import Detector, RecordDetectionError, identify_languages

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST_PER_CHARACTER, MOST_GROWTH = 20.0, 2.0


def seconds(detector: Detector, text: str) -> tuple[float, bool]:
    """Return the CPU seconds that language and spans of a text take, and whether its record is dropped."""
    began = time.process_time()
    identify_languages([text], detector.settings, ["en"])
    [spans] = detector.detect_each([text], ["en"])
    return time.process_time() - began, isinstance(spans, RecordDetectionError)


def measure(detector: Detector, profile: str, unit: str, most: float, only_slow: bool) -> bool:
    """Print a line for one unit; return whether its time is linear and small."""
    cells, per_character = [], []
    expected = 0.0
    for size in SIZES:
        if expected > most:
            cells.append("skipped")
            continue
        text = (unit * (size // len(unit) + 1))[:size]
        taken, is_dropped = seconds(detector, text)
        per_character.append(1e6 * taken / size)
        cells.append(f"{per_character[-1]:.1f}{'!' if is_dropped else ''}")
        expected = taken * 10
    growth = per_character[-1] / max(per_character[1], 0.5)
    is_good = growth <= MOST_GROWTH and max(per_character[1:]) <= MOST_PER_CHARACTER
    if not (only_slow and is_good):
        name = unit.encode("unicode_escape").decode()
        print(f"{profile:8} {name:32.32} {' '.join(f'{cell:>8}' for cell in cells)}  growth {growth:.1f}", flush=True)
    return is_good


def main() -> None:
    """Print a line for each profile and unit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", action="append", dest="profiles")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0, help="skip a text that would take longer")
    parser.add_argument("units", nargs="*", metavar="UNIT", help="with escapes such as \\n")
    arguments = parser.parse_args()
    units = [unit.encode("latin-1", "backslashreplace").decode("unicode_escape") for unit in arguments.units]
    for profile in arguments.profiles or ("social", "strict"):
        detector = Detector.from_settings(load_profile(profile))
        detector.detect(["Jane Doe of Chicago wrote to us."], "en")
        results = [measure(detector, profile, u, arguments.seconds, arguments.slow) for u in units or UNITS]
        print(f"{profile}: {sum(results)} of {len(results)} units linear and at most {MOST_PER_CHARACTER:.0f} µs")


if __name__ == "__main__":
    main()
