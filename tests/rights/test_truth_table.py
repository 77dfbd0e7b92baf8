"""A quarter of a million combinations, decided by the program and by the reference, row for row."""

from functools import cache

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from redaction.rights import Reason
from tests.rights import reference
from tests.rights.combinations import CASES, limited, table
from tests.rights.reference import World
from tests.rights.worlds import (
    at,
    decided,
    expected,
)

SHORT, WHOLE = 7, 1


@cache
def run(case: str, every: int) -> tuple[World, pl.DataFrame]:
    world = CASES[case](every)
    return world, decided(world).records


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_the_reference_row_for_row(case: str) -> None:
    world, records = run(case, SHORT)
    assert_frame_equal(records, expected(world))


def test_the_table_covers_every_reason() -> None:
    reasons = {reason for case in CASES for reason in run(case, SHORT)[1]["reason"]}
    assert reasons == set(Reason) - {Reason.NEAR_DUPLICATE}


@pytest.mark.slow
def test_the_whole_table_agrees_with_the_reference_row_for_row() -> None:
    rows = 0
    for case in CASES:
        world, records = run(case, WHOLE)
        assert_frame_equal(records, expected(world))
        rows += records.height
    assert rows >= 250_000


def test_subjects_agree_with_the_reference() -> None:
    uses = {"purpose": ("ai_training", "research"), "recipient": ("self", "third_party")}
    world = table(at(2025, 6, 30), SHORT, policy=limited(), **uses)
    subjects = decided(world).subjects
    for row in subjects.filter(pl.int_range(pl.len()) % 3 == 0).iter_rows(named=True):
        assert reference.decide_subject(world, row["subject_id"]) == (row["reason"], row["rule"], row["evidence_id"])
