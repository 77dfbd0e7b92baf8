"""Posts are located in the order of the inputs, in as many parts as there must be."""

import random
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.builds.copies import post_locations
from redaction.builds.copies.post_locations import located
from redaction.tables import LOCATOR

PLACES = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 5)), min_size=1)


@given(PLACES, st.integers(1, 40), st.integers(1, 7), st.randoms(use_true_random=False))
def test_every_post_is_located_once_in_the_order_of_the_inputs(
    places: set[tuple[int, int, int]], at_once: int, block: int, chance: random.Random
) -> None:
    rows = chance.sample(sorted(places), len(places))
    which = np.array([chance.random() < 0.7 for _ in rows])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as small:
        small.setattr(post_locations, "_AT_ONCE", at_once)
        index = Path(folder) / "index.parquet"
        pl.DataFrame(rows, schema=LOCATOR, orient="row").write_parquet(index, row_group_size=block)
        parts = list(located(index, which))
    wanted = sorted((*place, number) for number, place in enumerate(rows) if which[number])
    assert pl.concat(parts).rows() == wanted
    groups = [set(part.select("file", "row_group").iter_rows()) for part in parts]
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert len(parts) > 1 or len(wanted) <= at_once or len(groups[0]) == 1
