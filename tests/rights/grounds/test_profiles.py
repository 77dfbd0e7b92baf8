"""What a profile says about age counts until the ledger has something newer."""

from datetime import timedelta

import pytest

from tests.rights.worlds import TICK, at, event, make_world, post, profile, reason_of, signal

UPDATED = at(2024, 6, 1)


@pytest.mark.parametrize(
    ("after", "reason"), [(-TICK, "eligible"), (0 * TICK, "eligible"), (TICK, "age_unknown")], ids=str
)
def test_only_a_change_of_age_after_the_profile_was_updated_makes_the_age_unknown(
    after: timedelta, reason: str
) -> None:
    events = [event("e", "a", "age_update", UPDATED + after)]
    member = profile("a", updated_at=UPDATED)
    world = make_world([post("p", "a", at(2024, 1, 1))], [member], events, [signal("a", "US")])
    assert reason_of(world, "p") == reason
