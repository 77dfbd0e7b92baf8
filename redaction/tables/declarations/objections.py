"""The declaration of `objections`."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Table, TableName

OBJECTIONS_TABLE: Final = Table(
    TableName.objections,
    "One objection by someone who need not be a member: the name and the handle are redacted in every text.",
    "Nothing: the table is optional.",
    {
        "objection_id": Column(pl.String, "The id of the objection.", "Nothing: the row counts.", "o1", True),
        "name": Column(
            pl.String,
            "The name.",
            "No name is searched for; without a handle that can be searched for, the run stops.",
            "Tom Becker",
        ),
        "handle": Column(
            pl.String,
            "The name on a network, without `@`.",
            "No handle is searched for; without a name that can be searched for, the run stops.",
            "tbecker",
        ),
        "received_at": Column(
            TIME, "When the objection was received.", "Nothing: no rule reads it.", "2025-02-11T08:30:00Z"
        ),
    },
    record_column="objection_id",
    subject_column=None,
)
