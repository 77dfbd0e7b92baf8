"""Tombstones: removed records cannot return, even if an old input is built again with an old ledger.

A tombstone is an HMAC of source and source_id under a key of its own, and so is the mark of the record's subject. Only
with the key does the private file show whose record it was, to answer an access request after all else was erased.
"""

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Final, Self

import polars as pl

from redaction.release.identity.record_keys import RecordKey
from redaction.release.takedown.notice import TakedownError
from redaction.storage import write_atomic

TOMBSTONED: Final = "tombstoned"
"""The reason of a record that a takedown removed before."""

_SCHEMA: Final = pl.Schema(dict.fromkeys(("source", "tombstone", "takedown", "subject"), pl.String))
"""`subject` is null if it was not known whose record it was."""

_SUBJECTS: Final = "subjects"
_LAST: Final = "last_takedown"
"""The key in the metadata of the file."""


class Tombstones:
    """The removed records of a corpus, which must not be released again."""

    def __init__(self, stones: pl.DataFrame, key: RecordKey, last_takedown: int = 0) -> None:
        """Wrap a frame of `_SCHEMA`; use `load` instead."""
        self._stones = stones
        self._key = key
        self.last_takedown = last_takedown
        """The number of the last takedown that they were written for, even if all its records had been removed."""

    @classmethod
    def load(cls, path: Path, master: bytes, corpus: str) -> Self:
        """Read the private file; without one there are no tombstones. Raises TakedownError if it cannot be read."""
        key = RecordKey(RecordKey(master).purpose(f"tombstones/{corpus}"))
        if not path.exists():
            return cls(pl.DataFrame(schema=_SCHEMA), key)
        try:
            stones = pl.read_parquet(path, glob=False)
            last = pl.read_parquet_metadata(BytesIO(path.read_bytes())).get(_LAST)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise TakedownError(f"{path}: cannot be read ({type(error).__name__}); restore it") from None
        if stones.schema != _SCHEMA:
            raise TakedownError(f"{path}: is not a file of tombstones; restore it")
        return cls(stones, key, int(last or max(stones["takedown"].drop_nulls(), default=0)))

    def __len__(self) -> int:
        """Return the number of removed records."""
        return self._stones.height

    @property
    def digest(self) -> str:
        """The SHA-256 of all tombstones."""
        rows = self._stones.select("source", "tombstone").sort("source", "tombstone").rows()
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def covers(self, records: pl.DataFrame) -> pl.Series:
        """Return, for each row of `source`, `source_id`, whether it was removed."""
        return self.takedowns(records).is_not_null()

    def takedowns(self, records: pl.DataFrame) -> pl.Series:
        """Return, for each row of `source`, `source_id`, the id of the takedown that removed it, or null."""
        if self._stones.is_empty() or records.is_empty():
            return pl.Series("takedown", [None], pl.String).new_from_index(0, records.height)
        stones = self._stones.select("source", "tombstone", "takedown").unique(["source", "tombstone"])
        return self._marked(records).join(stones, on=["source", "tombstone"], how="left", maintain_order="left")[
            "takedown"
        ]

    def takedowns_of(self, subjects: pl.Series) -> pl.Series:
        """Return, for each subject, the id of the last takedown that removed a record of theirs, or null."""
        last = self._stones.drop_nulls("subject").group_by("subject").agg(pl.col("takedown").max())
        marks = self._key.record_ids(_SUBJECTS, subjects).alias("subject").to_frame()
        return marks.join(last, on="subject", how="left", maintain_order="left")["takedown"]

    def removals_of(self, subject: str) -> pl.DataFrame:
        """Count the removed records of one subject: takedown, source, records."""
        return self.removals(pl.Series([subject], dtype=pl.String)).drop("subject_id")

    def removals(self, subjects: pl.Series) -> pl.DataFrame:
        """Count the removed records of each subject: subject_id, takedown, source, records."""
        named = subjects.alias("subject_id").to_frame().unique(maintain_order=True)
        marks = named.with_columns(subject=self._key.record_ids(_SUBJECTS, named["subject_id"]))
        removed = self._stones.join(marks, on="subject", how="inner")
        counts = removed.group_by("subject_id", "takedown", "source").agg(records=pl.len())
        return counts.sort("subject_id", "takedown", "source")

    def apply(self, decisions: pl.DataFrame) -> pl.DataFrame:
        """Return the decisions with every kept record that was removed before dropped as `tombstoned`."""
        removed = self.covers(decisions) & (decisions["decision"] == "keep")
        return decisions.with_columns(
            decision=pl.when(removed).then(pl.lit("drop")).otherwise("decision"),
            reason=pl.when(removed).then(pl.lit(TOMBSTONED)).otherwise("reason"),
        )

    def with_records(self, records: pl.DataFrame, takedown: str) -> "Tombstones":
        """Return these tombstones and those of more records (`source`, `source_id`)."""
        new = self._marked(records).select(
            "source", "tombstone", pl.lit(takedown).alias("takedown"), pl.lit(None, pl.String).alias("subject")
        )
        both = pl.concat([self._stones, new]).unique(["source", "tombstone"], keep="first", maintain_order=True)
        return Tombstones(both.sort("source", "tombstone"), self._key, max(self.last_takedown, int(takedown)))

    def with_subjects(self, records: pl.DataFrame) -> "Tombstones":
        """Return these tombstones with the marks of the subjects of `records` (source, source_id, subject_id)."""
        marks = self._key.record_ids(_SUBJECTS, records["subject_id"]).alias("mark")
        subjects = self._marked(records).with_columns(marks).unique(["source", "tombstone"])
        joined = self._stones.join(
            subjects.select("source", "tombstone", "mark"),
            on=["source", "tombstone"],
            how="left",
            maintain_order="left",
        )
        return Tombstones(
            joined.with_columns(subject=pl.coalesce("subject", "mark")).drop("mark"), self._key, self.last_takedown
        )

    def save(self, path: Path) -> None:
        """Write the private file atomically, readable by its owner only."""
        content = BytesIO()
        self._stones.write_parquet(content, compression="zstd", metadata={_LAST: str(self.last_takedown)})
        write_atomic(path, content.getvalue(), 0o600)

    def _marked(self, records: pl.DataFrame) -> pl.DataFrame:
        return records.select("source", tombstone=self._key.ids_of(records))
