"""Propose a config for files that nobody has mapped yet, by likeness of the names and types of their columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from redaction.operations.column_synonyms import SYNONYMS
from redaction.storage import StoragePath, StorageSettings
from redaction.tables import TABLES, TableName, TablesError, TableSettings, find_files
from redaction.tables.columns import refuse_values_as_names
from redaction.tables.finding import TABLE_FORMATS
from redaction.tables.first_row import is_like_a_value
from redaction.tables.formats import Layout, open_layout, open_snapshot
from redaction.tables.formats.recognition import looks_like
from redaction.tables.schemas import ADDRESSES, ID_COLUMNS
from redaction.tables.settings import ColumnSettings, Format, Unit

_SUFFIXES: Final = {
    ".parquet": Format.parquet,
    ".csv": Format.csv,
    ".tsv": Format.csv,
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".arrow": Format.arrow,
    ".feather": Format.arrow,
    ".ipc": Format.arrow,
}
_SAMPLE_ROWS: Final = 200
_UNITS: Final = ((10**17, Unit.ns), (10**14, Unit.us), (10**11, Unit.ms), (10**8, Unit.s), (0, Unit.d))
"""The least size of a number of each unit, for times from 1973 on."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a file, or a field of a struct in it: its name, and what its first values look like.

    `stored_as_number` says that its type is one of numbers, not only its texts.
    """

    name: str
    kind: str
    unit: Unit | None = None
    length: float = 0.0
    earliest: datetime | None = None
    stored_as_number: bool = False


@dataclass(slots=True)
class TableProposal:
    """How a table may be read.

    Attributes:
        name: The table.
        paths: Its files, as given.
        format: How they are written.
        found: The columns of the first file.
        columns: What each canonical column is mapped to; a column of its own name needs no entry in a config.
    """

    name: TableName
    paths: tuple[str, ...]
    format: Format
    found: tuple[FoundColumn, ...]
    columns: dict[str, ColumnSettings] = field(default_factory=dict)

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
        self.columns[column] = ColumnSettings(column=(source,), unit=found.unit if is_time else None)

    def unused(self) -> list[str]:
        """The columns of the files that nothing is mapped to."""
        used = {name for settings in self.columns.values() for name in settings.column}
        structs = {each.name for each in self.found if each.kind == "struct"}
        return [name for name in self.names if name not in used and name not in structs]


def propose_table(name: TableName, paths: Sequence[str], root: Path, mapped: Iterable[str] = ()) -> TableProposal:
    """Propose how a table is read: its format, and a column of the files for each canonical column.

    Args:
        name: The table.
        paths: Files, folders or globs.
        root: Where relative paths start.
        mapped: Names of columns that are names, whatever they look like.

    Returns:
        The proposal; the required columns that nothing is like are in `missing`.

    Raises:
        TablesError: The files cannot be found or read, or their first row looks like data.
    """
    format_ = _format_of(paths, root)
    settings = TableSettings(path=tuple(paths), format=format_)
    layout = _layout(find_files(TABLES[name], settings, root)[0], format_, f"inputs.{name}")
    refuse_values_as_names(f"inputs.{name}: {layout.path.name}", layout.schema, mapped)
    names = list(dict.fromkeys(layout.schema.names))
    sample = pl.DataFrame()
    if layout.row_groups:
        with layout.open() as content:
            batch = next(iter(content.batches(0, names)), None)
        if batch is not None:
            sample = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch.slice(0, _SAMPLE_ROWS)])))
    found = tuple(_columns(layout.schema, sample))
    proposal = TableProposal(name, tuple(paths), format_, found)
    for column, source in _matches(name, found):
        proposal.map(column, source)
    _add_constants(proposal)
    return proposal


def _layout(path: StoragePath, format_: Format, key: str) -> Layout:
    """Open the first file that has rows."""
    if format_ not in TABLE_FORMATS:
        return open_layout(path, format_, key)
    layouts = open_snapshot(path, format_, key, StorageSettings(), None)[1]
    if not layouts:
        raise TablesError(f"{key}: {path}: has no rows; give a table with rows")
    return layouts[0]


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


def _add_constants(proposal: TableProposal) -> None:
    """Fill in what a dump of one kind leaves out: a table of posts holds posts, a ledger has one time for an event."""
    if proposal.name is TableName.posts and "kind" not in proposal.columns:
        proposal.map("kind", "=post")
    if proposal.name is TableName.region_signals and "signal" not in proposal.columns:
        proposal.map("signal", "=profile")
    times = proposal.columns
    if proposal.name is TableName.rights_events and "event_time" in times and "received_at" not in times:
        times["received_at"] = times["event_time"]


def _matches(name: TableName, found: Sequence[FoundColumn]) -> Iterator[tuple[str, str]]:
    """Yield canonical columns with the best column of the files for each; every column is used once."""
    schema = TABLES[name].schema
    scores = [
        (score, column, each.name)
        for column, dtype in schema.items()
        for each in found
        if (score := _score(name, column, each)) and _fits(column, dtype, each)
    ]
    columns, sources = set[str](), set[str]()
    for _, column, source in sorted(scores, key=lambda each: -each[0]):
        if column not in columns and source not in sources:
            columns.add(column)
            sources.add(source)
            yield column, source
    left = [each for each in found if each.kind == "text" and each.name not in sources]
    if "text" in schema and "text" not in columns and left:
        yield "text", max(left, key=lambda each: each.length).name


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
        return found.kind in {"time", "number"}
    if column in ID_COLUMNS:
        return found.kind in {"word", "number"}
    return found.kind in {"word", "text", "number"} and (column != "text" or found.kind != "number")


def _columns(schema: pa.Schema, sample: pl.DataFrame) -> Iterator[FoundColumn]:
    for name in dict.fromkeys(schema.names):
        values = sample[name] if name in sample.columns else pl.Series(name, [], pl.Null)
        yield from _column(name, values)


def _column(name: str, values: pl.Series) -> Iterator[FoundColumn]:
    if isinstance(values.dtype, pl.Struct):
        yield FoundColumn(name, "struct")
        for each in values.dtype.fields:
            yield from _column(f"{name}.{each.name}", values.struct.field(each.name))
        return
    yield _described(name, values.drop_nulls())


def _described(name: str, values: pl.Series) -> FoundColumn:
    dtype = values.dtype
    if not values.len():
        return FoundColumn(name, "null")
    if dtype.is_integer():
        return replace(_number(name, values), stored_as_number=True)
    if dtype.is_temporal():
        return _time(name, values.cast(pl.Datetime("us"), strict=False))
    if dtype.is_nested():
        return FoundColumn(name, "list" if isinstance(dtype, pl.List | pl.Array) else "other")
    if dtype in {pl.String, pl.Categorical, pl.Enum} or dtype.is_decimal():
        return _texts(name, values.cast(pl.String))
    return FoundColumn(name, "other")


def _texts(name: str, texts: pl.Series) -> FoundColumn:
    if texts.str.contains(r"^\s*\[.*\]\s*$").all():
        return FoundColumn(name, "list")
    if texts.str.contains(r"^\s*-?\d{1,19}\s*$").all():
        return _number(name, texts.str.strip_chars().cast(pl.Int64, strict=False).drop_nulls())
    if texts.str.contains(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$").all():
        return _time(name, texts.str.slice(0, 10).str.to_date(strict=False).cast(pl.Datetime("us")))
    length = float(texts.str.len_chars().cast(pl.Float64).sum()) / texts.len()
    is_text = length > 20 and bool(texts.str.contains(" ").any())
    return FoundColumn(name, "text" if is_text else "word", length=length)


def _time(name: str, values: pl.Series) -> FoundColumn:
    earliest = values.drop_nulls().min()
    return FoundColumn(name, "time", earliest=earliest if isinstance(earliest, datetime) else None)


def _number(name: str, values: pl.Series) -> FoundColumn:
    middle = values.cast(pl.Int64, strict=False).drop_nulls().abs().sort()
    size = int(middle[middle.len() // 2]) if middle.len() else 0
    return FoundColumn(name, "number", unit=next(unit for least, unit in _UNITS if size >= least))


def _format_of(paths: Sequence[str], root: Path) -> Format:
    """Recognize the format of the files: by a table's own log, by suffix, or by content."""
    for text in paths:
        path = root / Path(text).expanduser()
        if (path / "_delta_log").is_dir():
            return Format.delta
        if (path / "metadata").is_dir() and any((path / "metadata").glob("*.metadata.json")):
            return Format.iceberg
    files = [file for text in paths for file in _files(root / Path(text).expanduser())]
    for file in files:
        if file.suffix.lower() in _SUFFIXES:
            return _SUFFIXES[file.suffix.lower()]
    for file in files[:1]:
        return next(
            (f for f in (Format.parquet, Format.arrow, Format.jsonl, Format.csv) if looks_like(file, f)), Format.csv
        )
    return Format.parquet


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (f for f in sorted(path.rglob("*")) if f.is_file() and not re.match(r"[._]", f.name))
    elif re.search(r"[*?\[]", path.name):
        yield from sorted(path.parent.glob(path.name))


def earliest_year(posts: TableProposal) -> int:
    """Return the year of the earliest post among the first rows, for the first partition."""
    settings = posts.columns.get("created_at")
    names = settings.column if settings else ()
    times = [each.earliest for each in posts.found if each.name in names and each.earliest]
    return max(1970, min((time.year for time in times), default=datetime.now(UTC).year - 5))
