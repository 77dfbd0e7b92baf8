import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from redaction.execution.nested import list_series

DTYPE = pl.List(pl.Struct({"start": pl.UInt32, "kind": pl.String, "score": pl.Float64}))
RECORDS = st.tuples(st.integers(0, 2**32 - 1), st.text(), st.floats(0, 1))


@given(st.lists(st.lists(RECORDS, max_size=4), max_size=6))
def test_the_same_as_row_by_row(rows):
    slow = [[dict(zip(("start", "kind", "score"), record, strict=True)) for record in row] for row in rows]
    made = list_series("spans", rows, DTYPE)
    assert made.dtype == DTYPE
    assert made.to_list() == slow
