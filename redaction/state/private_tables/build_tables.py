"""The private tables of one build, in its folder."""

from typing import Final

import polars as pl

from redaction.release.gates.text_scanner import HITS
from redaction.release.takedown import TOMBSTONED
from redaction.rights.records.decisions import DROP, RECORD_COLUMNS, SUBJECT_COLUMNS
from redaction.state.private_tables.declaration import FOLDER, PrivateTable, Retention, text_columns
from redaction.tables import LOCATOR, QUARANTINE, TABLES, Source, TableName
from redaction.tables.index import CONTEXT_TERMS, INDEX_COLUMNS, LINK_SIGNALS

_DETAILS: Final = {"detail": pl.String(), "similarity": pl.Float64()}
"""More about the reason of a decision: the word of the policy, the language or the kinds of findings; for a near copy,
how much of the two texts is the same."""

COUNTS: Final = pl.List(pl.Struct({"entity_type": pl.String, "count": pl.Int32}))
"""How many spans of each entity type a text has."""

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
            **text_columns("partition"),
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
    pl.Schema({**text_columns(*RECORD_COLUMNS), **_DETAILS}),
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
    pl.Schema(text_columns(*SUBJECT_COLUMNS)),
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
            **text_columns("partition", "source_id", "kind"),
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
    pl.Schema(
        {**text_columns("record_id", "source", "kind", "field", "language", "text", "month"), "entity_counts": COUNTS}
    ),
    record_ids=("record_id",),
    categories=("source", "kind", "field", "language", "month"),
)
OUTCOMES: Final = PrivateTable(
    "redacted/{source}/{partition}/outcomes.parquet",
    Retention.WITH_BUILD,
    "The outcome for each text of a kept record: `reason` is null where it was written. `row_number` is that of the "
    "index, for posts. `language` is that of the text, also where it is not supported.",
    pl.Schema({**text_columns("source_id"), "row_number": pl.UInt32(), **text_columns("reason", "language")}),
    record="source_id",
    source=FOLDER,
    categories=("reason", "language"),
)
DECISIONS: Final = PrivateTable(
    "decisions.parquet",
    Retention.UNTIL_ERASED,
    "The final decision on each input row, and the id of each released record. `detail` is also the language that is "
    "not supported, or the kinds of what the audit found.",
    pl.Schema({**RIGHTS.schema, **text_columns("record_id")}),
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
    pl.Schema({**text_columns("source", "source_id"), "risk": pl.Float64()}),
    record="source_id",
    categories=("source",),
)

BUILD_TABLES: Final = (INDEX, QUARANTINED, RIGHTS, SUBJECTS, KEPT, REDACTED, OUTCOMES, DECISIONS, AUDIT_HITS, RISKS)
