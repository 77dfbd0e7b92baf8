"""Lists that are text: JSON, as CSV files and some databases have them, or addresses with `;` or `,` between them."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class JsonLists:
    """Parsed lists.

    Attributes:
        values: Lists of strings, or of structs of strings.
        dtype: The same type in Arrow.
        wrong: The first row that is no such list, None where all are.
        invalid: The rows that hold half a surrogate pair, which no text may; their values are null.
    """

    values: pl.Series
    dtype: pa.DataType
    wrong: int | None
    invalid: list[int]


_SEPARATORS: Final = re.compile(r"[;,\n|]")


def parse_json_lists(texts: pl.Series, wanted: pl.List, *, addresses: bool = False) -> JsonLists:
    """Parse texts as lists of strings or of structs.

    Args:
        texts: JSON, in which numbers must be whole. Blank text is null.
        wanted: The type of the lists.
        addresses: Whether a text that is no JSON list is a list of addresses, which hold none of `;`, `,` and `|`.

    Returns:
        The lists.
    """
    names = [field.name for field in wanted.inner.fields] if isinstance(wanted.inner, pl.Struct) else None
    values: list[list[Any] | None] = []
    wrong, invalid = None, []
    for row, text in enumerate(texts):
        value: list[Any] | None = None
        if text is not None and text.strip():
            try:
                plain = addresses and not text.lstrip().startswith("[")
                value = _addresses(text) if plain else _items(json.loads(text, parse_constant=_refuse), names)
                json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair has no UTF-8
            except UnicodeEncodeError:
                invalid.append(row)
                value = None
            except (ValueError, RecursionError):
                wrong = row if wrong is None else wrong
        values.append(value)
    inner: Any = pl.String if names is None else pl.Struct(dict.fromkeys(names, pl.String))
    arrow = pa.large_string() if names is None else pa.struct([(name, pa.large_string()) for name in names])
    return JsonLists(pl.Series(texts.name, values, pl.List(inner)), pa.large_list(arrow), wrong, invalid)


def _addresses(text: str) -> list[Any]:
    return [each.strip() for each in _SEPARATORS.split(text) if each.strip()]


def _items(value: Any, names: list[str] | None) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    if names is None:
        return [_scalar(item) for item in value]
    return [_struct(item, names) for item in value]


def _struct(item: Any, names: list[str]) -> dict[str, str | None] | None:
    if item is None:
        return None
    if not isinstance(item, dict):
        raise ValueError("not an object")
    letters = ["".join(c for c in key.casefold() if c.isalnum()) for key in item]
    by_letters = dict(zip(letters, item.values(), strict=True))
    wanted = {name: name.replace("_", "") for name in names}
    if any(letters.count(each) > 1 for each in wanted.values()):
        raise ValueError("a key is there twice")
    return {name: _scalar(by_letters.get(each)) for name, each in wanted.items()}


def _scalar(item: Any) -> str | None:
    if item is None or isinstance(item, str):
        return item
    if isinstance(item, int) and not isinstance(item, bool):
        return str(item)
    raise ValueError("not a string")


def _refuse(_: str) -> None:
    raise ValueError("not JSON")
