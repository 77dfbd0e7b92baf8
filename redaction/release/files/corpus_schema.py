"""The columns of a corpus, and where its parts lie in a release folder."""

from typing import Final

import polars as pl
import pyarrow as pa

ENTITY_COUNTS: Final = pa.list_(pa.struct([pa.field("entity_type", pa.string()), pa.field("count", pa.int32())]))
"""A list of structs, and no map: Polars and Hugging Face datasets both read it as it is."""

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
"""One row a text: `month` is YYYY-MM or null; `release` is the version under whose key the record_id was
made.
"""

CORPUS_COLUMNS: Final = {
    "record_id": "keyed id of the record; the same for all its fields",
    "source": "posts or profiles",
    "kind": "what the text was: post, article, comment, profile and so on",
    "field": "which part of the record: text, title, about and so on",
    "language": "language of the text, as BCP 47",
    "text": "the redacted text",
    "month": "month of creation, YYYY-MM, where it is known",
    "entity_counts": "how many spans of each type were replaced",
    "policy": "the policy under which the record was kept",
    "detector": "fingerprint of the detector that read the text",
    "release": "the version under whose key record_id was made",
}

DATA: Final = "data"
MANIFEST: Final = "manifest.json"
CARD: Final = "README.md"


def schema_text(schema: pa.Schema = CORPUS_SCHEMA) -> dict[str, str]:
    """A schema as the manifest writes it: column to type, `?` where null is allowed."""
    return {field.name: f"{field.type}{'?' if field.nullable else ''}" for field in schema}


def corpus_table(rows: pa.Table | pl.DataFrame) -> pa.Table:
    """Rows as a table in exactly the corpus schema: columns in order, nothing added, types cast where that
    is safe.

    Raises:
        KeyError: a column is missing.
        pyarrow.ArrowInvalid: a value does not fit, or a null stands where none may.
    """
    table = rows.to_arrow() if isinstance(rows, pl.DataFrame) else rows
    return table.select(CORPUS_SCHEMA.names).cast(CORPUS_SCHEMA)
