"""The texts of the review and the decisions on their spans: offsets and types, no text."""

from collections.abc import Callable
from enum import StrEnum
from hashlib import blake2b
from typing import Final

import polars as pl
from filelock import FileLock

from redaction.state.layout import CorpusPaths, private_folder
from redaction.state.parquet_writer import write_table
from redaction.state.private_tables import REVIEW
from redaction.storage import sync

_LOCK: Final = ".review.lock"
_DIGEST_BYTES: Final = 16
_RECORD: Final = ["source", "source_id"]
TEXT: Final = ["source", "source_id", "field", "digest"]
"""The columns that identify a text as it was when it was chosen."""


class Stratum(StrEnum):
    """Why a text was chosen for review."""

    UNSURE = "unsure"
    """A span in it scored hardly more than its threshold."""
    RANDOM = "random"
    """By chance, whatever was found in it: shows what was missed."""


class Status(StrEnum):
    """How far the review of a text is."""

    OPEN = "open"
    """Not decided."""
    DONE = "done"
    """Every span is decided and nothing is missing: the text is a labeled text."""
    SKIPPED = "skipped"
    """Left undecided by the reviewer."""


class Decision(StrEnum):
    """What the reviewer says of one span."""

    OPEN = "open"
    """Nothing yet."""
    ACCEPTED = "accepted"
    """It is personal data of this type, exactly these characters."""
    REJECTED = "rejected"
    """It is none."""
    CHANGED = "changed"
    """It is, with the type and the characters that the reviewer corrected."""
    ADDED = "added"
    """The detector missed it."""


IS_LABEL: Final = frozenset({Decision.ACCEPTED, Decision.CHANGED, Decision.ADDED})
"""The decisions that make a span a label."""


def read_review(paths: CorpusPaths) -> pl.DataFrame:
    """Read the texts of the review, in order; none where there is no review, or one of another version."""
    path = paths.file(REVIEW)
    if not path.is_file() or pl.read_parquet_schema(path) != REVIEW.schema:
        return pl.DataFrame(schema=REVIEW.schema)
    return pl.read_parquet(path, glob=False).sort("position")


def update_review(paths: CorpusPaths, change: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Replace the review in one step by what `change` makes of it, while no other process does.

    Returns:
        The new review.
    """
    private_folder(paths.state)
    with FileLock(paths.state / _LOCK, fallback_to_soft=False):
        before = read_review(paths)
        after = change(before)
        if not after.equals(before):
            path = paths.file(REVIEW)
            draft = path.with_name(f".{path.name}.review.draft")
            write_table(REVIEW, draft, after.select(REVIEW.schema.names()))
            draft.chmod(0o600)
            sync(draft)
            draft.replace(path)
            sync(path.parent)
        return after


def retain_reviewed(paths: CorpusPaths, eligible: pl.DataFrame) -> None:
    """Remove the texts of all records but those (source, source_id) that may be used."""
    if paths.file(REVIEW).is_file():
        update_review(paths, lambda rows: rows.join(eligible, on=_RECORD, how="semi", maintain_order="left"))


def remove_reviewed(paths: CorpusPaths, denied: pl.DataFrame) -> None:
    """Remove the texts of records (source, source_id) that may not be used."""
    if paths.file(REVIEW).is_file():
        update_review(paths, lambda rows: rows.join(denied, on=_RECORD, how="anti", maintain_order="left"))


def text_digests(texts: pl.Series, secret: bytes) -> pl.Series:
    """Return a keyed digest of each text."""
    digests = [
        blake2b(text.encode("utf-8", "surrogatepass"), key=secret, digest_size=_DIGEST_BYTES).digest() for text in texts
    ]
    return pl.Series("digest", digests, pl.Binary)
