"""The columns of a corpus, and the names of the files in a release folder."""

from typing import Final

import pyarrow as pa

ENTITY_COUNTS: Final = pa.list_(pa.struct([pa.field("entity_type", pa.string()), pa.field("count", pa.int32())]))
"""A list of structs, not a map, so that both Polars and Hugging Face datasets read it."""

CORPUS_SCHEMA: Final = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("field", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("month", pa.string()),
        pa.field("entity_counts", ENTITY_COUNTS, nullable=False),
        pa.field("policy", pa.string(), nullable=False),
        pa.field("detector", pa.string(), nullable=False),
        pa.field("release", pa.string(), nullable=False),
    ]
)
"""One row per text. `month` is YYYY-MM or null; `release` is the version whose key made the record_id."""

CORPUS_COLUMNS: Final = {
    "record_id": "keyed id of the record; the same for all its fields",
    "source": "posts or profiles",
    "kind": "kind of text: post, article, comment, profile and so on",
    "field": "part of the record: text, title, about and so on",
    "language": "language of the text, BCP 47",
    "text": "the redacted text",
    "month": "month of creation, YYYY-MM, if known",
    "entity_counts": "number of replaced spans of each entity type",
    "policy": "the policy under which the record was kept",
    "detector": "fingerprint of the detector that analyzed the text",
    "release": "version whose key made the record_id",
}

DATA: Final = "data"
MANIFEST: Final = "manifest.json"
CARD: Final = "README.md"
REPORT: Final = "report.html"
"""The run report."""

QUOTING: Final = (CARD, REPORT)
"""The files that quote rows as examples: they are removed with the rows of a withdrawn release."""
SUMS: Final = "SHA256SUMS"
"""The digest of every other file, as `sha256sum -c` reads it."""
