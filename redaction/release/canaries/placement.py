"""Puts the canaries between the posts of a release, each as a row of its own, at a position that only the key gives."""

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import polars as pl

from redaction.release.build_facts import CANARY_FIELD, CANARY_SOURCE
from redaction.release.canaries.canary_list import Canary
from redaction.release.canaries.sentences import LANGUAGE
from redaction.release.errors import ReleaseError
from redaction.release.identity.record_keys import RecordKey

_DEFAULT_KIND: Final = "post"
_NOT_LIKE: Final = ("resume",)
"""Kinds whose texts are of another form than a sentence."""


class Placement:
    """The canaries that are still to be placed, while the posts of a release are read in blocks."""

    def __init__(self, key: RecordKey, canaries: Iterable[Canary], posts: int) -> None:
        """Choose a position for each canary among `posts` rows.

        Raises:
            ReleaseError: There is no row to place them among.
        """
        secret = key.purpose("canary-positions")
        placed = [each for each in canaries if each.record_id]
        if placed and not posts:
            raise ReleaseError("release.canaries: no post is kept to place them among; set it to 0")
        drawn = ((_fraction(secret, each.candidate) * posts >> 64, each) for each in placed)
        self._waiting = sorted(drawn, key=lambda pair: (pair[0], pair[1].candidate), reverse=True)
        self._read = 0

    def add_to(self, released: pl.DataFrame, read: int) -> pl.DataFrame:
        """Add the canaries of one block of posts.

        Args:
            released: The rows of the block that are released.
            read: How many rows the block has, those that are set aside included.

        Returns:
            The rows with the canaries, sorted by record id and field. A canary has kind and month of a post of the
            block, and no replaced span.
        """
        first, self._read = self._read, self._read + read
        rows = []
        like = released.filter((pl.col("field") == CANARY_FIELD) & ~pl.col("kind").is_in(_NOT_LIKE))
        while self._waiting and self._waiting[-1][0] < self._read:
            position, canary = self._waiting.pop()
            near = like.row((position - first) % like.height, named=True) if like.height else {}
            rows.append(
                {
                    "record_id": canary.record_id,
                    "source": CANARY_SOURCE,
                    "kind": near.get("kind", _DEFAULT_KIND),
                    "field": CANARY_FIELD,
                    "language": LANGUAGE,
                    "text": canary.text,
                    "month": near.get("month"),
                    "entity_counts": [],
                }
            )
        if not rows:
            return released
        return pl.concat([released, pl.DataFrame(rows, schema=released.schema)]).sort("record_id", "field")


def _fraction(secret: bytes, candidate: str) -> int:
    return int.from_bytes(hmac.digest(secret, candidate.encode(), sha256)[:8])
