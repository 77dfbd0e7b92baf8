"""Columns of the files."""

from __future__ import annotations

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())

POSTS = pa.schema(
    [
        ("post_id", pa.string()),
        ("author_id", pa.string()),
        ("created_at", TIME),
        ("kind", pa.string()),
        ("text", pa.string()),
        ("title", pa.string()),
        ("language", pa.string()),
        ("context", pa.string()),
        ("in_reply_to", pa.string()),
        ("repost_of", pa.string()),
        ("quote_of", pa.string()),
        ("mentions", TEXTS),
        ("url", pa.string()),
    ]
)
PROFILES = pa.schema(
    [
        ("user_id", pa.string()),
        ("full_name", pa.string()),
        ("given_name", pa.string()),
        ("family_name", pa.string()),
        ("handle", pa.string()),
        ("vanity_url", pa.string()),
        ("headline", pa.string()),
        ("about", pa.string()),
        ("emails", TEXTS),
        ("phones", TEXTS),
        ("birth_date", pa.date32()),
        ("account_status", pa.string()),
        (
            "experience",
            pa.list_(
                pa.struct(
                    [
                        ("title", pa.string()),
                        ("company", pa.string()),
                        ("location", pa.string()),
                        ("description", pa.string()),
                        ("start", pa.date32()),
                        ("end", pa.date32()),
                    ]
                )
            ),
        ),
        (
            "education",
            pa.list_(
                pa.struct(
                    [
                        ("school", pa.string()),
                        ("degree", pa.string()),
                        ("field", pa.string()),
                        ("description", pa.string()),
                        ("start", pa.date32()),
                        ("end", pa.date32()),
                    ]
                )
            ),
        ),
        ("languages", TEXTS),
        ("updated_at", TIME),
    ]
)
RIGHTS_EVENTS = pa.schema(
    [
        ("event_id", pa.string()),
        ("subject_id", pa.string()),
        ("action", pa.string()),
        ("event_time", TIME),
        ("received_at", TIME),
        ("mechanism", pa.string()),
        ("notice_version", pa.string()),
        ("supersedes", pa.string()),
    ]
)
REGION_SIGNALS = pa.schema(
    [
        ("subject_id", pa.string()),
        ("signal", pa.string()),
        ("value", pa.string()),
        ("valid_from", TIME),
        ("valid_to", TIME),
        ("observed_at", TIME),
    ]
)
OBJECTIONS = pa.schema(
    [("objection_id", pa.string()), ("name", pa.string()), ("handle", pa.string()), ("received_at", TIME)]
)
DECISIONS = pa.schema(
    [
        ("source", pa.string()),
        ("source_id", pa.string()),
        ("decision", pa.string()),
        ("reason", pa.string()),
        ("scenario", pa.string()),
    ]
)
SPANS = pa.schema(
    [
        ("source", pa.string()),
        ("source_id", pa.string()),
        ("field", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        (
            "spans",
            pa.list_(
                pa.struct(
                    [
                        ("start", pa.int32()),
                        ("end", pa.int32()),
                        ("entity_type", pa.string()),
                        ("known", pa.bool_()),
                        ("whose", pa.string()),
                    ]
                )
            ),
        ),
    ]
)
COPIES = pa.schema([("copy_id", pa.string()), ("original_id", pa.string())])
HABITS = pa.schema(
    [
        ("user_id", pa.string()),
        *((name, pa.string()) for name in ("opening", "closing", "connective", "emoji", "profile_story")),
        ("lower", pa.bool_()),
        ("signs", pa.list_(pa.string())),
        ("misspellings", pa.list_(pa.string())),
        ("sentences", pa.int32()),
        ("hour", pa.int32()),
        ("favorites", pa.list_(pa.string())),
        ("colleagues", pa.list_(pa.string())),
        ("stories", pa.list_(pa.list_(pa.string()))),
    ]
)
"""One row for each member who has habits. `profile_story` is the sentence of their profile about a story, if any."""
