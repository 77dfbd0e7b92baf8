"""A step that follows a change of its inputs, policy or plan does nothing."""

import shutil
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml

from pipelines.build import build
from redaction.builds import Build, resume_release
from redaction.config import load_config
from redaction.state import CorpusPaths, PlanError, current_plan
from redaction.state.plan import open_plan
from tests.network import Network
from tests.pipelines.dagster.running import ASSETS, key, materialize, releases_of


def test_a_release_staged_for_another_build_is_not_published(config: Path, instance: dg.DagsterInstance) -> None:
    assert materialize(config, instance, *ASSETS - {"corpus"})
    Network(posts=Network().posts[:3]).write(config.parent, partitions={"start": "2025-01-01"})
    assert materialize(config, instance, "source_tables", "decisions")
    assert not materialize(config, instance, "corpus")
    assert instance.get_latest_materialization_event(key("corpus")) is None


def test_a_release_staged_before_a_withdrawal_is_not_published(config: Path, instance: dg.DagsterInstance) -> None:
    assert materialize(config, instance, *ASSETS - {"corpus"})
    settings = load_config(config)
    event = instance.get_latest_materialization_event(key("staged_release"))
    assert event is not None
    assert resume_release(Build.open(settings), event.run_id).manifest.version == "1.0.0"
    later = current_plan(settings).model_copy(update={"tombstones": "f" * 64})
    open_plan(CorpusPaths.of(settings), later)
    with pytest.raises(PlanError, match="staged for another plan; materialize staged_release again"):
        resume_release(Build.open(settings), event.run_id)


def test_a_partition_of_an_older_build_is_not_released(config: Path, instance: dg.DagsterInstance) -> None:
    build(config)
    network = Network()
    network.posts = network.posts[:10]
    network.write(config.parent, partitions={"start": "2025-01-01"})
    assert materialize(config, instance, "source_tables", "decisions")
    assert not materialize(config, instance, "staged_release", "corpus")
    assert releases_of(config) == ["1.0.0"]


def test_inputs_that_change_under_a_build_stop_it(config: Path, instance: dg.DagsterInstance) -> None:
    assert materialize(config, instance, "source_tables", "decisions")
    path = config.parent / "posts.parquet"
    pl.read_parquet(path).reverse().write_parquet(path)
    assert not materialize(config, instance, "redacted_posts", partition="2025-03")
    assert not materialize(config, instance, "staged_release", "corpus")
    assert not releases_of(config)


def test_a_policy_that_changes_under_a_build_stops_it(config: Path, instance: dg.DagsterInstance) -> None:
    settings = yaml.safe_load(config.read_text("utf-8"))
    policy = Path(shutil.copy(settings["rights"]["policy"], config.parent / "policy.yaml"))
    settings["rights"]["policy"] = str(policy)
    config.write_text(yaml.safe_dump(settings), "utf-8")
    assert materialize(config, instance, *ASSETS - {"staged_release", "corpus"})
    text = policy.read_text("utf-8")
    policy.write_text(text.replace("policy_id: linkedin-2024-09", "policy_id: linkedin-2024-10"), "utf-8")
    assert policy.read_text("utf-8") != text
    assert not materialize(config, instance, "staged_release")
    assert not materialize(config, instance, "decisions")
    policy.write_text(text, "utf-8")
    assert materialize(config, instance, "decisions")
