"""Find the names in a file that may be meant for a canonical column which the file lacks."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa

from redaction.tables.schemas import TableName
from redaction.tables.values.column_types import is_list

_STEPS: Final = re.compile(r"[^\w\s-]+")
"""Between the steps of a path or the parts of a qualified name: `e.purpose`, `categories[0]`, `purpose:string`."""

_DRAWN_ALIKE: Final = str.maketrans("авекмнорстухіјѕԁһ", "abekmhopctyxijsdh")
"""Cyrillic letters that are drawn as Latin ones."""
_NOT_MEANT: Final = "not meant"
_NOT_MEANT_FOR: Final = {TableName.rights_events: "not meant in a ledger"}
_SUFFIXES: Final = ("ids", "id", "codes", "code", "lists", "list", "json", "keys", "key")
"""What exports add to a name: `in_reply_to_id`, `purpose_code`."""


def letters(name: str) -> str:
    """Return the letters and digits of a name, in any case and without accents."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_DRAWN_ALIKE)
    return "".join(c for c in plain if c.isalnum())


def loosely_like(
    table: TableName, column: str, schema: pa.Schema, names: Iterable[str], known: Collection[str]
) -> list[str]:
    """Return the names that may be meant for a column that is missing and of which no name has just the letters.

    These are its plural or singular; it with a suffix such as `_id`, or with other words (`consent_purpose`); another
    name that exports use for it; a part of a qualified or flattened name; and a field of a struct, or of the structs of
    a list.

    Args:
        table: The canonical table.
        column: The canonical column.
        schema: The columns of the file.
        names: The names of these, and of the folders that give columns.
        known: Names that mean something else: the canonical columns, and those that are mapped.

    Returns:
        The names, as the config maps them.
    """
    meant, others_meant = _singular(column), _other_names().get(f"{table.value}.{column}", frozenset())
    words, not_meant = _words(column), _other_names()[_NOT_MEANT_FOR.get(table, _NOT_MEANT)]

    def is_meant(name: str) -> bool:
        more = _words(name) - words
        with_words = bool(others_meant) and words <= _words(name) and not more & not_meant
        return meant in _stems(name) or bool(_stems(name) & others_meant) or with_words

    others = {letters(name) for name in known}
    structs = {name for index, name in enumerate(schema.names) if list(_fields(name, schema.field(index).type))}
    named = [name for name in names if letters(name) not in others]
    like = [name for name in named if name not in structs and any(map(is_meant, _STEPS.split(name)))]
    fields = [
        path
        for index, name in enumerate(schema.names)
        if name in named
        for path in _fields(name, schema.field(index).type)
        if is_meant(path.rpartition(".")[2]) and path not in known
    ]
    return list(dict.fromkeys([*like, *fields]))


def _fields(path: str, dtype: pa.DataType) -> Iterator[str]:
    """Yield the paths of the fields of a struct that are no structs themselves, at any depth."""
    if is_list(dtype):
        yield from _fields(path, dtype.value_type)
    elif pa.types.is_struct(dtype):
        for index in range(dtype.num_fields):
            field = dtype.field(index)
            inner = list(_fields(f"{path}.{field.name}", field.type))
            yield from inner or [f"{path}.{field.name}"]


@cache
def _other_names() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in Path(__file__).with_name("other_names.txt").read_text("utf-8").splitlines():
        column, _, names = line.partition(": ")
        if names and not line.startswith("#"):
            found[column] = found.get(column, frozenset()).union(names.split(", "))
    return found


def _words(name: str) -> set[str]:
    """Return the words of a name in the singular."""
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFKC", name))
    return {_singular(word) for word in re.split(r"[\W_]+", bare) if word}


def _stems(name: str) -> set[str]:
    """Return the letters of a name in the singular, with and without a suffix."""
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    for suffix in _SUFFIXES:
        bare = re.sub(rf"(?i)(?<=\w)[\W_]+{suffix}[\W_]*$", "", bare)
    return {_singular(name), _singular(bare), letters(bare)}


def _singular(name: str) -> str:
    word = letters(name)
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")
