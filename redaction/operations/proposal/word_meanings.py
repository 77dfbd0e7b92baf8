"""What words of other languages and spellings mean in the vocabulary of a column."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from redaction.tables.schemas import ENUMERATIONS
from redaction.tables.values.canonical import word_form


def meaning_of(column: str, word: str) -> str | None:
    """Return the word of a vocabulary that a word in another language or spelling means, None if it is not listed."""
    return _meanings().get((column, word_form(word)))


def speaks(column: str, values: pl.Series) -> bool:
    """Return whether most of the different values of a column of files are words that a vocabulary knows."""
    words = values.cast(pl.String).drop_nulls().unique().head(50).to_list()
    known = [word for word in words if word_form(word) in ENUMERATIONS[column] or meaning_of(column, word)]
    return bool(words) and 2 * len(known) > len(words)


@cache
def _meanings() -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in Path(__file__).with_name("word_meanings.txt").read_text("utf-8").splitlines():
        target, _, words = line.partition(": ")
        column, _, meant = target.partition(" ")
        if words and not line.startswith("#"):
            found |= {(column, word_form(word)): meant for word in words.split(", ")}
    return found
