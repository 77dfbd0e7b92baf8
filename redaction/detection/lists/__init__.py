"""Word lists of the recognisers, one file each, words apart by white space."""

from pathlib import Path


def word_list(name: str) -> frozenset[str]:
    """The words of `name`.txt."""
    return frozenset((Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split())


def lines(name: str) -> list[str]:
    """The lines of `name`.txt that say something."""
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]
