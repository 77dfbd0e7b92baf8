"""Findings cached from build to build: offsets and types, no text. Detect once, decide always.

A finding is valid while its key is the same: a keyed digest of the record's texts, the declared language, the known
values of the people in them, and the detector. The objectors are not part of it: if they changed since a finding was
made, its text is searched for their names only, and analyzed anew only if the result differs.
"""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import polars as pl

from redaction.detection import KnownValues, Span
from redaction.state.private_tables import FINDINGS
from redaction.state.stores.list_columns import regrouped

_TEXT_KEY = ["source_id", "field", "key"]
_DIGEST_BYTES = 16

Named = Callable[[pl.Series], list[bytes | None]]
"""Returns the current `named` of each text."""


def read_store(path: Path) -> pl.DataFrame:
    """Read cached findings; none where the file is missing, or from another version of the program."""
    if not path.is_file() or pl.read_parquet_schema(path) != FINDINGS.schema:
        return pl.DataFrame(schema=FINDINGS.schema)
    return pl.read_parquet(path, glob=False)


def content_keys(frame: pl.DataFrame, people: pl.DataFrame, fingerprint: str, secret: bytes) -> pl.Series:
    """Return, for each text, a keyed digest of all that its record's findings depend on, except the objectors."""
    key = blake2b(fingerprint.encode(), key=secret, digest_size=32).digest()
    records = _joined(frame)
    contents = records.select(pl.concat_str(_sized(pl.lit(_known(records["subjects"], people))), "texts")).to_series()
    digests = [
        blake2b(each, key=key, digest_size=_DIGEST_BYTES).digest() for each in contents.cast(pl.Binary).to_list()
    ]
    return pl.Series("key", digests, pl.Binary).gather(frame["record"].rle_id())


def carried_over(frame: pl.DataFrame, stored: pl.DataFrame, objectors: bytes, named: Named) -> pl.DataFrame:
    """Select the stored findings that are still valid, with `at`, of records all of whose texts have one."""
    wanted = frame[["at", "record", *_TEXT_KEY, "text"]]
    rows = wanted.join(stored.with_columns(cached=True), on=_TEXT_KEY, how="left", maintain_order="left")
    valid = pl.col("cached").fill_null(value=False)
    unsure = rows.filter(valid & pl.col("objectors").ne_missing(objectors))
    if unsure.height:
        now = unsure.select("at", pl.Series("now", named(unsure["text"]), pl.Binary), asked=True)
        rows = rows.join(now, on="at", how="left", maintain_order="left")
        valid &= pl.col("asked").is_null() | pl.col("now").eq_missing(pl.col("named"))
    incomplete = rows.filter(~valid)["record"].unique()
    complete = rows.filter(~pl.col("record").is_in(incomplete.implode()))
    return complete.with_columns(pl.lit(objectors).alias("objectors"))[["at", *FINDINGS.schema.names()]]


def objectors_digest(everywhere: KnownValues, secret: bytes) -> bytes:
    """Return a keyed digest of the values that are searched everywhere."""
    return blake2b(repr(everywhere).encode("utf-8", "surrogatepass"), key=secret, digest_size=_DIGEST_BYTES).digest()


def named_digests(found: Sequence[tuple[Span, ...]], secret: bytes) -> list[bytes | None]:
    """Return, for each text, a keyed digest of where it names objectors; None where nowhere."""
    return [
        blake2b(repr(spans).encode(), key=secret, digest_size=_DIGEST_BYTES).digest() if spans else None
        for spans in found
    ]


def _joined(frame: pl.DataFrame) -> pl.DataFrame:
    """Return each record's `subjects`, and all its `texts` in one. Most have one text, and skip the grouping."""
    parts = [_sized(pl.col(column).fill_null("")) for column in ("field", "language", "text")]
    texts = frame.select("record", "subjects", pl.concat_str(parts).alias("texts"))
    first = texts["record"].is_first_distinct()
    several = pl.col("record").is_in(texts["record"].filter(~first).unique().implode())
    joined = texts.filter(several).group_by("record", maintain_order=True).agg(pl.col("texts").str.join())
    records = texts.filter(first)
    at = records["record"].search_sorted(joined["record"])
    return records.select("subjects", records["texts"].scatter(at, joined["texts"]))


def _known(subjects: pl.Series, people: pl.DataFrame) -> pl.Series:
    """Return, for each list of subjects, the digests of their known values in order; `-` for an unknown subject."""
    # The first is the author, of whom more is searched for: an unknown author is not left out.
    each = subjects.list.unique(maintain_order=True)
    digests = (
        each.explode(empty_as_null=False)
        .to_frame("user_id")
        .join(people[["user_id", "digest"]], on="user_id", how="left", maintain_order="left")
    )["digest"].fill_null("-")
    return regrouped(digests, each.list.len().to_numpy()).list.join("")


def _sized(text: pl.Expr) -> pl.Expr:
    """Prefix a text with its length, so that two different sequences never join to the same text."""
    return pl.concat_str(text.str.len_bytes().cast(pl.String), pl.lit(":"), text)
