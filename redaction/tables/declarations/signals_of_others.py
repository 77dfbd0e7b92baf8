"""The declaration of `signals_of_others`."""

from typing import Final

import polars as pl

from redaction.tables.declarations.table import TIME, Column, Table, TableName

_FORMATS: Final = {
    "content_usage": "The field `Content-Usage` of AI Preferences.",
    "robots_txt": "A robots.txt.",
    "x_robots_tag": "The field `X-Robots-Tag`.",
    "robots_meta": "The element `robots` of a page.",
    "rsl": "A document of Really Simple Licensing.",
    "tdmrep": "A reservation of the TDM Reservation Protocol.",
    "cawg": "A training and data mining assertion of CAWG or C2PA.",
    "gpp": "A string of the IAB's Global Privacy Platform.",
    "tcf": "A string of the IAB's Transparency and Consent Framework.",
}
_UNREADABLE: Final = "What it is about is dropped: `signal_unreadable`."

SIGNALS_OF_OTHERS_TABLE: Final = Table(
    TableName.signals_of_others,
    "One machine-readable statement about the use of a post, or of what is linked in it, or of a member's data.",
    "Nothing: the table is optional.",
    {
        "post_id": Column(
            pl.String,
            "The post that the signal is about, or that links to what it is about: a `post_id`.",
            "The signal is about the member, or else about the posts that link to `url` or into `domain`.",
            "p1001",
        ),
        "subject_id": Column(
            pl.String,
            "The member whom the signal is about: a `user_id`. All of the member's records are concerned.",
            "The signal is about the post, or else about the posts that link to `url` or into `domain`.",
        ),
        "url": Column(
            pl.String,
            "The address that was asked about, for `robots_txt`, `rsl` and `tdmrep.json`. Without `post_id`, "
            "`subject_id` and `domain`: every post that links to it is concerned.",
            f"A signal of such a format about a post or a member cannot be read. {_UNREADABLE} One about a `domain` is "
            "read for each link.",
            "https://news.example/a/1",
        ),
        "domain": Column(
            pl.String,
            "The host that the signal is about: every post that links into it, or below it, is concerned.",
            "The signal is about `post_id`, `subject_id` or `url`; without any of them, the run stops.",
            "news.example",
        ),
        "format": Column(
            pl.String, "The format of the signal.", f"{_UNREADABLE} So for any other word.", "x_robots_tag", True,
            _FORMATS,
        ),
        "value": Column(
            pl.String, "The signal as it was found.", f"{_UNREADABLE} So where it is damaged.", "noai, noimageai", True
        ),
        "observed_at": Column(
            TIME,
            "When it was found: the last one of a format, a post or member and an address counts.",
            "It counts always.",
            "2025-06-01T12:00:00Z",
        ),
    },
    record_column=None,
    subject_column="subject_id",
)  # fmt: skip
