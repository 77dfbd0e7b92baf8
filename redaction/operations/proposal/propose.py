"""Propose a config for files that nobody has mapped yet, by likeness of the names and types of their columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from redaction.operations.proposal.column_synonyms import SYNONYMS
from redaction.operations.proposal.found_columns import FoundColumn, describe_columns
from redaction.operations.proposal.found_files import first_rows, format_of
from redaction.operations.proposal.word_meanings import speaks
from redaction.tables import TABLES, TableName, TablesError
from redaction.tables.columns import refuse_values_as_names
from redaction.tables.first_row import is_like_a_value
from redaction.tables.schemas import ADDRESSES, ENUMERATIONS, ID_COLUMNS
from redaction.tables.settings import ColumnSettings, DateOrder, Format

_ELSE_CONSTANT: Final = ("kind", "signal")
_WORDS: Final = (pl.String, pl.Categorical, pl.Enum)
_ITS_WORDS: Final = 100.0
"""More than any name is worth."""
_TIMES: Final = ("time", "number", "float", "date")


@dataclass(slots=True)
class TableProposal:
    """How a table may be read.

    Attributes:
        name: The table.
        paths: Its files, as given.
        format: How they are written.
        found: The columns of the first file.
        columns: What each canonical column is mapped to; a column of its own name needs no entry in a config.
        unconfirmed: For a column with a vocabulary, words of the files that may mean one of its words that permits
            something, and that nobody has confirmed.
    """

    name: TableName
    paths: tuple[str, ...]
    format: Format
    found: tuple[FoundColumn, ...]
    columns: dict[str, ColumnSettings] = field(default_factory=dict)
    unconfirmed: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """The required columns that nothing is mapped to."""
        return [column for column in TABLES[self.name].required if column not in self.columns]

    @property
    def names(self) -> list[str]:
        """The names of the columns of the files, without those that look like values."""
        return [each.name for each in self.found if not is_like_a_value(each.name)]

    def map(self, column: str, source: str) -> None:
        """Map a canonical column to a column of the files, or to one value for all rows: `=value`.

        Raises:
            TablesError: There is no such column.
        """
        if column not in TABLES[self.name].schema:
            raise TablesError(
                f"{self.name}.{column}: unknown column; choose from {', '.join(TABLES[self.name].schema)}"
            )
        if source.startswith("="):
            self.columns[column] = ColumnSettings(value=source[1:])
            return
        found = next((each for each in self.found if each.name == source), None)
        if found is None:
            raise TablesError(
                f"{self.name}.{column}: the files have no column {source!r}; choose from {', '.join(self.names)}"
            )
        is_time = TABLES[self.name].schema[column].is_temporal()
        [order] = found.orders if is_time and len(found.orders) == 1 else [None]
        self.columns[column] = ColumnSettings(column=(source,), unit=found.unit if is_time else None, order=order)

    def set_order(self, column: str, order: DateOrder) -> None:
        """Read the dates of a column in an order of day, month and year."""
        self.columns[column] = self.columns[column].model_copy(update={"order": order, "unit": None})

    def set_word(self, column: str, word: str, meant: str) -> None:
        """Read a word of the files as a word of the vocabulary.

        Raises:
            TablesError: The column has no vocabulary or none in the files, or the word is not in it.
        """
        known = TABLES[self.name].columns[column].words if column in TABLES[self.name].columns else {}
        source = self.columns.get(column)
        if not known or source is None or source.is_constant:
            raise TablesError(f"{self.name}.{column}: is no column of words in the files")
        if meant not in known and column != "kind":
            raise TablesError(f"{self.name}.{column}: {meant!r} is no {column}; choose from {', '.join(known)}")
        self.columns[column] = source.model_copy(update={"words": {**source.words, word: meant}})

    def unused(self) -> list[str]:
        """The columns of the files that nothing is mapped to."""
        used = {name for settings in self.columns.values() for name in settings.column}
        structs = {each.name for each in self.found if each.kind == "struct"}
        return [name for name in self.names if name not in used and name not in structs]


def propose_table(  # noqa: PLR0913 - each is independent of the others
    name: TableName,
    paths: Sequence[str],
    root: Path,
    mapped: Iterable[str] = (),
    given: Mapping[str, str] | None = None,
    *,
    confirmed: bool = False,
) -> TableProposal:
    """Propose how a table is read: its format, and a column of the files for each canonical column.

    Args:
        name: The table.
        paths: Files, folders or globs.
        root: Where relative paths start.
        mapped: Names of columns that are names, whatever they look like.
        given: For each canonical column that somebody mapped, its column of the files; nothing else is proposed for
            either.
        confirmed: Whether somebody is asked if the proposal is right. Otherwise no column that may permit something is
            proposed by its values alone.

    Returns:
        The proposal; the required columns that nothing is like are in `missing`.

    Raises:
        TablesError: The files cannot be found or read, or their first row looks like data.
    """
    format_ = format_of(paths, root)
    path, schema, sample = first_rows(name, paths, format_, root)
    refuse_values_as_names(f"inputs.{name}: {path.name}", schema, mapped)
    found = tuple(describe_columns(schema, sample))
    proposal = TableProposal(name, tuple(paths), format_, found)
    given = given or {}
    for column, source in (*given.items(), *_matches(name, found, sample, given)):
        proposal.map(column, source)
    _match_words(proposal, sample, confirmed=confirmed)
    _add_constants(proposal)
    return proposal


def propose_signals(profiles: TableProposal, country: str | None = None) -> TableProposal | None:
    """Propose region signals from a column of the profiles with a country.

    Args:
        profiles: The proposal of the profiles.
        country: The column with the country; by default the one that is most like it.

    Returns:
        The proposal; None where no column is like a country.
    """
    matches = dict(_matches(TableName.region_signals, profiles.found)) | ({"value": country} if country else {})
    if "value" not in matches or "user_id" not in profiles.columns:
        return None
    signals = TableProposal(TableName.region_signals, profiles.paths, profiles.format, profiles.found)
    signals.columns["subject_id"] = profiles.columns["user_id"]
    signals.map("value", matches["value"])
    signals.map("signal", "=profile")
    return signals


def _match_words(proposal: TableProposal, sample: pl.DataFrame, *, confirmed: bool) -> None:
    """Find the columns with a vocabulary by their words where no name is like theirs.

    Kinds and signals would be one constant otherwise, which permits more; an account status permits more than none.
    """
    for column in TABLES[proposal.name].columns:
        if column in (ENUMERATIONS if confirmed else _ELSE_CONSTANT) and column not in proposal.columns:
            names = [n for n in proposal.unused() if n in sample.columns and sample[n].dtype in _WORDS]
            if name := next((n for n in names if speaks(column, sample[n])), None):
                proposal.map(column, name)


def _add_constants(proposal: TableProposal) -> None:
    """Fill in what a dump of one kind leaves out: a table of posts holds posts, a ledger has one time for an event."""
    if proposal.name is TableName.posts and "kind" not in proposal.columns:
        proposal.map("kind", "=post")
    if proposal.name is TableName.region_signals and "signal" not in proposal.columns:
        proposal.map("signal", "=profile")
    times = proposal.columns
    if proposal.name is TableName.rights_events and "event_time" in times and "received_at" not in times:
        times["received_at"] = times["event_time"]


def _matches(
    name: TableName,
    found: Sequence[FoundColumn],
    sample: pl.DataFrame | None = None,
    given: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield canonical columns with the best column of the files for each; every column is used once.

    Of columns whose names are like that of a column with a vocabulary, the one that holds its words is the best.
    """
    schema = TABLES[name].schema
    scores = [
        (score + _ITS_WORDS * _speaks(name, column, each.name, sample), column, each.name)
        for column, dtype in schema.items()
        for each in found
        if (score := _score(name, column, each)) and _fits(column, dtype, each)
    ]
    taken = given or {}
    columns, sources = set(taken), set(taken.values())
    for _, column, source in sorted(scores, key=lambda each: -each[0]):
        if column not in columns and source not in sources:
            columns.add(column)
            sources.add(source)
            yield column, source
    left = [each for each in found if each.kind == "text" and each.name not in sources]
    if "text" in schema and "text" not in columns and left:
        yield "text", max(left, key=lambda each: each.length).name


def _speaks(name: TableName, column: str, source: str, sample: pl.DataFrame | None) -> bool:
    if sample is None or not TABLES[name].columns[column].words or source not in sample.columns:
        return False
    return sample[source].dtype in _WORDS and speaks(column, sample[source])


def _score(name: TableName, column: str, found: FoundColumn) -> float:
    """Return how like a column's name is to a canonical one: 0 for not at all."""
    given = _plain(found.name)
    words = [column, *SYNONYMS.get((name, column), ())]
    for number, word in enumerate(words):
        if given == _plain(word):
            return 100.0 - number
    last = _plain(found.name.rsplit(".", 1)[-1])
    exact = [number for number, word in enumerate(words) if last == _plain(word)]
    return 50.0 - exact[0] if exact and last != given else 0.0


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _fits(column: str, dtype: Any, found: FoundColumn) -> bool:
    """Return whether the first values of a column may be values of a canonical one."""
    if found.kind == "null":
        return True
    if isinstance(dtype, pl.List):
        is_text = found.kind in {"word", "text", "number"} and not found.stored_as_number
        return found.kind == "list" or (column in ADDRESSES and is_text)
    if dtype.is_temporal():
        return found.kind in _TIMES
    if column in ID_COLUMNS:
        return found.kind in {"word", "number"} or (found.kind == "date" and found.stored_as_number)
    return found.kind in {"word", "text", "number"} and (column != "text" or found.kind != "number")


def earliest_year(posts: TableProposal) -> int:
    """Return the year of the earliest post among the first rows, for the first partition."""
    settings = posts.columns.get("created_at")
    names = settings.column if settings else ()
    times = [each.earliest for each in posts.found if each.name in names and each.earliest]
    return max(1970, min((time.year for time in times), default=datetime.now(UTC).year - 5))
