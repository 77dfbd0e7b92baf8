"""Generalize whole careers until each is shared by k members: titles to groups, years to spans, employers left out.

Each career is released at the finest grain at which k members have the same one. That holds for all that is shown of a
career together, not for each employment by itself.
"""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final

import polars as pl

from redaction.replacement.occupations import occupation_group

DATE: Final = "[DATE]"
"""Replaces a date where the career is too rare even in spans of decades."""
OCCUPATION: Final = "[OCCUPATION]"
"""Replaces a title where its group is too rare."""
EDUCATION: Final = "[EDUCATION]"
"""Replaces a degree and a field of study."""
NOW: Final = "now"


class Grain(IntEnum):
    """How precisely a career is released. Each grain is coarser than those before it."""

    HALF_DECADES = 0
    """The group of each title, with a period in half decades."""
    DECADES = 1
    """The group of each title, with a period in decades."""
    GROUPS = 2
    """The group of each title."""
    LATEST = 3
    """The group of the latest title."""
    LENGTH = 4
    """No more than the number of employments."""
    WITHHELD = 5
    """Nothing."""


_SPANS: Final = {Grain.HALF_DECADES: 5, Grain.DECADES: 10}
_FIELDS: Final = ("title", "start", "end")


def generalize_careers(profiles: pl.DataFrame, k: int, *, count_jobs: bool) -> pl.DataFrame:
    """Find the finest grain at which each career is shared by `k` of the members.

    Args:
        profiles: `user_id` and `experience` (list of title, start, end and others), and any other columns, in which the
            members who share a career must agree too. Pass all members among whom a career is to be shared.
        k: The size of the smallest group.
        count_jobs: Whether the number of employments is visible at every grain, as in a résumé.

    Returns:
        `user_id`, `grain` and `career` (its text, one line for each employment, the latest first) in the order of the
        rows. Where nothing is shared, and where there is no employment, the grain is `WITHHELD` and the career null.
    """
    jobs, others = _jobs(profiles), [name for name in profiles.columns if name not in ("user_id", "experience")]
    remaining = profiles.select("user_id", *others).join(
        jobs.group_by("user_id").agg(pl.len().alias("jobs")), on="user_id"
    )
    shared = ["career", *others, *(["jobs"] if count_jobs else [])]
    done = []
    for grain in Grain:
        careers = remaining.join(_at_grain(jobs, grain), on="user_id")
        enough = pl.len().over(shared) >= k if grain < Grain.WITHHELD else pl.lit(value=True)
        found = careers.filter(enough).select("user_id", "career", pl.lit(grain.value, pl.Int8).alias("grain"))
        done.append(found)
        remaining = remaining.join(found, on="user_id", how="anti")
    joined = profiles.select("user_id").join(pl.concat(done), on="user_id", how="left", maintain_order="left")
    return joined.select("user_id", pl.col("grain").fill_null(Grain.WITHHELD.value), pl.col("career").replace("", None))


def career_forms(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return all texts as which the careers of members (`user_id`, `experience`) may be released: user_id, career."""
    jobs = _jobs(profiles)
    return pl.concat(_at_grain(jobs, grain) for grain in Grain if grain < Grain.LENGTH).unique(maintain_order=True)


def _jobs(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return one row an employment, the latest of each member first: user_id, group, start, end (years)."""
    jobs = (
        profiles.select("user_id", "experience")
        .explode("experience")
        .filter(pl.col("experience").is_not_null())
        .select("user_id", *(pl.col("experience").struct.field(name) for name in _FIELDS))
    )
    groups = {title: occupation_group(title) for title in jobs["title"].drop_nulls().unique()}
    return (
        jobs.with_columns(pl.col("start", "end").dt.year())
        .select(
            "user_id",
            pl.col("title").fill_null("").replace_strict(groups, default=occupation_group("")).alias("group"),
            "start",
            "end",
        )
        .sort("user_id", "start", "end", "group", descending=[False, True, True, False], nulls_last=True)
    )


def _at_grain(jobs: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    """Return the text of each career at a grain: user_id, career."""
    line = pl.col("group")
    if grain in _SPANS:
        span = _SPANS[grain]
        first, last = pl.col("start") // span * span, pl.col("end") // span * span + span - 1
        until = pl.when(pl.col("end").is_null() & pl.col("start").is_not_null()).then(pl.lit(NOW))
        period = pl.concat_str(first.cast(pl.String), pl.coalesce(last.cast(pl.String), until), separator="–")
        line = pl.concat_str(line, period, separator=" · ", ignore_nulls=True)
    if grain is Grain.LATEST:
        line = line.first()
    elif grain > Grain.LATEST:
        line = pl.lit("")
    careers = jobs.group_by("user_id", maintain_order=True).agg(line.alias("career"))
    if grain < Grain.LATEST:
        careers = careers.with_columns(pl.col("career").list.join("\n\n"))
    return careers


_MONTHS: Final = (
    "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fév|fev|avr|juin|juil|août|déc|gen|mag|giu|"
    "lug|set|ott|out|mei|mrt|maa|mayo"
)
_YEAR: Final = r"(?:19[5-9]\d|20[0-4]\d)"
_ONE_DATE: Final = (
    rf"(?:(?:\b\d{{1,2}}\.?[ ])?\b(?:{_MONTHS})[a-zà-ÿ]{{0,8}}\.?,?[ ](?:de[ ])?|\b(?:\d{{1,2}}[./-]){{1,2}})?"
    rf"\b({_YEAR})\b(?:[-/]\d\d?\b){{0,2}}(?!\.\d)"
)
_UNTIL: Final = r"[ ]?(?:–|—|-|to|until|till|bis|hasta|a|à|al|au|até|fino al|tot)[ ]?"
_PERIOD: Final = re.compile(rf"(?<![\w.,$€£₹])(?:{_ONE_DATE})(?:{_UNTIL}(?:{_ONE_DATE}))?(?![\w%])", re.IGNORECASE)


def generalize_resume(text: str, titles: Mapping[str, str], studies: tuple[str, ...], grain: Grain) -> str:
    """Generalize the career in the text of a résumé.

    Args:
        text: The text, raw or redacted.
        titles: The titles of its author, the latest first, each with its group.
        studies: Degrees and fields of study of its author.
        grain: How precisely the career of its author may be released, with the number of employments visible.

    Returns:
        The text with its dates in spans, or as `DATE`; titles as groups, or as `OCCUPATION`; studies as `EDUCATION`.
    """
    latest = next(iter(titles), None)
    shown = {
        title: group if grain <= Grain.GROUPS or (grain is Grain.LATEST and title == latest) else OCCUPATION
        for title, group in titles.items()
    }
    for value in sorted({*shown, *studies}, key=lambda value: (-len(value), value)):
        flags = re.IGNORECASE if value in shown else 0
        replacement = shown.get(value, EDUCATION)
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _, new=replacement: new, text, flags=flags)
    span = _SPANS.get(grain)
    return _PERIOD.sub(lambda match: _period(match, span), text)


def hide_titles(text: str, titles: Iterable[str]) -> str:
    """Replace titles of a text's author by `OCCUPATION`: those of several words in any case, one word as written."""
    folded = text.casefold()
    for title in sorted(titles, key=lambda value: (-len(value), value)):
        if title.casefold() in folded:
            flags = re.IGNORECASE if len(title.split()) > 1 else 0
            text = re.sub(rf"(?<!\w){re.escape(title)}(?!\w)", lambda _: OCCUPATION, text, flags=flags)
    return text


def _period(match: re.Match[str], span: int | None) -> str:
    if span is None:
        return DATE
    years = [int(year) for year in match.groups() if year]
    return f"{years[0] // span * span}–{years[-1] // span * span + span - 1}"
