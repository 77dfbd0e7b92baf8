"""What the profiles tell of the people in the texts, and a digest of it that may be kept."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import polars as pl

from redaction.builds.context import Build
from redaction.detection import KnownValues
from redaction.tables import TABLES, TableName, read_batches

_VALUES = ["full_name", "given_name", "family_name", "handle", "vanity_url", "emails", "phones"]
_ROLES = {"experience": ("company", "location"), "education": ("school",)}
_DIGEST_BYTES = 16


@lru_cache(maxsize=1)
def known_people(build: Build) -> pl.DataFrame:
    """The known values of every profile, a row a person: `user_id`, `digest`, and the profile's own columns.

    `digest` is keyed with the key of what is kept from build to build, and the same for the same values. The table
    is in memory only, until the process turns to another build or ends.
    """
    batches = read_batches(TABLES[TableName.profiles], build.inputs.files[TableName.profiles], ["user_id", *_ALL])
    rows = pl.concat([_told(batch.rows) for batch in batches] or [pl.DataFrame(schema={"user_id": pl.String})])
    if rows.is_empty():
        return rows.with_columns(pl.lit(None, pl.String).alias("digest"))
    secret, told = build.store_key, rows.select(pl.struct(pl.exclude("user_id")).struct.json_encode())
    return rows.with_columns(
        pl.Series("digest", [_digest(each, secret) for each in told.to_series().to_list()], pl.String)
    ).unique("user_id", keep="last", maintain_order=True)


def values_of(subjects: pl.Series, people: pl.DataFrame) -> list[KnownValues]:
    """For each list of subjects all that is known of them, from the rows of `people`."""
    wanted = subjects.explode().drop_nulls().unique().to_frame("user_id")
    known = {
        str(row["user_id"]): KnownValues.from_profile(row)
        for row in people.join(wanted, on="user_id", how="semi").iter_rows(named=True)
    }
    return [_together([known[s] for s in dict.fromkeys(each) if s in known]) for each in subjects]


@lru_cache(maxsize=1)
def objectors(build: Build) -> KnownValues:
    """The names and handles of those who objected without being members: looked for in every text."""
    rows = build.inputs.rows(TableName.objections).rows
    return KnownValues(
        full_names=tuple(rows["name"].drop_nulls().unique().sort()),
        handles=tuple(rows["handle"].drop_nulls().unique().sort()),
    )


_ALL = [*_VALUES, *_ROLES]


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that known values come from, and of lists of records only the fields that do."""
    return rows.select("user_id", *_VALUES, *_roles())


def _roles() -> Iterator[pl.Expr]:
    for column, fields in _ROLES.items():
        wanted = [pl.element().struct.field(field) for field in fields]
        yield pl.col(column).list.eval(pl.struct(wanted))


def _together(known: list[KnownValues]) -> KnownValues:
    return known[0] if len(known) == 1 else KnownValues.union(*known)


def _digest(told: str, secret: bytes) -> str:
    return blake2b(told.encode(), key=secret, digest_size=_DIGEST_BYTES).hexdigest()
