import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.state.stores.list_columns import list_series, regrouped

DTYPE = pl.List(pl.Struct({"start": pl.UInt32, "kind": pl.String, "score": pl.Float64}))
RECORDS = st.tuples(st.integers(0, 2**32 - 1), st.text(), st.floats(0, 1))


@given(st.lists(st.lists(RECORDS, max_size=4), max_size=6))
def test_the_result_equals_that_of_single_rows(rows):
    slow = [[dict(zip(("start", "kind", "score"), record, strict=True)) for record in row] for row in rows]
    made = list_series("spans", rows, DTYPE)
    assert made.dtype == DTYPE
    assert made.to_list() == slow


@given(st.lists(st.lists(st.text(max_size=2), max_size=4), max_size=6))
def test_split_lists_are_joined_again(rows):
    lists = pl.Series("each", rows, pl.List(pl.String))
    assert regrouped(lists.explode(empty_as_null=False), lists.list.len().to_numpy()).to_list() == rows


def test_sizes_of_other_values_are_refused():
    for sizes in ([], [1], [2, 1]):
        with pytest.raises(ValueError, match="2 values in lists of"):
            regrouped(pl.Series(["a", "b"]), np.array(sizes, np.int64))
