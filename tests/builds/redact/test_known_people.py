"""Whose known values are searched for in a text: all of the author's, and those of others that name a person."""

import polars as pl

from redaction.builds.redact.known_people import known_values_of
from redaction.detection import KnownValues

PEOPLE = pl.DataFrame(
    {
        "user_id": ["author", "other"],
        "full_name": ["Ada Mirov", "Ben Tolk"],
        "given_name": [None, None],
        "family_name": [None, None],
        "handle": ["adam", "bent"],
        "vanity_url": [None, None],
        "emails": [[], []],
        "phones": [[], []],
        "experience": [[{"company": "Zorvano", "location": "Ulm"}], [{"company": "Brindle", "location": "Rome"}]],
        "education": [[{"school": "Nowhere College"}], [{"school": "Somewhere College"}]],
    }
)


def known(*subjects: str | None) -> KnownValues:
    return known_values_of(pl.Series([list(subjects)], dtype=pl.List(pl.String)), PEOPLE)[0]


def test_employers_and_schools_are_those_of_the_author_only() -> None:
    both = known("author", "other", "author")
    assert both.full_names == ("Ada Mirov", "Ben Tolk")
    assert (both.employers, both.schools, both.locations) == (("Zorvano",), ("Nowhere College",), ("Ulm",))


def test_a_text_without_author_has_no_employers() -> None:
    assert known(None, "other") == KnownValues(full_names=("Ben Tolk",), handles=("bent",))
    assert known("unknown", "other").employers == ()
    assert known("unknown") == KnownValues()
