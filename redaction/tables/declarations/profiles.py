"""The declaration of `profiles`."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Dtype, Table, TableName

_ROLE: dict[str, Dtype] = {"description": pl.String, "start": pl.Date, "end": pl.Date}
EXPERIENCE: Final = pl.List(pl.Struct({"title": pl.String, "company": pl.String, "location": pl.String, **_ROLE}))
EDUCATION: Final = pl.List(pl.Struct({"school": pl.String, "degree": pl.String, "field": pl.String, **_ROLE}))

_STATUSES: Final = {
    "active": "The only status that may be used.",
    "hibernated": "Dropped: `account_hibernated`.",
    "closed": "Dropped: `account_closed`.",
    "memorialised": "Dropped: `deceased`.",
}
_NOT_SEARCHED: Final = "It is not searched for as a known value: only what detection finds by itself is redacted."
_NO_TEXT: Final = "The profile has no such text; without any text it is dropped: `no_text`."

PROFILES_TABLE: Final = Table(
    TableName.profiles,
    "One member. A profile is a record by itself, and the source of known values for the texts of others.",
    "The run stops. The posts of an author who has no profile are dropped: `subject_unknown`.",
    {
        "user_id": Column(
            pl.String,
            "The id of the member.",
            "The row is quarantined: `missing_id`. Of profiles that share an id none is used.",
            "m17",
            True,
        ),
        "full_name": Column(pl.String, "The name as it is shown.", _NOT_SEARCHED, "Ada Quinn"),
        "given_name": Column(pl.String, "The given name.", _NOT_SEARCHED, "Ada"),
        "family_name": Column(pl.String, "The family name.", _NOT_SEARCHED, "Quinn"),
        "handle": Column(pl.String, "The name on the network, without `@`.", _NOT_SEARCHED, "ada_quinn"),
        "vanity_url": Column(pl.String, "The address of the profile.", _NOT_SEARCHED, "https://n.example/in/ada-quinn"),
        "headline": Column(pl.String, "One line about the member.", _NO_TEXT, "Bridge engineer"),
        "about": Column(pl.String, "A summary by the member.", _NO_TEXT, "I build bridges that sing in the wind."),
        "emails": Column(pl.List(pl.String), "E-mail addresses.", _NOT_SEARCHED, '["ada@mail.example"]'),
        "phones": Column(
            pl.List(pl.String),
            "Phone numbers, with the country's code where possible.",
            _NOT_SEARCHED,
            '["+12025550143"]',
        ),
        "birth_date": Column(
            pl.Date, "The date of birth.", "All of the member's records are dropped: `age_unknown`.", "1985-05-17"
        ),
        "account_status": Column(
            pl.String,
            "The state of the account.",
            "All of the member's records are dropped: `account_status_unknown`; so for any other word.",
            "active",
            words=_STATUSES,
        ),
        "experience": Column(
            EXPERIENCE,
            "Employments: title, company, location, description, start, end. The career is published only as precisely "
            "as enough members share it (`release.profiles`).",
            _NO_TEXT,
            '[{"title": "Engineer", "company": "Acme Bridges", "location": "Denver", "start": "2015"}]',
        ),
        "education": Column(
            EDUCATION,
            "Schools: school, degree, field, description, start, end. Secondary school shows a minor.",
            f"{_NO_TEXT} No secondary school is known.",
            '[{"school": "Northside College", "degree": "BSc", "end": "2007-06"}]',
        ),
        "languages": Column(
            pl.List(pl.String),
            "Languages of the profile (BCP 47); the first is the declared one of its texts.",
            "The language is identified from the texts alone.",
            '["en"]',
        ),
        "updated_at": Column(
            TIME,
            "When the profile was last changed, which counts as when it was created.",
            "The profile counts as of the build, but as older than any reopening of the account and any `age_update`.",
            "2025-04-16T15:00:51Z",
        ),
    },
    record_column="user_id",
    subject_column="user_id",
)
