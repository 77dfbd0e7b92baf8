"""Examine all values of the proposed columns: in which order are their dates, and which words has no rule?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from redaction.operations.proposal.found_columns import orders_of
from redaction.operations.proposal.found_files import layouts, values_of
from redaction.operations.proposal.propose import TableProposal
from redaction.operations.proposal.word_meanings import meaning_of
from redaction.rights.grounds.ledger import PERMITS
from redaction.rights.grounds.residence import LOCATES
from redaction.tables import TABLES
from redaction.tables.settings import DateOrder
from redaction.tables.values.canonical import canonical_words, word_form

_MOST_WORDS: Final = 100
_ACTIVE: Final = "active"


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of the files that is not in the vocabulary of its column.

    Attributes:
        word: The word, as the files have it.
        rows: In how many rows it is.
        proposed: The word that it may mean, None where nobody knows.
        permits: Whether that word can let a record be kept, so that it is not assumed unasked.
    """

    word: str
    rows: int
    proposed: str | None
    permits: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """What the values of a table say.

    Attributes:
        orders: For each column of dates that are not ISO 8601, the orders in which all of its dates can be read.
        words: For each column with a vocabulary, the words that are not in it, the most frequent first.
        too_many: The columns with a vocabulary that hold too many other words to be columns of words.
    """

    orders: Mapping[str, frozenset[DateOrder]] = field(default_factory=dict)
    words: Mapping[str, Sequence[FoundWord]] = field(default_factory=dict)
    too_many: Sequence[str] = ()


def examine_values(table: TableProposal, root: Path, denied: frozenset[str] = frozenset()) -> Examined:
    """Read the values of the columns whose meaning their names do not say, of the first million rows.

    Args:
        table: How the table is read; its columns are final.
        root: Where relative paths start.
        denied: The kinds of content that the policy denies or does not list: no word for them permits anything.

    Returns:
        The orders of dates, and the words.

    Raises:
        TablesError: A file cannot be read.
    """
    kinds = {each.name: each for each in table.found}
    sources = {c: s.column[0] for c, s in table.columns.items() if s.column}
    schema, known = TABLES[table.name].schema, TABLES[table.name].columns
    dated = [c for c, name in sources.items() if schema[c].is_temporal() and kinds[name].kind == "date"]
    worded = [c for c in sources if known[c].words]
    orders = {column: kinds[sources[column]].orders for column in dated}
    words = {column: Counter[str]() for column in worded}
    if not dated and not worded:
        return Examined()
    names = list(dict.fromkeys(sources[column] for column in (*dated, *worded)))
    for frame in values_of(layouts(table.name, table.paths, table.format, root), names):
        for column in dated:
            if sources[column] in frame.columns:
                orders[column] &= orders_of(frame[sources[column]].cast(pl.String))
        for column in worded:
            if sources[column] in frame.columns and len(words[column]) <= _MOST_WORDS:
                words[column].update(_unknown(frame[sources[column]].cast(pl.String), frozenset(known[column].words)))
    return Examined(
        orders,
        {c: _proposals(c, found, denied) for c, found in words.items() if 0 < len(found) <= _MOST_WORDS},
        tuple(column for column, found in words.items() if len(found) > _MOST_WORDS),
    )


def _unknown(values: pl.Series, known: frozenset[str]) -> dict[str, int]:
    """Count the words that are not in a list, at most some more than are shown."""
    words = canonical_words(values.drop_nulls().alias("word"), known)
    others = words.filter(~words.is_in([*known, ""])).value_counts(sort=True, name="rows").head(_MOST_WORDS + 1)
    return dict(others.iter_rows())


def _proposals(column: str, found: Counter[str], denied: frozenset[str]) -> list[FoundWord]:
    return [
        FoundWord(word, rows, meant := meaning_of(column, word), meant is not None and _permits(column, meant, denied))
        for word, rows in found.most_common()
        if word_form(word)
    ]


def _permits(column: str, meant: str, denied: frozenset[str]) -> bool:
    permitting = {"action": PERMITS, "account_status": (_ACTIVE,), "signal": LOCATES}
    return meant not in denied if column == "kind" else meant in permitting[column]
