"""One declaration for each private table: where it is, what it holds, whom it names, and how long it stays.

Paths, the Parquet writer, erasure, the documentation and the tests iterate over `PRIVATE_TABLES`. To store a new table,
declare it in `build_tables.py` or `corpus_tables.py` and write it with `TableWriter`; erasure then needs no further
code.
"""

from typing import Final

from redaction.state.private_tables.build_tables import (
    AUDIT_HITS,
    BUILD_TABLES,
    COUNTS,
    DECISIONS,
    INDEX,
    KEPT,
    OUTCOMES,
    QUARANTINED,
    REDACTED,
    RIGHTS,
    RISKS,
    SUBJECTS,
)
from redaction.state.private_tables.corpus_tables import (
    CANARIES,
    CORPUS_TABLES,
    ERASURE,
    FINDINGS,
    RECORDED_PREFIX,
    REQUEST_EVENTS,
    REQUESTS,
    REVIEW,
    REVIEWED_SPANS,
    SKETCHES,
    SPANS,
    TOMBSTONES,
)
from redaction.state.private_tables.declaration import PrivateTable, Retention

PRIVATE_TABLES: Final = (*BUILD_TABLES, *CORPUS_TABLES)

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

__all__ = [
    "AUDIT_HITS",
    "BUILD_FILES",
    "CANARIES",
    "CORPUS_FILES",
    "COUNTS",
    "DECISIONS",
    "ERASURE",
    "FINDINGS",
    "INDEX",
    "KEPT",
    "OUTCOMES",
    "PRIVATE_REPORTS",
    "PRIVATE_TABLES",
    "QUARANTINED",
    "RECORDED_PREFIX",
    "REDACTED",
    "REQUESTS",
    "REQUEST_EVENTS",
    "REVIEW",
    "REVIEWED_SPANS",
    "RIGHTS",
    "RISKS",
    "SKETCHES",
    "SPANS",
    "SUBJECTS",
    "TOMBSTONES",
    "PrivateTable",
    "Retention",
]
