"""What was taken back stays away, also when an old input is built again with an old ledger.

A tombstone is an HMAC of source and source_id under a key of its own, and so is the mark of the member whose record it
was: the private file tells nobody, who does not have the key, whose record it was. With the key it still answers a
member who asks, after everything else that named them was forgotten.
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
"""The reason of a record that was taken back before."""

_FIRST_SCHEMA: Final = pl.Schema({"source": pl.String, "tombstone": pl.String, "takedown": pl.String})
_SCHEMA: Final = pl.Schema([*_FIRST_SCHEMA.items(), ("subject", pl.String())])
"""`subject` is null where nobody knew any more whose record it was."""

_SUBJECTS: Final = "subjects"


class Tombstones:
    """The records of a corpus that must never come back."""

    def __init__(self, stones: pl.DataFrame, key: RecordKey) -> None:
        """Use `load`."""
        self._stones = stones
        self._key = key

    @classmethod
    def load(cls, path: Path, master: bytes, corpus: str) -> Self:
        """Reads the private file; no file means that nothing was taken back yet.

        Raises:
            TakedownError: the file cannot be read. A build must then stop.
        """
        key = RecordKey(RecordKey(master).purpose(f"tombstones/{corpus}"))
        if not path.exists():
            return cls(pl.DataFrame(schema=_SCHEMA), key)
        try:
            stones = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise TakedownError(f"{path}: cannot be read ({type(error).__name__}); restore it") from None
        if stones.schema == _FIRST_SCHEMA:
            stones = stones.with_columns(pl.lit(None, pl.String).alias("subject"))
        if stones.schema != _SCHEMA:
            raise TakedownError(f"{path}: is no file of tombstones; restore it")
        return cls(stones, key)

    def __len__(self) -> int:
        """How many records were taken back."""
        return self._stones.height

    @property
    def digest(self) -> str:
        """A sha256 that tells whether anything more was taken back."""
        told = self._stones.select("source", "tombstone").sort("source", "tombstone").rows()
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def covers(self, records: pl.DataFrame) -> pl.Series:
        """For each row of `source`, `source_id` whether it was taken back."""
        return self.takedowns(records).is_not_null()

    def takedowns(self, records: pl.DataFrame) -> pl.Series:
        """For each row of `source`, `source_id` the takedown that took it back, as `takedown`; null where none did."""
        if self._stones.is_empty() or records.is_empty():
            return pl.Series("takedown", [None], pl.String).new_from_index(0, records.height)
        stones = self._stones.select("source", "tombstone", "takedown").unique(["source", "tombstone"])
        return self._marked(records).join(stones, on=["source", "tombstone"], how="left", maintain_order="left")[
            "takedown"
        ]

    def takedowns_of(self, subjects: pl.Series) -> pl.Series:
        """For each member the last takedown that took something of theirs, as `takedown`; null where none did."""
        last = self._stones.drop_nulls("subject").group_by("subject").agg(pl.col("takedown").max())
        marks = self._key.record_ids(_SUBJECTS, subjects).alias("subject").to_frame()
        return marks.join(last, on="subject", how="left", maintain_order="left")["takedown"]

    def removals_of(self, subject: str) -> pl.DataFrame:
        """What was taken back of one member: takedown, source, and how many records."""
        theirs = self._stones.filter(subject=self._key.record_id(_SUBJECTS, subject))
        return theirs.group_by("takedown", "source").agg(records=pl.len()).sort("takedown", "source")

    def apply(self, decisions: pl.DataFrame) -> pl.DataFrame:
        """The decisions with every kept record that was taken back dropped, under the reason `tombstoned`."""
        gone = self.covers(decisions) & (decisions["decision"] == "keep")
        return decisions.with_columns(
            decision=pl.when(gone).then(pl.lit("drop")).otherwise("decision"),
            reason=pl.when(gone).then(pl.lit(TOMBSTONED)).otherwise("reason"),
        )

    def with_records(self, records: pl.DataFrame, takedown: str) -> "Tombstones":
        """These and more: rows of `source`, `source_id`."""
        new = self._marked(records).select(
            "source", "tombstone", pl.lit(takedown).alias("takedown"), pl.lit(None, pl.String).alias("subject")
        )
        both = pl.concat([self._stones, new]).unique(["source", "tombstone"], keep="first", maintain_order=True)
        return Tombstones(both.sort("source", "tombstone"), self._key)

    def with_subjects(self, records: pl.DataFrame) -> "Tombstones":
        """These, with the keyed mark of the member where `records` (source, source_id, subject_id) tell who it was."""
        told = self._marked(records).with_columns(self._key.record_ids(_SUBJECTS, records["subject_id"]).alias("told"))
        whose = told.unique(["source", "tombstone"]).select("source", "tombstone", "told")
        named = self._stones.join(whose, on=["source", "tombstone"], how="left", maintain_order="left")
        return Tombstones(named.with_columns(pl.coalesce("subject", "told").alias("subject")).drop("told"), self._key)

    def save(self, path: Path) -> None:
        """Writes the private file, whole or not at all, for its owner alone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = BytesIO()
        self._stones.write_parquet(content, compression="zstd")
        write_atomic(path, content.getvalue(), 0o600)

    def _marked(self, records: pl.DataFrame) -> pl.DataFrame:
        key = self._key
        places = records.select("source", "source_id").with_row_index("place")
        parts = [
            part.with_columns(key.record_ids(str(source), part["source_id"]).alias("tombstone"))
            for (source,), part in places.group_by("source", maintain_order=True)
        ]
        empty = places.clear().with_columns(pl.lit(None, pl.String).alias("tombstone"))
        return pl.concat([empty, *parts]).sort("place")
