"""Runs, their assets and their checks, as Dagster records them."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.definitions import build_defs
from redaction.builds import assemble
from redaction.config import load_config
from redaction.execution.code_version import code_digest
from redaction.release import Manifest, ShardWriter
from redaction.state import CorpusPaths, current_plan
from tests.network import paths_of
from tests.pipelines.dagster.running import ASSETS, key, latest, materialize, releases_of


def test_a_build_is_one_run_of_every_asset_of_the_graph(built: tuple[Path, dg.DagsterInstance]) -> None:
    config, instance = built
    [run] = instance.get_runs()
    graph = build_defs(config).resolve_asset_graph()
    assert graph.get_all_asset_keys() == {key(asset) for asset in ASSETS}
    assert {latest(instance, asset).asset_key for asset in graph.get_all_asset_keys()} == {key(a) for a in ASSETS}
    assert run.tags["discreet/corpus"] == "tiny"
    assert run.tags["discreet/version"] == "1.0.0"


def test_partitions_without_posts_are_recorded_and_cost_no_work(built: tuple[Path, dg.DagsterInstance]) -> None:
    config, instance = built
    counts = {
        str(event.partition_key): event.asset_materialization.metadata["records"].value
        for event in instance.fetch_materializations(key("redacted_posts"), limit=1000).records
        if event.asset_materialization
    }
    assert counts["2025-01"] == 1
    assert counts["2025-02"] == 0
    assert sum(int(str(count)) for count in counts.values()) == 4
    settings = load_config(config)
    folder = CorpusPaths.of(settings).build(current_plan(settings).version).path / "redacted" / "posts"
    assert sorted(path.name for path in folder.iterdir()) == ["2025-01", "2025-03", "2025-05"]


def test_every_asset_carries_the_digest_of_the_plan_and_of_the_code(built: tuple[Path, dg.DagsterInstance]) -> None:
    config, instance = built
    settings = load_config(config)
    digest = current_plan(settings).digest
    versions = {a: (latest(instance, key(a)).tags or {})["dagster/data_version"] for a in ASSETS}
    assert versions.pop("corpus") == Manifest.read(CorpusPaths.of(settings).releases / "1.0.0").digest
    assert set(versions.values()) == {digest}
    codes = {(latest(instance, key(a)).tags or {})["dagster/code_version"] for a in ASSETS}
    assert codes == {code_digest()[:12]}


def test_each_gate_is_a_check_with_its_value_threshold_and_a_sentence(
    built: tuple[Path, dg.DagsterInstance],
) -> None:
    config, instance = built
    gates = {gate.name: gate for gate in Manifest.read(paths_of(config).releases / "1.0.0").gates}
    checks = [dg.AssetCheckKey(key("staged_release"), name) for name in gates]
    declared = build_defs(config).resolve_asset_graph().asset_check_keys
    assert {check for check in declared if check.asset_key == key("staged_release")} == set(checks)
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks)
    for check in checks:
        event = records[check].event
        assert event is not None and event.dagster_event is not None
        evaluation = event.dagster_event.asset_check_evaluation_data
        gate = gates[check.name]
        assert evaluation.passed and evaluation.blocking
        assert evaluation.metadata["value"].value == gate.value
        assert evaluation.metadata["threshold"].value == gate.threshold
        assert str(evaluation.description).startswith(f"gate {gate.name} measured ")


def test_a_failed_gate_blocks_the_publishing_asset(
    config: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tampering(ShardWriter):
        def write(self, rows: pl.DataFrame) -> None:
            super().write(rows.with_columns(text=pl.col("text") + " says ada@example.com"))

    monkeypatch.setattr(assemble, "ShardWriter", Tampering)
    assert not materialize(config, instance, *ASSETS)
    assert instance.get_latest_materialization_event(key("corpus")) is None
    assert not materialize(config, instance, "corpus")
    assert not list((config.parent / "out").rglob("*.parquet"))


def test_the_release_can_be_published_by_a_later_run(config: Path, instance: dg.DagsterInstance) -> None:
    assert materialize(config, instance, *ASSETS - {"corpus"})
    assert not releases_of(config)
    assert materialize(config, instance, "corpus")
    assert releases_of(config) == ["1.0.0"]
