"""The words about a takedown: counts, what replaces what, and what becomes of rows that can still be read."""

from datetime import UTC, datetime

import pytest

from redaction.operations.takedown_answer import NOTHING, TakedownAnswer, TakedownPreview


def preview(**changes: object) -> TakedownPreview:
    facts = {
        "corpus": "tiny",
        "as_of": datetime(2025, 6, 30, tzinfo=UTC),
        "records": {"posts": 1, "profiles": 0},
        "causes": {"withdrawal": {"opted_out": 1}},
        "releases": {"1.0.0": 1},
        "newest": "1.1.0",
        "successor": None,
        "superseded": (),
    }
    return TakedownPreview.model_validate(facts | changes)


def test_a_release_without_the_records_stays() -> None:
    assert list(preview().lines(remove_rows=True)) == [
        "Would remove 1 record (1 post) from 1.0.0:",
        "  withdrawal 1 (opted_out 1)",
        "1.1.0, the newest release, holds none of them, and stays.",
    ]


@pytest.mark.parametrize(
    ("remove_rows", "last"),
    [
        (True, "All rows of 1.0.0 and 1.1.0 are removed from the output, for good."),
        (False, "The rows of 1.0.0 and 1.1.0 stay readable; --withdraw removes them."),
    ],
)
def test_rows_that_can_be_read_are_named_also_where_nothing_is_removed(remove_rows: bool, last: str) -> None:
    nothing = preview(records={"posts": 0}, releases={}, causes={}, superseded=("1.0.0", "1.1.0"))
    assert nothing.is_empty
    assert list(nothing.lines(remove_rows=remove_rows)) == [last]
    replaced = preview(successor="2.0.0", superseded=("1.0.0", "1.1.0")).lines(remove_rows=remove_rows)
    assert list(replaced)[-2:] == ["2.0.0 replaces 1.1.0.", last]


def test_an_answer_ends_with_the_release_or_with_nothing() -> None:
    assert list(TakedownAnswer(preview=preview(), changed=False).lines()) == [NOTHING]
    done = TakedownAnswer(
        preview=preview(),
        changed=True,
        takedown="000001",
        release="out/2.0.0",
        seconds_to_removal={"median": 86_400.0, "longest": 172_800.0},
        withdrawn=("1.0.0",),
    )
    assert list(done.lines()) == [
        "Takedown 000001: removed 1 record (1 post) from 1.0.0.",
        "From event to removal: median 1 day, longest 2 days.",
        "withdrawn: 1.0.0, its rows were removed from the output",
        "out/2.0.0",
    ]
