"""Measure over-redaction on ten harmless kinds of text: code, logs, tables, release notes, recipes and the like.

    .venv/bin/python benchmarks/harmless.py            # 10,000 words of each kind

The texts are made up: a kind has some sentences with slots, and words for these; the same seed gives the same text.
None contains the name of a person, an address or a number of a person, so every span is false. Prints, for each kind,
the false spans per 100 words, with and without PERSON and LOCATION, and the types found.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from redaction.detection import Detector, read_profile

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path(__file__).with_name("harmless.txt")
NAMES = frozenset({"PERSON", "LOCATION"})
_SLOT = re.compile(r"\{(\w+)\}")
_LINES_OF_A_TEXT = 8


class Kind(NamedTuple):
    """The false spans in the texts of one kind."""

    name: str
    words: int
    types: Counter[str]

    def per_hundred(self, *, names: bool) -> float:
        """Return the false spans per 100 words, with or without names and locations."""
        return 100 * sum(n for kind, n in self.types.items() if names or kind not in NAMES) / self.words


def read_templates(path: Path = TEXTS) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the lines of each kind, and the words of each slot."""
    kinds: dict[str, list[str]] = {}
    slots: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            lines = kinds.setdefault(line[3:], [])
        elif line.startswith("= "):
            name, words = line[2:].split(": ", 1)
            slots[name] = words.split("; ")
        elif line:
            lines.append(line)
    return kinds, slots


def texts(lines: list[str], slots: dict[str, list[str]], words: int, seed: int = 0) -> Iterator[str]:
    """Yield texts of one kind until they have so many words."""
    chance = random.Random(seed)

    def fill(match: re.Match[str]) -> str:
        if match[1] == "d":
            return str(chance.randrange(10))
        if match[1] == "h":
            return chance.choice("0123456789abcdef")
        return chance.choice(slots[match[1]])

    done = 0
    while done < words:
        text = "\n".join(_SLOT.sub(fill, chance.choice(lines)) for _ in range(_LINES_OF_A_TEXT))
        done += len(text.split())
        yield text


def measure(detector: Detector, words: int) -> Iterator[Kind]:
    """Detect in the texts of each kind."""
    kinds, slots = read_templates()
    for name, lines in kinds.items():
        made = list(texts(lines, slots, words))
        found = Counter(span.entity_type for spans in detector.detect(made, "en") for span in spans)
        yield Kind(name, sum(len(text.split()) for text in made), found)


def main() -> None:
    """Print one row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--profile", type=Path, default=ROOT / "configs/redaction/social.yaml")
    arguments = parser.parse_args()
    print("kind            words   others   with names, per 100 words   types")
    for kind in measure(Detector.from_settings(read_profile(arguments.profile)), arguments.words):
        types = ", ".join(f"{name} {number}" for name, number in kind.types.most_common())
        others, everything = kind.per_hundred(names=False), kind.per_hundred(names=True)
        print(f"{kind.name:14} {kind.words:6,} {others:8.2f} {everything:12.2f} {'':15} {types}")


if __name__ == "__main__":
    main()
