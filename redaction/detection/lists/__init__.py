"""Word lists of the recognizers: one file per list, words separated by white space."""

from pathlib import Path


def word_list(name: str) -> frozenset[str]:
    """Read the words of `name`.txt."""
    return frozenset((Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split())


def lines(name: str) -> list[str]:
    """Read the non-empty lines of `name`.txt."""
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def terms(name: str, folder: str = "terms") -> frozenset[str]:
    """Read the terms of `folder`/`name`.txt, separated by commas; lines with `#` say where they come from."""
    text = (Path(__file__).parent / folder / f"{name}.txt").read_text(encoding="utf-8")
    found = (term.strip() for line in text.splitlines() if not line.startswith("#") for term in line.split(","))
    return frozenset(term for term in found if term)
