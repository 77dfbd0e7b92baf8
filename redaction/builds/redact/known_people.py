"""What the profiles say about the people in the texts, and a keyed digest of it that may be stored."""

from dataclasses import replace
from hashlib import blake2b

import polars as pl

from redaction.builds.context import Build
from redaction.detection import KnownValues
from redaction.detection.known_values.index import build_index
from redaction.detection.settings import KnownSettings
from redaction.tables import TABLES, TableName, read_batches

_VALUES = ["full_name", "given_name", "family_name", "handle", "vanity_url", "emails", "phones"]
_ROLES = {"experience": ("company", "location"), "education": ("school",)}
_DIGEST_BYTES = 16


def known_people(build: Build) -> pl.DataFrame:
    """Read each profile's `user_id`, known values, and a keyed `digest` of them. To be held in memory only."""
    columns = ["user_id", *_VALUES, *_ROLES]
    batches = read_batches(TABLES[TableName.profiles], build.inputs.files[TableName.profiles], columns)
    rows = pl.concat([_known_values(batch.rows) for batch in batches] or [pl.DataFrame(schema={"user_id": pl.String})])
    if rows.is_empty():
        return rows.with_columns(pl.lit(None, pl.String).alias("digest"))
    secret, values = build.store_key, rows.select(pl.struct(pl.exclude("user_id")).struct.json_encode())
    digests = [
        blake2b(each.encode(), key=secret, digest_size=_DIGEST_BYTES).hexdigest()
        for each in values.to_series().to_list()
    ]
    known = rows.with_columns(pl.Series("digest", digests, pl.String))
    return known.unique("user_id", keep="last", maintain_order=True)


def known_values_of(subjects: pl.Series, people: pl.DataFrame) -> list[KnownValues]:
    """Return, for each list of subjects, the known values of all of them, from the rows of `known_people`."""
    # The first subject is the author. Of the others, employers, schools and locations are left out: these identify an
    # author whose records repeat them, not a person who is mentioned.
    wanted = subjects.explode().drop_nulls().unique().to_frame("user_id")
    known = {
        str(row["user_id"]): KnownValues.from_profile(row)
        for row in people.join(wanted, on="user_id", how="semi").iter_rows(named=True)
    }
    as_others = {subject: replace(values, employers=(), schools=(), locations=()) for subject, values in known.items()}
    people_of = (
        [
            (as_others if i else known)[subject]
            for i, subject in enumerate(dict.fromkeys(each.to_list()))
            if subject in known
        ]
        for each in subjects
    )
    return [each[0] if len(each) == 1 else KnownValues.union(*each) for each in people_of]


def objectors(build: Build) -> KnownValues:
    """Return the names and handles of objectors who are not members; they are searched in every text."""
    rows = build.inputs.rows(TableName.objections, ["name", "handle"]).rows
    return KnownValues.union(*(_objector(name, handle) for name, handle in _objections(rows)))


def unsearchable_objections(rows: pl.DataFrame, settings: KnownSettings) -> int:
    """Count objections (name, handle) without anything to search for: without a name, or with too short a handle."""
    found = {each: not build_index(_objector(*each), settings).empty for each in _objections(rows)}
    return sum(not (settings.enabled and found[each]) for each in rows.select("name", "handle").iter_rows())


def _objections(rows: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    return sorted(rows.select("name", "handle").unique().iter_rows(), key=lambda row: (row[0] or "", row[1] or ""))


def _objector(name: str | None, handle: str | None) -> KnownValues:
    return KnownValues.from_profile({"full_name": name, "handle": handle})


def _known_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Select the columns that known values come from, and of list columns only the fields that do."""
    roles = [
        pl.col(column).list.eval(pl.struct([pl.element().struct.field(field) for field in fields]))
        for column, fields in _ROLES.items()
    ]
    return rows.select("user_id", *_VALUES, *roles)
