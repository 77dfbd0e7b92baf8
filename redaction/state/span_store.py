"""What was found, kept from build to build: offsets and types, no text. Detect once, decide always.

A finding holds for as long as its key is the same: a keyed digest of the record's texts, the declared language, what
is known of the people in them, and the detector. Whom objectors' names are looked for in is no part of it. A text
beside whose finding other objectors stand is searched for their names alone, and looked at again only if another
answer comes of it.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import polars as pl

from redaction.detection import KnownValues, Span
from redaction.state.list_columns import regrouped
from redaction.state.private_tables import FINDINGS

_PLACE = ["source_id", "field", "key"]
_DIGEST_BYTES = 16

Named = Callable[[pl.Series], list[bytes | None]]
"""Gives for each text the `named` that holds now."""


def read_store(path: Path) -> pl.DataFrame:
    """The findings kept in a file; none where there is no file, or it is of another version of the program."""
    if not path.is_file() or pl.read_parquet_schema(path) != FINDINGS.schema:
        return pl.DataFrame(schema=FINDINGS.schema)
    return pl.read_parquet(path)


def content_keys(frame: pl.DataFrame, people: pl.DataFrame, fingerprint: str, secret: bytes) -> pl.Series:
    """For each text a keyed digest of all that its record's findings follow from, objectors left out.

    Args:
        frame: schema `TEXTS`, with `record`, a number that the texts of one record share; it rises.
        people: `user_id` and `digest`, of their known values.
        fingerprint: the detector's.
        secret: the key of what is kept from build to build.
    """
    key = blake2b(fingerprint.encode(), key=secret, digest_size=32).digest()
    records = _joined(frame)
    told = records.select(pl.concat_str(_sized(pl.lit(_known(records["subjects"], people))), "texts")).to_series()
    keyed = blake2b(key=key, digest_size=_DIGEST_BYTES)

    def digest(content: bytes) -> bytes:
        own = keyed.copy()
        own.update(content)
        return own.digest()

    digests = [digest(content) for content in told.cast(pl.Binary).to_list()]
    return pl.Series("key", digests, pl.Binary).gather(frame["record"].rle_id())


def carried_over(frame: pl.DataFrame, stored: pl.DataFrame, objectors: bytes, named: Named) -> pl.DataFrame:
    """The findings that still hold, of records all of whose texts have one: the columns of `FINDINGS`, and `at`.

    Args:
        frame: texts with `at`, `record`, `source_id`, `field`, `key` and `text`.
        stored: the findings of earlier builds.
        objectors: the digest of those who object now.
        named: asked for the texts beside whose finding others stand.
    """
    wanted = frame[["at", "record", *_PLACE, "text"]]
    rows = wanted.join(stored.with_columns(kept=True), on=_PLACE, how="left", maintain_order="left")
    kept = pl.col("kept").fill_null(value=False)
    unsure = rows.filter(kept & pl.col("objectors").ne_missing(objectors))
    if unsure.height:
        now = unsure.select("at", pl.Series("now", named(unsure["text"]), pl.Binary), asked=True)
        rows = rows.join(now, on="at", how="left", maintain_order="left")
        kept &= pl.col("asked").is_null() | pl.col("now").eq_missing(pl.col("named"))
    gone = rows.filter(~kept)["record"].unique()
    still = rows.filter(~pl.col("record").is_in(gone.implode()))
    return still.with_columns(pl.lit(objectors).alias("objectors"))[["at", *FINDINGS.schema.names()]]


def objectors_digest(everywhere: KnownValues, secret: bytes) -> bytes:
    """A keyed digest of all that is looked for everywhere."""
    return blake2b(repr(everywhere).encode("utf-8", "surrogatepass"), key=secret, digest_size=_DIGEST_BYTES).digest()


def named_digests(found: Sequence[tuple[Span, ...]], secret: bytes) -> list[bytes | None]:
    """For each text a keyed digest of where objectors are named in it; None where nowhere."""
    return [
        blake2b(repr(spans).encode(), key=secret, digest_size=_DIGEST_BYTES).digest() if spans else None
        for spans in found
    ]


def _joined(frame: pl.DataFrame) -> pl.DataFrame:
    """For each record its `subjects` and all its `texts` in one. Most have one text, and are spared the grouping."""
    parts = [_sized(pl.col(column).fill_null("")) for column in ("field", "language", "text")]
    texts = frame.select("record", "subjects", pl.concat_str(parts).alias("texts"))
    first = texts["record"].is_first_distinct()
    several = pl.col("record").is_in(texts["record"].filter(~first).unique().implode())
    joined = texts.filter(several).group_by("record", maintain_order=True).agg(pl.col("texts").str.join())
    records = texts.filter(first)
    at = records["record"].search_sorted(joined["record"])
    return records.select("subjects", records["texts"].scatter(at, joined["texts"]))


def _known(subjects: pl.Series, people: pl.DataFrame) -> pl.Series:
    """For each list of subjects the digests of what is known of them, in their order, one after the other."""
    each = subjects.list.unique(maintain_order=True)
    digests = (
        each.explode(empty_as_null=False)
        .to_frame("user_id")
        .join(people[["user_id", "digest"]], on="user_id", how="left", maintain_order="left")
    )["digest"]
    return regrouped(digests, each.list.len().to_numpy()).list.join("", ignore_nulls=True)


def _sized(text: pl.Expr) -> pl.Expr:
    """A text behind its length, so that two of them cannot run into each other."""
    return pl.concat_str(text.str.len_bytes().cast(pl.String), pl.lit(":"), text)
