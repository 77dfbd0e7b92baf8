"""Numbers, lists and durations in sentences."""

from datetime import timedelta

import pytest

from redaction.wording import counted, counted_sources, listed, spelled


def test_a_number_decides_its_noun() -> None:
    assert [counted(n, "file") for n in (0, 1, 2, 1_000)] == ["0 files", "1 file", "2 files", "1,000 files"]
    assert counted(2, "copy", "copies") == "2 copies"
    assert counted_sources({"posts": 1, "profiles": 0, "others": 2}) == "1 post and 2 others"
    assert counted_sources({"posts": 0}) == "none"


def test_the_last_two_are_joined_by_and() -> None:
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds"),
        (0.4, "0 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (3_599, "60 minutes"),
        (3_600, "1 hour"),
        (86_399, "24 hours"),
        (86_400, "1 day"),
        (129_601, "2 days"),
    ],
)
def test_a_duration_is_in_its_largest_unit(seconds: float, words: str) -> None:
    assert spelled(timedelta(seconds=seconds)) == words
