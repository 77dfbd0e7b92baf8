"""Reads the texts of a build for what must not leave, and knows again those in which there was nothing.

A build reads its texts once before it stages them, so that records with a hit can be set aside, and once more as they
stand in the staged files. What it finds there by its digest to be a text that it has read before, with the same
patterns, need not be searched a second time; any other text is. Digests are keyed by chance, in memory alone, and gone
with the reader: nobody can make a text that passes for another, and no verdict outlives the patterns it was made with.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from redaction.release.gates.known_values import KnownValueScanner, may_hold
from redaction.release.gates.shapes import count_shapes, may_have_shape

HITS = pl.Schema({"file": pl.String, "record_id": pl.String, "field": pl.String, "kind": pl.String, "count": pl.Int64})
"""Where something was found: never what. `record_id` is null outside of rows. Private all the same."""

_DIGEST_BYTES: Final = 16
_DIGEST: Final = np.dtype(f"S{_DIGEST_BYTES}")
_Digests = npt.NDArray[np.bytes_]


Hit = tuple[str, str | None, str | None, str, int]
"""A row of `HITS`."""


def _fresh_key() -> bytes:
    return secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class TextReader:
    """Looks for the values of profiles, for canaries and for shapes.

    `clean` are the digests, sorted, of texts in which this reader has found nothing.
    """

    known: KnownValueScanner
    canaries: KnownValueScanner
    clean: _Digests = field(default_factory=lambda: np.empty(0, _DIGEST))
    key: bytes = field(default_factory=_fresh_key, repr=False)

    @classmethod
    def of(cls, profiles: pl.DataFrame, dictionary: Iterable[str] = (), canaries: Iterable[str] = ()) -> Self:
        """A reader that has read nothing. `profiles`: the profile table, of everyone, kept or not."""
        return cls(KnownValueScanner.from_profiles(profiles, dictionary), KnownValueScanner.from_values(canaries))

    def read_ahead(self, parts: Iterable[tuple[str, pl.DataFrame]]) -> tuple[Self, pl.DataFrame]:
        """Reads the rows (`record_id`, `field`, `text`) of some files: a reader that knows those without a hit, and
        the hits.
        """
        found, clean = list[Hit](), [self.clean]
        for file, rows in parts:
            hits = self._searched(rows, file)
            fine = rows.join(as_frame(hits), on=["record_id", "field"], how="anti")
            found += hits
            clean.append(self._digests(fine["text"]))
        return replace(self, clean=np.unique(np.concatenate(clean))), as_frame(found)

    def rows(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """The hits in the texts of some rows; those known to be clean are not searched again."""
        return self._searched(rows.filter(~self._known_clean(rows["text"])), file)

    def value(self, text: str, file: str, column: str | None = None, record_id: str | None = None) -> Iterator[Hit]:
        """The known values and canaries in any text, or in a label of rows."""
        for scanner in (self.known, self.canaries):
            for kind, count in scanner.scan(text).items():
                yield file, record_id, column, kind.value, count

    def _known_clean(self, texts: pl.Series) -> pl.Series:
        if not self.clean.size:
            return pl.repeat(False, texts.len(), eager=True)
        digests = self._digests(texts)
        at = np.searchsorted(self.clean, digests)
        return pl.Series(self.clean[np.minimum(at, self.clean.size - 1)] == digests)

    def _digests(self, texts: pl.Series) -> _Digests:
        keyed = blake2b(key=self.key, digest_size=_DIGEST_BYTES)

        def digest(text: bytes) -> bytes:
            own = keyed.copy()
            own.update(text)
            return own.digest()

        return np.frombuffer(b"".join(map(digest, texts.cast(pl.Binary).to_list())), _DIGEST)

    def _searched(self, rows: pl.DataFrame, file: str) -> list[Hit]:
        """All texts are glanced at together, and few have to be read one by one."""
        told = rows.select("text", pl.lit(file), "field", "record_id")
        held = told[may_hold(rows["text"], (self.known, self.canaries))]
        shaped = told.filter(may_have_shape(rows["text"]))
        values = [hit for row in held.iter_rows() for hit in self.value(*row)]
        return values + [hit for row in shaped.iter_rows() for hit in _shapes(*row)]


def as_frame(hits: Iterable[Hit]) -> pl.DataFrame:
    """Hits as a frame of the schema `HITS`."""
    return pl.DataFrame(list(hits), schema=HITS, orient="row")


def _shapes(text: str, file: str, column: str, record_id: str) -> Iterator[Hit]:
    for shape, count in count_shapes(text).items():
        yield file, record_id, column, f"shape_{shape}", count
