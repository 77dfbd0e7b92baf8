"""Reads the texts of a build for what must not leave, and knows again those in which there was nothing.

A build reads its texts once before it stages them, so that records with a hit can be set aside, and once more as they
stand in the staged files. Texts that follow each other there as they did before are told by one digest of them all, and
need not be searched a second time with the same patterns; all others are. Digests are keyed by chance, in memory alone,
and gone with the reader: nobody can make texts that pass for others, and no verdict outlives the patterns it was made
with.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, Self

import polars as pl

from redaction.release.gates.known_value_scanner import KnownValueScanner, may_hold
from redaction.release.gates.shapes import count_shapes, may_have_shape

HITS = pl.Schema({"file": pl.String, "record_id": pl.String, "field": pl.String, "kind": pl.String, "count": pl.Int64})
"""Where something was found: never what. `record_id` is null outside of rows. Private all the same."""

_DIGEST_BYTES: Final = 16
_RUN: Final = 64
"""A run of texts ends with one whose length is a multiple of this, so that it is cut in the same places wherever it
stands: it holds about as many texts."""

Hit = tuple[str, str | None, str | None, str, int]
"""A row of `HITS`."""


def _fresh_key() -> bytes:
    return secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class TextScanner:
    """Looks for the values of profiles, for canaries and for shapes.

    `clean` are the digests of runs of texts in which this reader has found nothing.
    """

    known: KnownValueScanner
    canaries: KnownValueScanner
    clean: frozenset[bytes] = frozenset()
    key: bytes = field(default_factory=_fresh_key, repr=False)

    @classmethod
    def from_profiles(
        cls, profiles: pl.DataFrame, dictionary: Iterable[str] = (), canaries: Iterable[str] = ()
    ) -> Self:
        """A reader that has read nothing. `profiles`: the profile table, of everyone, kept or not."""
        return cls(KnownValueScanner.from_profiles(profiles, dictionary), KnownValueScanner.from_values(canaries))

    def scan_ahead(self, parts: Iterable[tuple[str, pl.DataFrame]]) -> tuple[Self, pl.DataFrame]:
        """Reads the rows (`record_id`, `field`, `text`) of some files: a reader that knows those without a hit, and
        the hits.
        """
        found, clean = list[Hit](), set(self.clean)
        for file, rows in parts:
            hits = self._searched(rows, file)
            left = rows.filter(~pl.col("record_id").is_in([record for _, record, *_ in hits]))
            found += hits
            clean.update(self._digests(_runs(left["text"])))
        return replace(self, clean=frozenset(clean)), as_frame(found)

    def rows(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """The hits in the texts of some rows; those known to be clean are not searched again."""
        runs = _runs(rows["text"])
        known = pl.Series([digest in self.clean for digest in self._digests(runs)], dtype=pl.Boolean)
        return self._searched(rows.filter(~known.gather(runs["run"])), file)

    def value(self, text: str, file: str, column: str | None = None, record_id: str | None = None) -> Iterator[Hit]:
        """The known values and canaries in any text, or in a label of rows."""
        for scanner in (self.known, self.canaries):
            for kind, count in scanner.scan(text).items():
                yield file, record_id, column, kind.value, count

    def _digests(self, runs: pl.DataFrame) -> list[bytes]:
        """The digest of each run, in order."""
        told = runs.group_by("run", maintain_order=True).agg(pl.col("sized").str.join())["sized"]
        return [blake2b(run, key=self.key, digest_size=_DIGEST_BYTES).digest() for run in told.cast(pl.Binary)]

    def _searched(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """All texts are glanced at together, and few have to be read one by one."""
        told = rows.select("text", pl.lit(file), "field", "record_id")
        held = told[may_hold(rows["text"], (self.known, self.canaries))]
        shaped = told.filter(may_have_shape(rows["text"]))
        values = [hit for row in held.iter_rows() for hit in self.value(*row)]
        return values + [hit for row in shaped.iter_rows() for hit in _shapes(*row)]


def _runs(texts: pl.Series) -> pl.DataFrame:
    """Each text behind its length, and the number of its run."""
    told, size = pl.DataFrame({"text": texts}), pl.col("text").str.len_bytes()
    return told.select(
        (size % _RUN == 0).cum_sum().shift(1, fill_value=0).alias("run"),
        pl.concat_str(size, pl.lit(":"), "text").alias("sized"),
    )


def as_frame(hits: Iterable[Hit]) -> pl.DataFrame:
    """Hits as a frame of the schema `HITS`."""
    return pl.DataFrame(list(hits), schema=HITS, orient="row")


def _shapes(text: str, file: str, column: str, record_id: str) -> Iterator[Hit]:
    for shape, count in count_shapes(text).items():
        yield file, record_id, column, f"shape_{shape}", count
