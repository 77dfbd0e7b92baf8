"""The data dictionary: every canonical table and column, and which types and spellings are read."""

import json
from collections.abc import Iterator

import polars as pl

from redaction.config import load_policy
from redaction.config.shipped import SHIPPED_FILES, Kind
from redaction.tables import TABLES
from redaction.tables.declarations import Column, Table
from redaction.tables.schemas import ID_COLUMNS, Dtype
from reference_docs.markdown import code, table


def tables() -> str:
    """Return a section for each table: its columns, the words that they may hold, and a row."""
    return "\n\n".join("\n\n".join(_section(each)) for each in TABLES.values())


def _section(declared: Table) -> Iterator[str]:
    yield f"## {code(declared.name)}"
    yield f"{declared.meaning}\n\n**Without the table:** {_lower(declared.without)}"
    rows = [
        (
            code(name),
            type_name(name, column.dtype),
            "yes" if column.required else "",
            column.meaning,
            code(column.example),
            column.without,
        )
        for name, column in declared.columns.items()
    ]
    yield table(("Column", "Type", "Required", "Meaning", "Example", "Where it is missing"), rows)
    for name, column in declared.columns.items():
        if column.words:
            yield f"Words of {code(name)}:"
            yield (
                _kinds(column)
                if name == "kind"
                else table(("Word", "Meaning"), [(code(word), meaning) for word, meaning in column.words.items()])
            )
    yield f"A row, as JSON Lines:\n\n```json\n{json.dumps(example_object(declared), ensure_ascii=False)}\n```"


def example_object(declared: Table) -> dict[str, object]:
    """Return the example row of a table as an object of JSON, in which lists are lists."""
    return {
        name: json.loads(text) if isinstance(declared.schema[name], pl.List) else text
        for name, text in declared.example.items()
    }


def _kinds(column: Column) -> str:
    policies = [load_policy(path.stem) for path in sorted(SHIPPED_FILES.glob(Kind.POLICY.value))]
    kinds = dict(column.words) | {"profile": "Not of a post: a profile is a record of this kind."}
    rows = [
        (
            code(kind),
            meaning,
            *(
                "yes"
                if kind in policy.categories_allowed
                else "no, `kind_denied`"
                if kind in policy.categories_denied
                else "no, `kind_unknown`"
                for policy in policies
            ),
        )
        for kind, meaning in kinds.items()
    ]
    return table(("Word", "Meaning", *(f"Allowed by {code(policy.policy_id)}" for policy in policies)), rows)


def type_name(column: str, dtype: Dtype) -> str:
    """Return how the pages call the type of a canonical column."""
    if isinstance(dtype, pl.List):
        return (
            "list of objects"
            if isinstance(dtype.inner, pl.Struct)
            else "list of ids" * (column == "mentions") or "list of texts"
        )
    if column in ID_COLUMNS:
        return "id"
    return {pl.Date: "date", pl.Datetime: "time"}.get(dtype.base_type(), "text")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
