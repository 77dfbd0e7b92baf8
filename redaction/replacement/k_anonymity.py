"""Generalize employments until each combination of employer, title, location and period is shared by k members.

Each is published as precisely as k members allow, in steps: months, years, country, industry, only the title; what is
still too rare is suppressed. Limits: each employment is generalized by itself, so a member's whole career can still be
rare; and the free text of an employment is left to redaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import polars as pl
import pycountry

ORGANIZATION: Final = "[ORGANIZATION]"
"""Replaces an employer whose industry is unknown."""

_QUASI_IDENTIFIERS: Final = ("company", "title", "location", "start", "end")


class Step(IntEnum):
    """How much an employment is generalized. Each step includes those before it."""

    MONTHS = 0
    """Dates cut to months."""
    YEARS = 1
    """Dates cut to years."""
    COUNTRY = 2
    """The location cut to its country; none if it does not end in one."""
    INDUSTRY = 3
    """The employer replaced by its industry, or by `ORGANIZATION`."""
    TITLE = 4
    """Without location and period."""
    SUPPRESSED = 5
    """Left out."""


@dataclass(frozen=True, slots=True)
class GeneralizedProfiles:
    """Profiles with generalized employments, and the number of employments published at each step."""

    profiles: pl.DataFrame
    steps: dict[Step, int]


def generalize(profiles: pl.DataFrame, k: int, industries: Mapping[str, str] | None = None) -> GeneralizedProfiles:
    """Generalize the `experience` of profiles until each combination is shared by at least `k` of them.

    Args:
        profiles: `user_id` and `experience` (list of title, company, location, description, start, end); other columns
            are unchanged. Pass all profiles of a release together, since groups are counted over these rows.
        k: The size of the smallest group.
        industries: Employer to industry, where it is known.

    Returns:
        The same rows in the same order, with the employments of each profile in their order.
    """
    entries = _entries(profiles)
    countries = _countries(entries["location"])
    published, steps = [], dict.fromkeys(Step, 0)
    for step in list(Step)[: Step.SUPPRESSED]:
        generalized = entries.with_columns(_generalized(step, countries, industries or {}))
        enough = generalized.select(pl.col("user_id").n_unique().over(_QUASI_IDENTIFIERS) >= k).to_series()
        published.append(generalized.filter(enough))
        steps[step] = published[-1].height
        entries = entries.filter(~enough)
    steps[Step.SUPPRESSED] = entries.height
    return GeneralizedProfiles(_with_experience(profiles, pl.concat(published)), steps)


def _entries(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return one row per employment: user_id, position, and the fields of the employment."""
    return (
        profiles.select("user_id", "experience")
        .filter(pl.col("experience").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("experience").list.len()))
        .explode("experience", "position")
        .filter(pl.col("experience").is_not_null())
        .unnest("experience")
    )


def _generalized(step: Step, countries: Mapping[str, str | None], industries: Mapping[str, str]) -> list[pl.Expr]:
    period = "1y" if step >= Step.YEARS else "1mo"
    columns = {name: pl.col(name).dt.truncate(period) for name in ("start", "end")}
    if step >= Step.COUNTRY:
        columns["location"] = pl.col("location").replace_strict(countries, default=None, return_dtype=pl.String)
    if step >= Step.INDUSTRY:
        industry = pl.col("company").replace_strict(industries, default=ORGANIZATION, return_dtype=pl.String)
        columns["company"] = pl.when(pl.col("company").is_not_null()).then(industry)
    if step >= Step.TITLE:
        columns |= {"location": pl.lit(None, pl.String), "start": pl.lit(None, pl.Date), "end": pl.lit(None, pl.Date)}
    return [expression.alias(name) for name, expression in columns.items()]


def _countries(locations: pl.Series) -> dict[str, str | None]:
    return {location: _country(location) for location in locations.drop_nulls().unique().sort()}


def _country(location: str) -> str | None:
    last = location.rpartition(",")[2].strip()
    try:
        return str(pycountry.countries.lookup(last).name) if last else None
    except LookupError:
        return None


def _with_experience(profiles: pl.DataFrame, employments: pl.DataFrame) -> pl.DataFrame:
    fields = [field.name for field in profiles.schema["experience"].inner.fields]  # type: ignore[attr-defined]
    gathered = (
        employments.sort("user_id", "position")
        .group_by("user_id", maintain_order=True)
        .agg(pl.struct(fields).alias("generalized"))
        .with_columns(pl.col("generalized").cast(profiles.schema["experience"]))
    )
    empty = pl.lit([], dtype=profiles.schema["experience"])
    joined = profiles.join(gathered, on="user_id", how="left", maintain_order="left")
    experience = pl.when(pl.col("experience").is_not_null()).then(pl.col("generalized").fill_null(empty))
    return joined.with_columns(experience=experience).drop("generalized")
