"""One declaration for each private table: where it is, what it holds, whom it names, and how long it stays.

Paths, the Parquet writer, erasure, the documentation and the tests iterate over `PRIVATE_TABLES`. To store a new table,
declare it here and write it with `TableWriter`; erasure then needs no further code.
"""

from typing import Final

import polars as pl

from redaction.release.gates.text_scanner import HITS
from redaction.release.takedown import TOMBSTONED
from redaction.rights.records.decisions import DROP, RECORD_COLUMNS, SUBJECT_COLUMNS
from redaction.state.private_table import FOLDER, PrivateTable, Retention
from redaction.tables import LOCATOR, QUARANTINE, TABLES, Source, TableName
from redaction.tables.index import CONTEXT_TERMS, INDEX_COLUMNS, LINK_SIGNALS


def _text(*columns: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(columns, pl.String())


_DETAILS: Final = {"detail": pl.String(), "similarity": pl.Float64()}
"""More about the reason of a decision: the word of the policy, the language or the kinds of findings; for a near copy,
how much of the two texts is the same."""

SPANS: Final = pl.List(
    pl.Struct(
        {
            "start": pl.UInt32,
            "end": pl.UInt32,
            "entity_type": pl.String,
            "score": pl.Float64,
            "recognizer": pl.String,
            "number": pl.UInt32,
        }
    )
)
"""The spans of a text, `[start, end)` in code points, by start; `number` is that of the placeholder, if any."""

COUNTS: Final = pl.List(pl.Struct({"entity_type": pl.String, "count": pl.Int32}))
"""How many spans of each entity type a text has."""

REVIEWED_SPANS: Final = pl.List(
    pl.Struct(
        {
            "start": pl.UInt32,
            "end": pl.UInt32,
            "entity_type": pl.String,
            "score": pl.Float64,
            "recognizer": pl.String,
            "decision": pl.String,
        }
    )
)
"""The spans of a text in the review, `[start, end)` in code points, with the decision of the reviewer on each."""

INDEX: Final = PrivateTable(
    "index.parquet",
    Retention.UNTIL_ERASED,
    "The posts without their texts: authors, times, references, and where each text is in the inputs. `context_terms` "
    "has the words of the policy that its group or page shows, not its name; `link_signals` the ids of the signals of "
    "others that it links to and what these say, not its links.",
    pl.Schema(
        {
            **{column: TABLES[TableName.posts].schema[column] for column in INDEX_COLUMNS},
            CONTEXT_TERMS: pl.List(pl.String()),
            LINK_SIGNALS: pl.List(pl.String()),
            **LOCATOR,
            **_text("partition"),
        }
    ),
    subjects=("author_id",),
    record="post_id",
    source=Source.posts.value,
    references=("in_reply_to", "repost_of", "quote_of"),
    subject_lists=("mentions",),
    categories=("kind", CONTEXT_TERMS, LINK_SIGNALS, "partition"),
)
QUARANTINED: Final = PrivateTable(
    "quarantine.parquet",
    Retention.UNTIL_ERASED,
    "The input rows that were not well formed: where they are, and why.",
    QUARANTINE,
    record="source_id",
    categories=("source", "reason", "column"),
)
RIGHTS: Final = PrivateTable(
    "rights.parquet",
    Retention.UNTIL_ERASED,
    "The decision of the rules on each record. `detail` is the excluded context of the policy, `similarity` that of a "
    "near copy and its original.",
    pl.Schema({**_text(*RECORD_COLUMNS), **_DETAILS}),
    subjects=("subject_id",),
    record="source_id",
    evidence="evidence_id",
    withdrawn={"decision": DROP, "reason": TOMBSTONED, "rule": "takedown"},
    categories=("source", "decision", "reason", "rule", "detail"),
)
SUBJECTS: Final = PrivateTable(
    "subjects.parquet",
    Retention.UNTIL_ERASED,
    "The decision of the rules on each subject.",
    pl.Schema(_text(*SUBJECT_COLUMNS)),
    subjects=("subject_id",),
    categories=("decision", "reason", "rule", "evidence_id"),
)
KEPT: Final = PrivateTable(
    "kept.parquet",
    Retention.WITH_BUILD,
    "The posts to redact: where each is, and whose known values are searched in it (the author, those mentioned, and "
    "the authors of what it answers, repeats or quotes). `row_number` is that of the index.",
    pl.Schema(
        {
            **LOCATOR,
            "row_number": pl.UInt32(),
            **_text("partition", "source_id", "kind"),
            "created_at": pl.Datetime("us", "UTC"),
            "subjects": pl.List(pl.String()),
        }
    ),
    record="source_id",
    source=Source.posts.value,
    subject_lists=("subjects",),
    categories=("partition", "kind"),
)
REDACTED: Final = PrivateTable(
    "redacted/{source}/{partition}/rows.parquet",
    Retention.WITH_BUILD,
    "The redacted rows of one partition, before they are audited.",
    pl.Schema({**_text("record_id", "source", "kind", "field", "language", "text", "month"), "entity_counts": COUNTS}),
    record_ids=("record_id",),
    categories=("source", "kind", "field", "language", "month"),
)
OUTCOMES: Final = PrivateTable(
    "redacted/{source}/{partition}/outcomes.parquet",
    Retention.WITH_BUILD,
    "The outcome for each text of a kept record: `reason` is null where it was written. `row_number` is that of the "
    "index, for posts. `language` is that of the text, also where it is not supported.",
    pl.Schema({**_text("source_id"), "row_number": pl.UInt32(), **_text("reason", "language")}),
    record="source_id",
    source=FOLDER,
    categories=("reason", "language"),
)
DECISIONS: Final = PrivateTable(
    "decisions.parquet",
    Retention.UNTIL_ERASED,
    "The final decision on each input row, and the id of each released record. `detail` is also the language that is "
    "not supported, or the kinds of what the audit found.",
    pl.Schema({**RIGHTS.schema, **_text("record_id")}),
    subjects=("subject_id",),
    record="source_id",
    evidence="evidence_id",
    withdrawn={**RIGHTS.withdrawn, "record_id": None},
    categories=("source", "decision", "reason", "rule", "detail"),
)
AUDIT_HITS: Final = PrivateTable(
    "audit-{number}.parquet",
    Retention.UNTIL_ERASED,
    "Where the audit found something, before the staging (0) and in the staged bytes (1); never what.",
    HITS,
    record_ids=("record_id",),
    categories=("file", "field", "kind"),
)
RISKS: Final = PrivateTable(
    "risk.parquet",
    Retention.UNTIL_ERASED,
    "About how likely the linkage attack finds the author of each record, from 0 to 1: a review begins with the "
    "riskiest.",
    pl.Schema({**_text("source", "source_id"), "risk": pl.Float64()}),
    record="source_id",
    categories=("source",),
)
FINDINGS: Final = PrivateTable(
    "findings/{source}/{partition}.parquet",
    Retention.UNTIL_ERASED,
    "The spans of each text of the last build, without the text, under a keyed digest of all that they follow from: "
    "`replacement` is what numbered them, `objectors` a digest of the names searched everywhere, `named` of where.",
    pl.Schema(
        {
            **_text("source_id", "field"),
            "key": pl.Binary(),
            **_text("language", "reason"),
            "spans": SPANS,
            **_text("replacement"),
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
    pl.Schema(_text("source", "source_id", "takedown")),
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
            **_text("source", "source_id", "field"),
            "digest": pl.Binary(),
            **_text("language", "stratum", "status"),
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
            **_text("request_id", "subject_id", "mark", "kind"),
            "received": pl.Datetime("us", "UTC"),
            "recorded_at": pl.Datetime("us", "UTC"),
            "due": pl.Date(),
            **_text("extension", "event_id"),
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
    pl.Schema(_text("corpus", "version", "candidate", "text", "record_id", "signature")),
    shared=True,
)
TOMBSTONES: Final = PrivateTable(
    "tombstones.parquet",
    Retention.PERMANENT,
    "Keyed marks of the withdrawn records and of their subjects, so that they never return.",
    pl.Schema(_text("source", "tombstone", "takedown", "subject")),
    shared=True,
)

_BUILD_TABLES: Final = (INDEX, QUARANTINED, RIGHTS, SUBJECTS, KEPT, REDACTED, OUTCOMES, DECISIONS, AUDIT_HITS, RISKS)
PRIVATE_TABLES: Final = (
    *_BUILD_TABLES,
    FINDINGS,
    SKETCHES,
    REVIEW,
    REQUESTS,
    REQUEST_EVENTS,
    ERASURE,
    CANARIES,
    TOMBSTONES,
)

BUILD_FILES: Final = (
    "plan.json",
    "inputs.json",
    "reconciliation.json",
    "sources.json",
    "redacted/*/*/done.json",
)
CORPUS_FILES: Final = (
    "plan.json",
    "key-check",
    "pruned.jsonl",
    ".lock",
    ".review.lock",
    ".requests.lock",
    ".actions.lock",
    "actions.jsonl",
    "actions-head.json",
    "pending.json",
    "quality.json",
    "seen.json",
    "clock",
)
"""The other files of the private state. They hold counts, digests and settings, and name nobody."""

PRIVATE_REPORTS: Final = "private-reports"
"""The folder of the private run reports, which quote texts. Every build and every takedown removes it whole."""
