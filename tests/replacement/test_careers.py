from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.replacement import Grain, generalize_careers, generalize_resume, hide_titles
from redaction.replacement.occupations import OTHER, occupation_group
from tests.replacement.test_k_anonymity import frame, job

NURSE, BUYER = "Nurse practitioner", "Senior Buyer"


def member(title: str = NURSE, start: int = 2016, end: int | None = 2018) -> dict[str, Any]:
    return job(title=title, start=date(start, 3, 1), end=end and date(end, 3, 1))


def careers(people: pl.DataFrame, k: int = 3, *, count_jobs: bool = False) -> list[tuple[int, str | None]]:
    done = generalize_careers(people, k, count_jobs=count_jobs)
    return list(done.select("grain", "career").iter_rows())


@pytest.mark.parametrize(
    ("title", "group"),
    [
        ("Site Reliability Engineer", "software and data"),
        ("civil engineer", "engineering"),
        ("Krankenschwester", "health and care"),
        ("Ingénieur civil", "engineering"),
        ("Sales Engineer", "sales and marketing"),
        ("chief of staff", "management"),
        ("Zorvanist", OTHER),
        ("", OTHER),
    ],
)
def test_titles_have_a_group(title, group):
    assert occupation_group(title) == group


def test_a_shared_career_has_groups_and_half_decades():
    people = frame(*[[member(start=2016 + i, end=2018), member(BUYER, 2011 + i, 2012)] for i in range(3)])
    expected = "health and care · 2015–2019\n\noperations and logistics · 2010–2014"
    assert careers(people) == [(Grain.HALF_DECADES, expected)] * 3


def test_a_career_is_as_coarse_as_k_needs():
    decades = frame(*[[member(start=year, end=2018)] for year in (2011, 2012, 2016)])
    assert careers(decades) == [(Grain.DECADES, "health and care · 2010–2019")] * 3
    groups = frame(*[[member(start=year, end=None)] for year in (1999, 2012, 2022)])
    assert careers(groups) == [(Grain.GROUPS, "health and care")] * 3
    latest = frame(*[[member(start=2020, end=None), member(title, 2001, 2004)] for title in (NURSE, BUYER, "Judge")])
    assert careers(latest) == [(Grain.LATEST, "health and care")] * 3


def test_two_common_employments_may_be_a_rare_career():
    """The k-anonymity of single employments let this pass."""
    people = frame(*[[member()]] * 3, *[[member(BUYER)]] * 3, [member(), member(BUYER, 2011, 2012)])
    assert careers(people)[-1] == (Grain.WITHHELD, None)


def test_what_nobody_shares_and_what_is_empty_is_withheld():
    assert careers(frame([member()], [], None)) == [(Grain.WITHHELD, None)] * 3


def test_members_who_share_a_career_agree_in_the_other_columns():
    people = frame(*[[member()]] * 4).with_columns(language=pl.Series(["en", "en", "en", "de"]))
    assert [grain for grain, _ in careers(people)] == [0, 0, 0, Grain.WITHHELD]


def test_the_number_of_employments_of_a_resume_is_visible():
    people = frame(*[[member()]] * 3, [member(), member(), member(BUYER)])
    assert careers(people, count_jobs=True)[-1] == (Grain.WITHHELD, None)
    people = frame(*[[member(title), member("Judge", 1999, 2000)] for title in (NURSE, BUYER, "Florist")])
    assert [grain for grain, _ in careers(people, count_jobs=True)] == [Grain.LENGTH] * 3


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from([NURSE, BUYER, "Judge"]), st.integers(1990, 2024)), max_size=3), max_size=20
    ),
    st.integers(2, 4),
)
def test_every_released_career_is_shared_by_k(histories, k):
    people = frame(*[[member(title, year, year + 1) for title, year in history] for history in histories])
    done = Counter(career for _, career in careers(people, k) if career)
    assert all(number >= k for number in done.values())


RESUME = """Nurse Practitioner, Acme (2016–2018)
- cut costs by 20 % in March 2017, release 3.2012.4, $2000
Senior Buyer, Bluebird (05/2011 to 12.06.2014)
Hollins College, BA Statistics, since 2019"""
TITLES = {NURSE: "health and care", BUYER: "operations and logistics"}


def test_a_resume_is_generalized_as_its_career_is():
    text = generalize_resume(RESUME, TITLES, ("BA", "Statistics"), Grain.HALF_DECADES)
    assert text.splitlines() == [
        "health and care, Acme (2015–2019)",
        "- cut costs by 20 % in 2015–2019, release 3.2012.4, $2000",
        "operations and logistics, Bluebird (2010–2014)",
        "Hollins College, [EDUCATION] [EDUCATION], since 2015–2019",
    ]


def test_a_rare_career_loses_dates_and_titles_in_a_resume():
    text = generalize_resume(RESUME, TITLES, (), Grain.LATEST)
    assert "health and care, Acme ([DATE])" in text
    assert "[OCCUPATION], Bluebird ([DATE])" in text
    assert "health" not in generalize_resume(RESUME, TITLES, (), Grain.LENGTH)


def test_rare_titles_are_hidden_in_any_case_and_single_words_as_written():
    text = "As a relief ferry pilot I owe the Owner, an owner of ferry pilots, a Ferry Pilot."
    assert hide_titles(text, ("Relief Ferry Pilot", "Ferry Pilot", "Owner")) == (
        "As a [OCCUPATION] I owe the [OCCUPATION], an owner of ferry pilots, a [OCCUPATION]."
    )
