"""A record may use its whole time, and no step begins after that."""

import pytest

from redaction.detection.errors import RecordTimedOutError
from redaction.detection.record_clock import RecordClock


def test_a_step_begins_until_more_than_the_limit_is_spent() -> None:
    clock = RecordClock(2.0)
    clock.add(1.0)
    clock.add(1.0)
    clock.check()
    clock.add(0.001)
    with pytest.raises(RecordTimedOutError, match="record_seconds"), clock:
        pytest.fail("the step began")


def test_the_time_of_a_step_counts_also_if_it_fails() -> None:
    clock = RecordClock(0.0)
    with pytest.raises(KeyError), clock:
        sum(range(100_000))
        raise KeyError
    with pytest.raises(RecordTimedOutError):
        clock.check()
