"""The scan of texts for values that must not be published. It skips texts that it has already found clean.

Runs of consecutive texts are recognized by a digest, and a run that was found clean with the same patterns is not
scanned again. The digests use a random key and exist in memory only, so no text can be made to look like another.
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
"""Positions of hits, without the found values. `record_id` is null outside of rows. Private."""

_DIGEST_BYTES: Final = 16
_RUN: Final = 64
"""A run ends with a text whose length is a multiple of this, so its limits depend on the texts only, not on row groups.
It contains about as many texts."""

Hit = tuple[str, str | None, str | None, str, int]
"""A row of `HITS`."""


@dataclass(frozen=True, slots=True)
class TextScanner:
    """Scans for values of profiles, canaries and shapes. `clean` contains digests of runs without a hit."""

    known: KnownValueScanner
    canaries: KnownValueScanner
    clean: frozenset[bytes] = frozenset()
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @classmethod
    def from_profiles(
        cls, profiles: pl.DataFrame, dictionary: Iterable[str] = (), canaries: Iterable[str] = ()
    ) -> Self:
        """Create a scanner for the values of a profile table, which contains all members, kept or not."""
        return cls(KnownValueScanner.from_profiles(profiles, dictionary), KnownValueScanner.from_values(canaries))

    def scan_ahead(self, parts: Iterable[tuple[str, pl.DataFrame]]) -> tuple[Self, pl.DataFrame]:
        """Scan rows (`record_id`, `field`, `text`) by file: a scanner that skips clean runs, and the hits (`HITS`)."""
        found, clean = list[Hit](), set(self.clean)
        for file, rows in parts:
            hits = self._search(rows, file)
            remaining = rows.filter(~pl.col("record_id").is_in([record for _, record, *_ in hits]))
            found += hits
            clean.update(self._digests(_runs(remaining["text"])))
        return replace(self, clean=frozenset(clean)), as_frame(found)

    def scan_rows(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """Scan the texts of rows, except those that are known to be clean."""
        runs = _runs(rows["text"])
        known = pl.Series([digest in self.clean for digest in self._digests(runs)], dtype=pl.Boolean)
        return self._search(rows.filter(~known.gather(runs["run"])), file)

    def scan_value(
        self, text: str, file: str, column: str | None = None, record_id: str | None = None
    ) -> Iterator[Hit]:
        """Scan one text, or a label of rows, for known values and canaries."""
        for scanner in (self.known, self.canaries):
            for kind, count in scanner.scan(text).items():
                yield file, record_id, column, kind.value, count

    def _digests(self, runs: pl.DataFrame) -> list[bytes]:
        """Compute the digest of each run, in order."""
        joined = runs.group_by("run", maintain_order=True).agg(pl.col("sized").str.join())["sized"]
        return [blake2b(run, key=self.key, digest_size=_DIGEST_BYTES).digest() for run in joined.cast(pl.Binary)]

    def _search(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """Prefilter all texts at once, and scan the few that may have a hit one by one."""
        arguments = rows.select("text", pl.lit(file), "field", "record_id")
        with_values = arguments[may_hold(rows["text"], (self.known, self.canaries))]
        with_shapes = arguments.filter(may_have_shape(rows["text"]))
        values = [hit for row in with_values.iter_rows() for hit in self.scan_value(*row)]
        return values + [hit for row in with_shapes.iter_rows() for hit in _shapes(*row)]


def _runs(texts: pl.Series) -> pl.DataFrame:
    """Return each text with its length in front, and the number of its run."""
    size = pl.col("text").str.len_bytes()
    return pl.DataFrame({"text": texts}).select(
        (size % _RUN == 0).cum_sum().shift(1, fill_value=0).alias("run"),
        pl.concat_str(size, pl.lit(":"), "text").alias("sized"),
    )


def as_frame(hits: Iterable[Hit]) -> pl.DataFrame:
    """Convert hits to a frame of the schema `HITS`."""
    return pl.DataFrame(list(hits), schema=HITS, orient="row")


def _shapes(text: str, file: str, column: str, record_id: str) -> Iterator[Hit]:
    for shape, count in count_shapes(text).items():
        yield file, record_id, column, f"shape_{shape}", count
