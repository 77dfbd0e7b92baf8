"""The private tables that all builds of a corpus share."""

from typing import Final

import polars as pl

from redaction.state.private_tables.declaration import FOLDER, PrivateTable, Retention, text_columns
from redaction.tables import TABLES, TableName

_SPAN: Final = {
    "start": pl.UInt32(),
    "end": pl.UInt32(),
    "entity_type": pl.String(),
    "score": pl.Float64(),
    "recognizer": pl.String(),
}
"""A span, `[start, end)` in code points."""

SPANS: Final = pl.List(pl.Struct({**_SPAN, "number": pl.UInt32()}))
"""The spans of a text, by start; `number` is that of the placeholder, if any."""

REVIEWED_SPANS: Final = pl.List(pl.Struct({**_SPAN, "decision": pl.String()}))
"""The spans of a text in the review, with the decision of the reviewer on each."""

FINDINGS: Final = PrivateTable(
    "findings/{source}/{partition}.parquet",
    Retention.UNTIL_ERASED,
    "The spans of each text of the last build, without the text, under a keyed digest of all that they follow from: "
    "`replacement` is what numbered them, `objectors` a digest of the names searched everywhere, `named` of where.",
    pl.Schema(
        {
            **text_columns("source_id", "field"),
            "key": pl.Binary(),
            **text_columns("language", "reason"),
            "spans": SPANS,
            **text_columns("replacement"),
            "objectors": pl.Binary(),
            "named": pl.Binary(),
        }
    ),
    record="source_id",
    source=FOLDER,
    categories=("field", "language", "reason", "replacement", "objectors"),
    shared=True,
)
SKETCHES: Final = PrivateTable(
    "sketches.parquet",
    Retention.UNTIL_SUPERSEDED,
    "A keyed sketch of each kept post, and keyed hashes of its shingles, by its row in the inputs, to find near copies "
    "of protected texts.",
    pl.Schema(
        {
            "key": pl.UInt64(),
            "protected": pl.Boolean(),
            "sketch": pl.Binary(),
            "shingles": pl.Binary(),
            "letters": pl.Binary(),
        }
    ),
    shared=True,
)
ERASURE: Final = PrivateTable(
    "forgetting.parquet",
    Retention.UNTIL_SUPERSEDED,
    "What the running takedown erases, so that the next one can finish an interrupted erasure; removed at its end.",
    pl.Schema(text_columns("source", "source_id", "takedown")),
    record="source_id",
    categories=("source", "takedown"),
    shared=True,
)
REVIEW: Final = PrivateTable(
    "review.parquet",
    Retention.UNTIL_ERASED,
    "The texts chosen for review, and the spans that a reviewer accepted, rejected, corrected or added, without the "
    "text: `digest` is a keyed digest of it. Rows of records that may no longer be used go at every build, "
    "takedown and review.",
    pl.Schema(
        {
            "position": pl.UInt32(),
            **text_columns("source", "source_id", "field"),
            "digest": pl.Binary(),
            **text_columns("language", "stratum", "status"),
            "spans": REVIEWED_SPANS,
        }
    ),
    record="source_id",
    categories=("source", "field", "language", "stratum", "status"),
    shared=True,
)
REQUESTS: Final = PrivateTable(
    "requests.parquet",
    Retention.UNTIL_ANSWERED,
    "The requests of members: kind, days of receipt and answer, the rights event that each became. `mark` is a keyed "
    "mark of the subject, which remains when the request is answered.",
    pl.Schema(
        {
            **text_columns("request_id", "subject_id", "mark", "kind"),
            "received": pl.Datetime("us", "UTC"),
            "recorded_at": pl.Datetime("us", "UTC"),
            "due": pl.Date(),
            **text_columns("extension", "event_id"),
            "answered_at": pl.Datetime("us", "UTC"),
        }
    ),
    subjects=("subject_id",),
    categories=("kind", "extension"),
    shared=True,
)
RECORDED_PREFIX: Final = "request-"
"""The start of the id of every event in `REQUEST_EVENTS`."""

REQUEST_EVENTS: Final = PrivateTable(
    "request-events.parquet",
    Retention.UNTIL_IN_LEDGER,
    "The rights events of requests and of consent receipts, which every build reads beside the ledger.",
    TABLES[TableName.rights_events].schema,
    subjects=("subject_id",),
    categories=("action", "mechanism"),
    shared=True,
)
CANARIES: Final = PrivateTable(
    "canaries/{version}.parquet",
    Retention.PERMANENT,
    "The canaries of a release, which are of nobody: those in it have a `record_id`, the others were only drawn, for "
    "comparison. `candidate` names a sentence to who is asked to score it; `signature` covers the other columns.",
    pl.Schema(text_columns("corpus", "version", "candidate", "text", "record_id", "signature")),
    shared=True,
)
TOMBSTONES: Final = PrivateTable(
    "tombstones.parquet",
    Retention.PERMANENT,
    "Keyed marks of the withdrawn records and of their subjects, so that they never return.",
    pl.Schema(text_columns("source", "tombstone", "takedown", "subject")),
    shared=True,
)

CORPUS_TABLES: Final = (FINDINGS, SKETCHES, REVIEW, REQUESTS, REQUEST_EVENTS, ERASURE, CANARIES, TOMBSTONES)
