"""What was taken back stays away, also when an old input is built again with an old ledger.

A tombstone is an HMAC of source and source_id under a key of its own: the private file tells nobody, who does not
have the key, whose record it was.
"""

from pathlib import Path
from typing import Final, Self

import polars as pl

from redaction.places import write_whole
from redaction.release.keys import RecordKey
from redaction.release.takedown.notice import TakedownError

TOMBSTONED: Final = "tombstoned"
"""The reason of a record that was taken back before."""

_SCHEMA: Final = pl.Schema({"source": pl.String, "tombstone": pl.String, "takedown": pl.String})


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
        if stones.schema != _SCHEMA:
            raise TakedownError(f"{path}: is no file of tombstones; restore it")
        return cls(stones, key)

    def __len__(self) -> int:
        """How many records were taken back."""
        return self._stones.height

    def covers(self, records: pl.DataFrame) -> pl.Series:
        """For each row of `source`, `source_id` whether it was taken back."""
        if self._stones.is_empty() or records.is_empty():
            return pl.repeat(False, records.height, dtype=pl.Boolean, eager=True)
        marked = self._marked(records).join(
            self._stones.select("source", "tombstone", pl.lit(True).alias("gone")).unique(),
            on=["source", "tombstone"],
            how="left",
            maintain_order="left",
        )
        return marked["gone"].fill_null(False)

    def apply(self, decisions: pl.DataFrame) -> pl.DataFrame:
        """The decisions with every kept record that was taken back dropped, under the reason `tombstoned`."""
        gone = self.covers(decisions) & (decisions["decision"] == "keep")
        return decisions.with_columns(
            decision=pl.when(gone).then(pl.lit("drop")).otherwise("decision"),
            reason=pl.when(gone).then(pl.lit(TOMBSTONED)).otherwise("reason"),
        )

    def with_records(self, records: pl.DataFrame, takedown: str) -> "Tombstones":
        """These and more: rows of `source`, `source_id`."""
        new = self._marked(records).select("source", "tombstone", pl.lit(takedown).alias("takedown"))
        both = pl.concat([self._stones, new]).unique(["source", "tombstone"], keep="first", maintain_order=True)
        return Tombstones(both.sort("source", "tombstone"), self._key)

    def save(self, path: Path) -> None:
        """Writes the private file, whole or not at all, for its owner alone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.rows")
        self._stones.write_parquet(draft, compression="zstd")
        write_whole(path, draft.read_bytes(), 0o600)
        draft.unlink()

    def _marked(self, records: pl.DataFrame) -> pl.DataFrame:
        key = self._key
        places = records.select("source", "source_id").with_row_index("place")
        parts = [
            part.with_columns(key.record_ids(str(source), part["source_id"]).alias("tombstone"))
            for (source,), part in places.group_by("source", maintain_order=True)
        ]
        empty = places.clear().with_columns(pl.lit(None, pl.String).alias("tombstone"))
        return pl.concat([empty, *parts]).sort("place")
