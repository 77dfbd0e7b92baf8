"""Grounds from profiles: account status, age, school."""

import polars as pl

from redaction.rights.grounds.grounds import GROUNDS, make_grounds
from redaction.rights.grounds.ledger import Action, Ledger
from redaction.rights.grounds.terms import school_terms
from redaction.rights.instants import TIME
from redaction.rights.policy.policy import Policy
from redaction.rights.policy.rules import Rules
from redaction.rights.reasons import Reason

_STATUS = {
    "memorialised": Reason.DECEASED,
    "closed": Reason.ACCOUNT_CLOSED,
    "hibernated": Reason.ACCOUNT_HIBERNATED,
}
_ACTIVE = "active"
_HIGH = r"(?i)(^|[\s,(-])(?:high|h\.? ?s)\W*$"
"""A high school as people shorten it: `Lincoln High`, `Lincoln HS`; `HS` before a town is a German university."""
_READABLE_YEARS = (1800, 9999)


def profile_grounds(profiles: pl.DataFrame, subjects: pl.DataFrame, ledger: Ledger, rules: Rules) -> list[pl.DataFrame]:
    """Deny for a missing profile, and for the account status and age in it.

    Args:
        profiles: subject, birth_date, account_status, updated_at.
        subjects: every subject (`subject`).
        ledger: for events that make a profile's age out of date.
        rules: for the ages, and the day of the build.

    Returns:
        Frames of `GROUNDS`.
    """
    unknown = subjects.join(profiles.select("subject"), on="subject", how="anti")
    status = pl.col("account_status")
    unreadable = profiles.filter(~status.is_in([_ACTIVE, *_STATUS]).fill_null(value=False))
    by_status = [(profiles.filter(status == name), reason) for name, reason in _STATUS.items()]
    return [
        make_grounds(unknown, Reason.SUBJECT_UNKNOWN, "profile_required"),
        make_grounds(unreadable, Reason.ACCOUNT_STATUS_UNKNOWN, "account_status", "account_status"),
        *(make_grounds(frame, reason, "account_status", "account_status") for frame, reason in by_status),
        *_age_grounds(profiles, ledger, rules),
    ]


def _age_grounds(profiles: pl.DataFrame, ledger: Ledger, rules: Rules) -> list[pl.DataFrame]:
    policy = rules.policy
    built = pl.lit(rules.instants.as_of).cast(TIME).dt.date()
    born = pl.col("birth_date")
    profiles = profiles.with_columns(_readable_birth())
    implausible = _anniversary(pl.lit(policy.max_plausible_age + 1)) <= built
    usable = born.is_not_null() & ~implausible.fill_null(value=False)
    adult = _of_age(pl.lit(policy.min_age))
    updated = pl.col("updated_at").cast(pl.Int64)
    outdated = (
        ledger.valid.filter(pl.col("action") == Action.AGE_UPDATE.value)
        .select("subject", "event_id", "at")
        .join(profiles.select("subject", "updated_at"), on="subject", how="inner")
        .filter(updated.is_null() | (updated < pl.col("at")))
    )
    return [
        make_grounds(profiles.filter(~usable), Reason.AGE_UNKNOWN, "min_age", "birth_date"),
        make_grounds(outdated, Reason.AGE_UNKNOWN, "ledger/age_update", pl.col("event_id")),
        make_grounds(profiles.filter(usable), Reason.UNDER_AGE, "min_age", "birth_date", window=(None, adult)),
    ]


def regional_age_grounds(profiles: pl.DataFrame, min_ages: pl.DataFrame) -> pl.DataFrame:
    """Deny content up to the birthday from which a region's rule allows it; an unknown age is denied everywhere.

    Args:
        profiles: subject, birth_date.
        min_ages: rows of `GROUNDS` with `min_age` (years).

    Returns:
        Rows of `GROUNDS`.
    """
    born = profiles.select("subject", _readable_birth())
    until = pl.min_horizontal("until", _of_age(pl.col("min_age")))
    return (
        min_ages.join(born, on="subject", how="inner")
        .filter(pl.col("birth_date").is_not_null())
        .with_columns(until.alias("until"))
        .filter((pl.col("since") < pl.col("until")).fill_null(value=True))
        .select(GROUNDS.names())
    )


def _readable_birth() -> pl.Expr:
    born = pl.col("birth_date")
    return pl.when(born.dt.year().is_between(*_READABLE_YEARS)).then(born).alias("birth_date")


def _of_age(years: pl.Expr) -> pl.Expr:
    """Return the first instant, in microseconds, at which someone has the age."""
    return _anniversary(years).cast(TIME).cast(pl.Int64)


def _anniversary(years: pl.Expr) -> pl.Expr:
    """Return the day on which someone turns `years`; 1 March for those born on 29 February, in a common year."""
    born = pl.col("birth_date")
    year = born.dt.year() + years
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    late = (born.dt.month() == 2) & (born.dt.day() == 29) & ~leap
    month = pl.when(late).then(3).otherwise(born.dt.month())
    day = pl.when(late).then(1).otherwise(born.dt.day())
    return pl.date(year, month, day)


def profile_erasures(profiles: pl.DataFrame, erasures: pl.DataFrame, profile_kind: int) -> pl.DataFrame:
    """Extend erasures (`GROUNDS`) that a reopening limits to profiles without `updated_at`, which count as older."""
    undated = profiles.filter(pl.col("updated_at").is_null()).select("subject")
    return (
        erasures.filter((pl.col("code") == Reason.ERASED.code) & pl.col("until").is_not_null())
        .join(undated, on="subject", how="semi")
        .with_columns(pl.lit(profile_kind, dtype=pl.Int16).alias("kind"), pl.lit(None, dtype=pl.Int64).alias("until"))
    )


def school_grounds(education: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Deny content up to the last day of secondary school, that day included, whatever the date of birth says.

    Args:
        education: subject, school, degree, field, end (Date), one row for each entry of a profile.
        policy: for its school words.

    Returns:
        Rows of `GROUNDS`.
    """
    whole = education.with_columns(pl.col("school", "degree").str.replace(_HIGH, "${1}high school"))
    names = pl.concat_str(["school", "degree", "field"], separator="\n", ignore_nulls=True)
    pupils = education.filter(school_terms(policy.school_words).flags(whole.select(names).to_series()))
    until = (pl.col("end").cast(TIME) + pl.duration(days=1)).cast(pl.Int64)
    return make_grounds(pupils, Reason.UNDER_AGE, "school_words", "school", window=(None, until))
