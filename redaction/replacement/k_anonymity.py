"""Quasi-identifiers of employments: no combination of employer, title, place and period that fewer than k share.

Each employment is told as exactly as k members allow, step by step: months, years, country, industry, title alone; what
even then is too rare is left out. Every group that is told alike at the end has at least k members.

What this does not do: it looks at each employment by itself, so that a member's whole career can still be rare; and it
leaves the free text of an employment to redaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import polars as pl
import pycountry

ORGANIZATION: Final = "[ORGANIZATION]"
"""Stands for an employer whose industry nobody told."""

_PARTS: Final = ("company", "title", "location", "start", "end")


class Step(IntEnum):
    """How exactly an employment is told. Each step includes those before it."""

    MONTHS = 0
    """As it is, with dates cut to months."""
    YEARS = 1
    """Dates cut to years."""
    COUNTRY = 2
    """The place cut to its country; none, if it does not end in one."""
    INDUSTRY = 3
    """The employer as its industry, or as an organisation."""
    TITLE = 4
    """Without place and period."""
    SUPPRESSED = 5
    """Left out."""


@dataclass(frozen=True, slots=True)
class GeneralizedProfiles:
    """Profiles with employments generalised, and how many employments were told at each step."""

    profiles: pl.DataFrame
    steps: dict[Step, int]


def generalize(profiles: pl.DataFrame, k: int, industries: Mapping[str, str] | None = None) -> GeneralizedProfiles:
    """Generalises the `experience` of profiles until each combination is shared by at least `k` of them.

    Args:
        profiles: user_id and experience (list of title, company, location, description, start, end); other columns
            stay as they are. All profiles of a release together: the counts are over what is given.
        k: the smallest group.
        industries: employer to industry, where it is known.

    Returns:
        The same rows in the same order; employments keep their order within a profile.
    """
    entries = _entries(profiles)
    countries = _countries(entries["location"])
    told, steps = [], dict.fromkeys(Step, 0)
    for step in list(Step)[: Step.SUPPRESSED]:
        view = entries.with_columns(_view(step, countries, industries or {}))
        enough = view.select(pl.col("user_id").n_unique().over(_PARTS) >= k).to_series()
        told.append(view.filter(enough))
        steps[step] = told[-1].height
        entries = entries.filter(~enough)
    steps[Step.SUPPRESSED] = entries.height
    return GeneralizedProfiles(_together(profiles, pl.concat(told)), steps)


def _entries(profiles: pl.DataFrame) -> pl.DataFrame:
    """One row an employment: user_id, position, and the parts of the employment."""
    return (
        profiles.select("user_id", "experience")
        .filter(pl.col("experience").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("experience").list.len()))
        .explode("experience", "position")
        .filter(pl.col("experience").is_not_null())
        .unnest("experience")
    )


def _view(step: Step, countries: Mapping[str, str | None], industries: Mapping[str, str]) -> list[pl.Expr]:
    period = "1y" if step >= Step.YEARS else "1mo"
    told = {name: pl.col(name).dt.truncate(period) for name in ("start", "end")}
    if step >= Step.COUNTRY:
        told["location"] = pl.col("location").replace_strict(countries, default=None, return_dtype=pl.String)
    if step >= Step.INDUSTRY:
        industry = pl.col("company").replace_strict(industries, default=ORGANIZATION, return_dtype=pl.String)
        told["company"] = pl.when(pl.col("company").is_not_null()).then(industry)
    if step >= Step.TITLE:
        told |= {"location": pl.lit(None, pl.String), "start": pl.lit(None, pl.Date), "end": pl.lit(None, pl.Date)}
    return [expression.alias(name) for name, expression in told.items()]


def _countries(locations: pl.Series) -> dict[str, str | None]:
    return {place: _country(place) for place in locations.drop_nulls().unique().sort()}


def _country(place: str) -> str | None:
    last = place.rpartition(",")[2].strip()
    try:
        return str(pycountry.countries.lookup(last).name) if last else None
    except LookupError:
        return None


def _together(profiles: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    fields = [field.name for field in profiles.schema["experience"].inner.fields]  # type: ignore[attr-defined]
    gathered = (
        told.sort("user_id", "position")
        .group_by("user_id", maintain_order=True)
        .agg(pl.struct(fields).alias("told"))
        .with_columns(pl.col("told").cast(profiles.schema["experience"]))
    )
    empty = pl.lit([], dtype=profiles.schema["experience"])
    whole = profiles.join(gathered, on="user_id", how="left", maintain_order="left")
    experience = pl.when(pl.col("experience").is_not_null()).then(pl.col("told").fill_null(empty))
    return whole.with_columns(experience=experience).drop("told")
