"""The declaration of `region_signals`."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Table, TableName

_SIGNALS: Final = {
    "profile": "The region in the profile; locates the member.",
    "signup": "The region given at sign-up; locates the member.",
    "residence": "A residence; locates the member.",
    "billing": "A billing address; locates the member.",
    "ip": "The region of a network address; can only add protection.",
    "phone": "The region of a phone number; can only add protection.",
}

REGION_SIGNALS_TABLE: Final = Table(
    TableName.region_signals,
    "One statement of where a member lives or lived.",
    "The run stops. A member whom no signal locates is dropped: `region_unknown`.",
    {
        "subject_id": Column(pl.String, "The member: a `user_id`.", "The run stops.", "m17", True),
        "signal": Column(
            pl.String,
            "Where the statement comes from.",
            "The signal locates nobody, and can only add protection; so for any other word.",
            "profile",
            True,
            _SIGNALS,
        ),
        "value": Column(
            pl.String,
            "The region as its source had it: a code, a name in any language, a phone number.",
            "It cannot be read: the member's records are dropped, `region_ambiguous`.",
            "United States",
            True,
        ),
        "valid_from": Column(
            TIME,
            "From when on it holds. In the future: it counts for everything, as nothing is observed there.",
            "It has always held.",
            "2019-07-01T00:00:00Z",
        ),
        "valid_to": Column(TIME, "Until when it holds, that instant excluded.", "It still holds."),
        "observed_at": Column(
            TIME, "When it was observed; part of the name of the evidence.", "Nothing.", "2019-07-01T00:05:00Z"
        ),
    },
    record_column=None,
    subject_column="subject_id",
)
