"""Compare the part of a text's key that depends on known values with a loop over the people."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.state.stores.span_store import _known

PEOPLE = {f"member-{n}": f"<{n}>" for n in range(5)}
SUBJECTS = st.lists(st.sampled_from([*PEOPLE, "nobody", "m"]), max_size=5)


@given(st.lists(SUBJECTS, max_size=6))
def test_known_values_of_each_person_are_stored_once_in_order(rows: list[list[str]]) -> None:
    people = pl.DataFrame({"user_id": list(PEOPLE), "digest": list(PEOPLE.values())}).reverse()
    known = _known(pl.Series("subjects", rows, pl.List(pl.String)), people)
    assert known.to_list() == ["".join(PEOPLE.get(each, "-") for each in dict.fromkeys(row)) for row in rows]
