from collections import defaultdict
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.replacement.k_anonymity import ORGANIZATION, Step, generalize

EXPERIENCE = pl.List(
    pl.Struct(
        {
            "title": pl.String,
            "company": pl.String,
            "location": pl.String,
            "description": pl.String,
            "start": pl.Date,
            "end": pl.Date,
        }
    )
)


def job(**more: Any) -> dict[str, Any]:
    return {
        "title": "Engineer",
        "company": "Acme",
        "location": "Berlin, Germany",
        "description": "text",
        "start": date(2020, 3, 5),
        "end": date(2022, 7, 9),
    } | more


def frame(*people: list[dict[str, Any]] | None) -> pl.DataFrame:
    ids = [f"u{i}" for i in range(len(people))]
    return pl.DataFrame(
        {"user_id": ids, "experience": list(people)}, schema={"user_id": pl.String, "experience": EXPERIENCE}
    )


def only(people: pl.DataFrame, k: int = 3, **more: Any) -> tuple[dict[str, Any], dict[Step, int]]:
    done = generalize(people, k, **more)
    return done.profiles["experience"].to_list()[0][0], done.steps


def test_shared_employments_have_months():
    experience, steps = only(frame(*[[job()]] * 3))
    assert experience == job(start=date(2020, 3, 1), end=date(2022, 7, 1))
    assert steps[Step.MONTHS] == 3


def test_dates_become_years():
    experience, _ = only(frame(*[[job(start=date(2020, month, 1))] for month in (1, 5, 9)]))
    assert experience == job(start=date(2020, 1, 1), end=date(2022, 1, 1))


def test_cities_become_countries():
    experience, _ = only(frame(*[[job(location=f"{city}, Germany")] for city in ("Berlin", "Bonn", "Kiel")]))
    assert (experience["location"], experience["company"]) == ("Germany", "Acme")


def test_employers_become_industries_or_organizations():
    people = frame(*[[job(company=name)] for name in ("Acme", "Bolt", "Core")])
    experience, _ = only(people)
    assert experience["company"] == ORGANIZATION
    experience, steps = only(people, industries={"Acme": "Tools", "Bolt": "Tools", "Core": "Tools"})
    assert experience["company"] == "Tools"
    assert steps[Step.INDUSTRY] == 3


def test_then_only_the_title_and_then_nothing():
    people = [[job(company=f"C{i}", start=date(2000 + i, 1, 1), location=f"City {i}")] for i in range(3)]
    experience, _ = only(frame(*people))
    assert (experience["title"], experience["location"], experience["start"]) == ("Engineer", None, None)
    done = generalize(frame([job(title="Astronaut")], [job()], [job()], [job()]), 3)
    assert done.profiles["experience"].to_list()[0] == []
    assert done.steps[Step.SUPPRESSED] == 1


def test_one_member_many_times_is_one_member():
    done = generalize(frame([job()] * 5, [job()]), 3)
    assert done.profiles["experience"].to_list() == [[], []]


def test_rows_order_and_other_columns_are_unchanged():
    people = frame(None, [job(), job(title="Lead")], [], [job(title="Lead"), job()], [job(), job(title="Lead")])
    done = generalize(people.with_columns(headline=pl.lit("x")), 3).profiles
    assert done.columns == ["user_id", "experience", "headline"]
    assert done["user_id"].to_list() == people["user_id"].to_list()
    experience = done["experience"].to_list()
    assert experience[0] is None
    assert experience[2] == []
    assert [[j["title"] for j in jobs] for jobs in (experience[1], experience[3])] == [
        ["Engineer", "Lead"],
        ["Lead", "Engineer"],
    ]
    assert done.schema["experience"] == EXPERIENCE


def rare(people: pl.DataFrame, k: int) -> int:
    """The number of employments that fewer than k members share, counted one by one."""
    members: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    employments = []
    for user, jobs in people.select("user_id", "experience").iter_rows():
        for each in jobs or []:
            employments.append(tuple(each[part] for part in ("company", "title", "location", "start", "end")))
            members[employments[-1]].add(user)
    return sum(len(members[each]) < k for each in employments)


JOBS = st.builds(
    job,
    title=st.sampled_from(["Engineer", "Lead", None]),
    company=st.sampled_from(["Acme", "Bolt", "Core", None]),
    location=st.sampled_from(["Berlin, Germany", "Bonn, Germany", "Paris, France", "Nowhere", "", None]),
    start=st.sampled_from([date(2020, 1, 3), date(2020, 5, 1), date(2021, 1, 1), None]),
    end=st.sampled_from([date(2022, 1, 3), None]),
)


@given(st.lists(st.lists(JOBS, max_size=3), max_size=12), st.integers(1, 5))
def test_every_published_group_has_k_members(people, k):
    before = frame(*people)
    done = generalize(before, k)
    assert rare(done.profiles, k) == 0
    assert sum(done.steps.values()) == sum(map(len, people))
    assert done.profiles.equals(generalize(before, k).profiles)
    if k == 1:
        assert done.steps[Step.SUPPRESSED] == 0
