"""A takedown does not remove too much, and diffs do not claim too much after it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from redaction.config import load_config
from redaction.operations import compare_releases
from redaction.operations.take_down import WithdrawError
from redaction.release import release_at
from redaction.state import CorpusPaths
from tests.network import paths_of
from tests.operations.take_down.requests import (
    affected_releases,
    linked_records,
    opted_out,
    take_down,
    with_new_post,
    without,
)
from tests.releases import release

JUNE = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "reason"), [("profiles", "subject_unknown 5"), ("region_signals", "region_unknown 7")]
)
def test_a_truncated_table_removes_nothing(config: Path, table: str, reason: str) -> None:
    cut = with_new_post()
    getattr(cut, table).clear()
    cut.write(config.parent)
    with pytest.raises(WithdrawError, match=reason) as refused:
        take_down(config, most_absent=0.2)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("say --most-absent 1")
    assert not paths_of(config).tombstones.exists()


def test_a_takedown_of_later_releases_keeps_the_state_of_earlier_ones(config: Path) -> None:
    opted_out(with_new_post()).write(config.parent)
    assert affected_releases(take_down(config, since="1.1.0")) == {"1.1.0": 3}
    assert linked_records(config, "1.0.0") == {"ada", "p-ada", "p-may"}
    without(opted_out(with_new_post()), "ada").write(config.parent)
    assert affected_releases(take_down(config)) == {"1.0.0": 3}
    assert not linked_records(config, "1.0.0") | linked_records(config, "1.1.0")


def test_diff_does_not_claim_that_erased_records_were_missing_from_the_inputs(config: Path) -> None:
    """The subject was erased, and returned with a post that no build had released before."""
    network = opted_out(with_new_post())
    network.posts.append(network.posts[0] | {"post_id": "p-q", "text": "A question on couplings and of long ago."})
    network.write(config.parent)
    release(config)
    take_down(config)
    event = {"event_id": "yes", "subject_id": "ada", "action": "opt_in", "event_time": JUNE, "received_at": JUNE}
    network.rights_events.append(event)
    network.write(config.parent)
    release(config)
    settings = load_config(config)
    before, after = (
        release_at(CorpusPaths.of(settings).releases / str(version))
        for version in CorpusPaths.of(settings).registry.versions()[-2:]
    )
    assert compare_releases(before, after, settings).added_for == {"posts": {"not_known": 1}}
