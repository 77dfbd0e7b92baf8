"""The canonical tables by name, and what follows from their declarations."""

from enum import StrEnum

import polars as pl

from redaction.tables.declarations import DECLARED, Dtype, Table, TableName

__all__ = ["ENUMERATIONS", "ID_COLUMNS", "LOCATOR", "TABLES", "Dtype", "Source", "Table", "TableName"]

LOCATOR = pl.Schema({"file": pl.UInt32, "row_group": pl.UInt32, "row": pl.UInt32})
"""Where a row is stored: the file's number in the table's order, the row group, the row within the group."""


class Source(StrEnum):
    """The tables whose rows are records: text with an author."""

    posts = "posts"
    profiles = "profiles"


TABLES: dict[TableName, Table] = {table.name: table for table in DECLARED}

POSTS, PROFILES, RIGHTS_EVENTS, REGION_SIGNALS, OBJECTIONS, SIGNALS_OF_OTHERS = (table.schema for table in DECLARED)

ID_COLUMNS = frozenset(
    {"in_reply_to", "repost_of", "quote_of", "supersedes"}
    | {column for table in TABLES.values() for column in table.schema if column.endswith("_id")}
)
"""Columns with an id, which a file may have as integers. They are read in their canonical form, as `mentions` are."""

ADDRESSES = frozenset({"emails", "phones"})
"""Lists that a file may have as plain text: one address, or several with `;`, `,` or `|` between them."""

ENUMERATIONS: dict[str, frozenset[str]] = {
    name: frozenset(column.words) for table in TABLES.values() for name, column in table.columns.items() if column.words
}
"""Columns with words of a list. These are read in any case, with hyphens or white space for `_`; others as they are."""
