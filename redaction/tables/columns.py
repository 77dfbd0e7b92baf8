"""Match the columns of a file with those of its canonical table. What might be meant is used or refused, never ignored.

A column comes from a column of the file, from a field of a struct, from a `key=value` folder of its path (Hive), or
from one value in the config. A name that is like a canonical one (the same letters and digits) is refused, with the
line of the config that maps it: to use it unasked may be wrong, and to ignore it may lose a right. Where a column on
which rights depend is missing, `likeness` finds more names that may be meant.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import unquote

import polars as pl
import pyarrow as pa

from redaction.errors import DiscreetError, Finding
from redaction.storage import StoragePath
from redaction.tables.errors import TablesError
from redaction.tables.first_row import FirstRow, first_row_of, is_like_a_value
from redaction.tables.likeness import letters, loosely_like
from redaction.tables.schemas import Table, TableName
from redaction.tables.settings import ColumnSettings, TableSettings, TimeForm
from redaction.tables.values.canonical import word_form
from redaction.tables.values.column_types import field_type, is_text
from redaction.tables.values.conversion import typed_value
from redaction.tables.values.misfits import misfit

_PLAIN = re.compile(r"[A-Za-z][\w.]*")
_YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_PROTECTING = frozenset({"in_reply_to", "repost_of", "quote_of", "mentions", "context"})
"""Columns of posts that rights depend on: without one of them a post may be released that a right denies."""

_SEARCHED = {TableName.objections: frozenset({"name", "handle"})}
"""Columns that are searched for in all texts, in a table of little else: any other text of it may be meant."""

_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Constant:
    """A canonical column with one value in all rows of a file, as text."""

    text: str | None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A canonical column that a file has.

    Attributes:
        name: The column of the file.
        fields: The path of a field in it, empty for the column itself.
        dtype: The type of the whole column in its file.
        form: How its times are written, where they are not ISO 8601.
        expected: The value that the file's path says all rows have.
        words: What words of the file mean, in the form in which words are compared.
    """

    name: str
    fields: tuple[str, ...]
    dtype: pa.DataType
    form: TimeForm | None = None
    expected: Constant | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def value_type(self) -> pa.DataType:
        """The type of the column or field."""
        return field_type(self.dtype, self.fields)


Column = Constant | FileColumn


def match_columns(table: Table, settings: TableSettings, path: StoragePath, schema: pa.Schema) -> dict[str, Column]:
    """Find out where each canonical column of a file comes from.

    Args:
        table: The canonical table.
        settings: The mapping.
        path: The file.
        schema: Its columns.

    Returns:
        The canonical columns that the file has, or that its path or the config gives.

    Raises:
        TablesError: A required column is missing; a column has a wrong type; a name is like a canonical one but
            another, or there are two for one column.
    """
    unknown = sorted(set(settings.columns) - set(table.schema))
    if unknown:
        near = get_close_matches(unknown[0], list(table.schema), 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise TablesError(
            f"inputs.{table.name}.columns: {unknown[0]}: not a canonical column; {hint}"
            f"choose from {', '.join(table.schema)}"
        )
    for column, mapping in settings.columns.items():
        _check_words(table, column, mapping.words)
    refuse_values_as_names(f"inputs.{table.name}: {path.name}", schema, _mapped(settings))
    matching, found, problems = _Matching(table, settings, path, schema), dict[str, Column](), list[str]()
    for column in table.schema:
        try:
            source = matching.find(column)
        except _ProblemError as problem:
            problems.append(str(problem))
            continue
        if source is not None:
            found[column] = source
    if problems:
        where = f"inputs.{table.name}: {path.name}"
        error = TablesError(f"{where}: {'; '.join(problems)}")
        error.findings = tuple(Finding.of(DiscreetError(f"{where}: {problem}")) for problem in problems)
        raise error
    return found


def _check_words(table: Table, column: str, words: Mapping[str, str]) -> None:
    """Refuse words for a column that has no list of words, words that no rule knows, and a new meaning of a known one.

    The kinds of posts are those of the policy, which may have more than the list.

    Raises:
        TablesError: There is such a word.
    """
    known = table.columns[column].words
    key = f"inputs.{table.name}.columns.{column}.words"
    if words and not known:
        raise TablesError(f"{key}: {column} may hold anything; leave the words out")
    for word, meant in words.items():
        if word_form(word) in {"", *known}:
            raise TablesError(f"{key}: {word!r} has its own meaning already; leave it out")
        if meant not in known and column != "kind":
            raise TablesError(f"{key}: {meant!r} is no {column}; choose from {', '.join(known)}")


def refuse_values_as_names(where: str, schema: pa.Schema, mapped: Iterable[str] = ()) -> None:
    """Raise TablesError, without any of the names, if they look like the values of a row."""
    if first_row_of(schema, mapped) is FirstRow.data:
        raise TablesError(
            f"{where}: the first row looks like data, not a header; add a first row with the names of the columns, or "
            "map one of the names in the file if they are right"
        )


def check_mapping(table: Table, settings: TableSettings, files: Sequence[Mapping[str, Column]]) -> None:
    """Check that each mapped column is in some file of the table. Raises TablesError for one that is in none."""
    for column, mapping in settings.columns.items():
        if files and not any(column in columns for columns in files):
            raise TablesError(
                f"inputs.{table.name}.columns.{column}: no file has a column {_listed(mapping.column)}; "
                "correct the mapping"
            )


def names_in_file(columns: Mapping[str, Column], wanted: Iterable[str]) -> list[str]:
    """Return the columns of the file that must be read to have some canonical columns."""
    sources = (columns.get(column) for column in wanted)
    return list(dict.fromkeys(source.name for source in sources if isinstance(source, FileColumn)))


def hive_values(path: StoragePath) -> dict[str, str | None]:
    """Return the values that the folders of a path give to columns, as in `ledger/purpose=ads/part-0.parquet`."""
    values: dict[str, str | None] = {}
    for folder in str(path).split("/")[:-1]:
        key, equals, value = folder.partition("=")
        if key and equals:
            values[unquote(key)] = None if value == _HIVE_NULL else unquote(value)
    return values


class _ProblemError(Exception):
    """What is wrong with one column, and what to do."""


class _Matching:
    """The columns of one file, and what its path says of them."""

    def __init__(self, table: Table, settings: TableSettings, path: StoragePath, schema: pa.Schema) -> None:
        self._table, self._settings, self._schema = table, settings, schema
        self._hive = hive_values(path)
        self._count = Counter(schema.names)
        self._names = list(dict.fromkeys([*schema.names, *self._hive]))
        self._mapped = _mapped(settings)

    def find(self, column: str) -> Column | None:
        """Return the source of a canonical column, None where the file has none."""
        mapping = self._settings.columns.get(column)
        if mapping and mapping.is_constant:
            return self._constant(column, mapping.value)
        wanted = mapping.column if mapping else (column,)
        present = [name for name in wanted if name in self._names or self._field(name)]
        like = [] if present and mapping else self._like(column, wanted)
        if len(present) > 1 or (present and like):
            raise _ProblemError(
                f"has both {_listed([*present, *like])}, where {column} needs one; "
                f"name it with {self._key(column)}: {_yaml(present[0])}"
            )
        if present:
            return self._source(column, present[0], mapping)
        if not like and not mapping and self._protects(column):
            like = loosely_like(
                self._table.name, column, self._schema, self._names, {*self._table.schema, *self._mapped}
            )
        if not like and not mapping and column in _SEARCHED.get(self._table.name, ()):
            like = self._other_texts(column)
        if like:
            optional = (
                "" if column in self._table.required else f", or leave it out with {self._key(column)}: {{value: null}}"
            )
            raise _ProblemError(
                f"did you mean {_listed(like)} for {column}? Map it with {self._key(column)}: "
                f"{_yaml(*(wanted if mapping else ()), like[0])}{optional}"
            )
        if column in self._table.required:
            near = self._near(column)
            raise _ProblemError(
                f"column {wanted[0]!r} is missing; map it with {self._key(column)}"
                + (f" (the file has {near})" if near else "")
            )
        if mapping and self._protects(column):
            raise _ProblemError(
                f"the mapped column {_listed(wanted)} is missing; name all that {column} is called with "
                f"{self._key(column)}: {_yaml(*wanted, '...')}, or leave it out with {self._key(column)}: "
                "{value: null}"
            )
        return None

    def _source(self, column: str, name: str, mapping: ColumnSettings | None) -> Column:
        form = mapping.time_form if mapping else None
        words = {word_form(word): meant for word, meant in mapping.words.items()} if mapping else {}
        if self._count[name] > 1:
            raise _ProblemError(f"column {name!r} occurs twice, and {column} needs one; rename the other")
        expected = self._constant(column, self._folder_value(column, name)) if name in self._hive else None
        if expected and not self._count[name]:
            return Constant(expected.text, words)
        top, fields = (name, ()) if self._count[name] else self._field(name) or ("", ())
        source = FileColumn(top, fields, self._schema.field(top).type, form, expected, words)
        problem = misfit(source.value_type, self._table.schema[column], column, name, form)
        if problem:
            raise _ProblemError(f"column {problem.replace('CONFIG', self._key(column))}")
        return source

    def _folder_value(self, column: str, name: str) -> str | None:
        """Return the value of a folder. Spark names the folder of null and of an empty text alike."""
        value = self._hive[name]
        return "" if value is None and column == "purpose" else value  # null would be every purpose

    def _other_texts(self, column: str) -> list[str]:
        """Return the columns of text that are neither canonical nor mapped, nor like another searched column."""
        name, known = self._table.name, {*self._table.schema, *self._mapped}
        if known.isdisjoint(self._names):
            return []  # perhaps these are no names, but the values of a first row
        others = _SEARCHED[name] - {column}
        taken = known.union(*(loosely_like(name, other, self._schema, self._names, known) for other in others))
        return [field.name for field in self._schema if is_text(field.type) and field.name not in taken]

    def _protects(self, column: str) -> bool:
        """Return whether rights may be lost without an optional column."""
        return self._table.name is not TableName.posts or column in _PROTECTING

    def _constant(self, column: str, text: str | None) -> Constant:
        if text == "" and self._table.schema[column] != pl.String:
            text = None
        if text is not None and typed_value(text, self._table.schema[column]).null_count():
            raise _ProblemError(
                f"the value of {column}, from its folder's name or {self._key(column)}, cannot be "
                "read; write times as ISO 8601 and lists as JSON"
            )
        return Constant(text)

    def _field(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the column and the path of a field of a struct, None where there is none."""
        top, *fields = name.split(".")
        if not fields or self._count[top] != 1:
            return None
        return (top, tuple(fields)) if field_type(self._schema.field(top).type, fields) else None

    def _like(self, column: str, wanted: Sequence[str]) -> list[str]:
        """Return the names that may be meant: like the canonical name or a mapped one."""
        meant = {letters(name) for name in (column, *wanted)}
        return [
            name for name in self._names if letters(name) in meant and name not in wanted and name not in self._mapped
        ]

    def _near(self, column: str) -> str:
        """List names that may help, none that may be a person's value."""
        if first_row_of(self._schema, self._mapped) is not FirstRow.header:
            return "names that are withheld, since its first row may be data"
        names = [name for name in self._names if not is_like_a_value(name)]
        return _listed(get_close_matches(column, names, 3, 0.6) or names[:12])

    def _key(self, column: str) -> str:
        return f"inputs.{self._table.name}.columns.{column}"


def _mapped(settings: TableSettings) -> set[str]:
    return {name for mapping in settings.columns.values() for name in mapping.column}


def _listed(names: Iterable[str]) -> str:
    return " and ".join(repr(name) for name in names)


def _yaml(*names: str) -> str:
    """Write names as the config needs them: bare where YAML reads that as text, a list where there are several."""
    texts = [name if _PLAIN.fullmatch(name) and name.lower() not in _YAML_WORDS else json.dumps(name) for name in names]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
