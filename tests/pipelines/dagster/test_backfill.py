"""A backfill whose processes are killed in the middle, and of which a partition fails, ends complete."""

import time
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.storage.tags import BACKFILL_ID_TAG

from pipelines.definitions import build_defs
from pipelines.instance import dagster_instance
from redaction.config import load_config
from redaction.release import Manifest
from tests.network import Network, paths_of
from tests.pipelines.dagster import daemon
from tests.pipelines.dagster.running import key, materialize, releases_of

Status = dg.DagsterRunStatus
TEXT = "Thanks to everyone who came to the launch, it was a pleasure to meet you all in the old town hall."


def _network(months: int) -> Network:
    """A network with posts in every month until June 2025."""
    network = Network()
    base = network.posts[1]
    network.posts = [post for post in network.posts if post["post_id"] != "p-old"]
    created = [datetime(2023 + month // 12, month % 12 + 1, 3, 12, tzinfo=UTC) for month in range(30)]
    network.posts += [
        base | {"post_id": f"p-{month}-{number}", "text": f"{TEXT} Number {month}, {number}.", "created_at": when}
        for month, when in enumerate(created[-months:])
        for number in range(20)
    ]
    return network


@pytest.mark.slow
@pytest.mark.parametrize("months", [4, 30])
def test_a_backfill_that_is_killed_and_has_a_partition_that_fails_ends_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, months: int
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    start = "2023-01-01" if months == 30 else "2025-03-01"
    config = _network(months).write(tmp_path, partitions={"start": start})
    with dagster_instance(load_config(config)) as instance:
        daemon.poll_often(config)
        assert materialize(config, instance, "source_tables", "decisions")
        redacted = paths_of(config).build("1.0.0").redacted / "posts"
        redacted.mkdir(parents=True)
        (redacted / "2025-06").write_text("no folder can be made here", "utf-8")
        process = daemon.start(config)
        try:
            backfill(config, instance, "killed")
            daemon.wait_until(lambda: len(list(redacted.glob("*/*"))) > 0, 0.002)
        finally:
            daemon.kill(process)
        [left] = _runs(instance)
        assert left.status == Status.STARTED
        assert len(list(redacted.glob("*/*"))) < months, "it was killed in the middle"
        with daemon.running(config):
            daemon.wait_until(lambda: len(_runs(instance)) > 1 and daemon.ended(instance))
            assert [run.status for run in _runs(instance)] == [Status.FAILURE] * 2, "one more start"
            (redacted / "2025-06").unlink()
            backfill(config, instance, "missing and failed")
            daemon.wait_until(lambda: len(_runs(instance)) > 2 and daemon.ended(instance))
            assert _runs(instance)[0].status == Status.SUCCESS
    assert materialize(config, instance, "redacted_profiles", "staged_release", "corpus")
    assert releases_of(config) == ["1.0.0"]
    assert Manifest.read(paths_of(config).releases / "1.0.0").sources["posts"].kept == 20 * months + 3


def _runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """List the runs of backfills, the newest first."""
    return [run for run in instance.get_runs() if BACKFILL_ID_TAG in run.tags]


def backfill(config: Path, instance: dg.DagsterInstance, name: str) -> None:
    """Launch a backfill of the partitions of `redacted_posts` that are missing."""
    asset = key("redacted_posts")
    graph = build_defs(config).resolve_asset_graph()
    partitions = graph.get(asset).partitions_def
    assert partitions is not None
    missing = sorted(set(partitions.get_partition_keys()) - instance.get_materialized_partitions(asset))
    assert missing
    instance.add_backfill(
        PartitionBackfill.from_asset_partitions(
            backfill_id=name.replace(" ", "-"),
            asset_graph=graph,
            partition_names=missing,
            asset_selection=[asset],
            backfill_timestamp=time.time(),
            tags={},
            dynamic_partitions_store=instance,
            all_partitions=False,
            title=None,
            description=None,
            run_config=None,
        )
    )
