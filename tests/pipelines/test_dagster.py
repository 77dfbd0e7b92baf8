"""What Dagster sees, on a real instance: definitions, runs, checks, automation, and an event log without values."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml

from pipelines import build as build_module
from pipelines.build import build, dagster_instance
from pipelines.definitions import build_defs
from pipelines.partitions import all_partitions
from redaction.builds import Build, assemble, resume_release
from redaction.config import CONFIG_VARIABLE, Config, load_config
from redaction.errors import DiscreetError, ProgramError
from redaction.execution.code_version import code_digest
from redaction.release import Manifest, ShardWriter
from redaction.state import BusyError, CorpusPaths, Plan, PlanError, corpus_lock, current_plan
from redaction.state.plan import open_plan
from tests.network import ROOT, Network, paths_of

BIN = Path(sys.executable).parent
ASSETS = {"source_tables", "decisions", "redacted_posts", "redacted_profiles", "staged_release", "corpus"}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    return Network().write(tmp_path, partitions={"start": "2025-01-01"})


@pytest.fixture
def instance(config: Path) -> Iterator[dg.DagsterInstance]:
    with dagster_instance(load_config(config)) as opened:
        yield opened


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dg.DagsterInstance]]:
    """A release that the command line's build made, and the instance that recorded it."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        config = Network().write(folder, partitions={"start": "2025-01-01"})
        build(config)
        with dagster_instance(load_config(config)) as opened:
            yield config, opened


def key(asset: str, corpus: str = "tiny") -> dg.AssetKey:
    return dg.AssetKey([corpus, asset])


def materialize(config: Path, instance: dg.DagsterInstance, *assets: str, partition: str | None = None) -> bool:
    """Materialize some assets in one run: one partition, or all of them."""
    job = build_defs(config).resolve_implicit_global_asset_job_def()
    assert job.partitions_def is not None
    run = job.execute_in_process(
        instance=instance,
        asset_selection=[key(asset) for asset in assets],
        partition_key=partition,
        tags=all_partitions(job.partitions_def) if "redacted_posts" in assets and partition is None else {},
        raise_on_error=False,
    )
    return run.success


def latest(instance: dg.DagsterInstance, asset: dg.AssetKey) -> dg.AssetMaterialization:
    event = instance.get_latest_materialization_event(asset)
    assert event is not None and event.asset_materialization is not None
    return event.asset_materialization


def releases_of(config: Path) -> list[str]:
    return sorted(path.parent.name for path in (config.parent / "out" / "tiny").glob("[0-9]*/manifest.json"))


@pytest.mark.parametrize(
    "command",
    [
        ["dagster", "definitions", "validate", "-m", "pipelines.definitions"],
        ["dg", "check", "defs"],
        ["dg", "list", "defs"],
    ],
)
def test_the_tools_of_dagster_load_the_definitions(command: list[str], config: Path) -> None:
    environment = os.environ | {CONFIG_VARIABLE: str(config)}
    (config.parent / "dagster").mkdir(exist_ok=True)
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_the_grain_is_a_setting(tmp_path: Path, grain: str) -> None:
    start = {"day": "2025-06-18", "week": "2025-01-06", "month": "2025-01-01"}[grain]
    config = Network().write(tmp_path, partitions={"grain": grain, "start": start})
    [asset] = [a for a in build_defs(config).assets or () if isinstance(a, dg.AssetsDefinition) and a.partitions_def]
    assert asset.partitions_def is not None
    keys = asset.partitions_def.get_partition_keys()
    assert keys[0] == (start[:7] if grain == "month" else start)
    build(config)
    assert releases_of(config) == ["1.0.0"]


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


def test_assets_describe_themselves(config: Path) -> None:
    for asset in build_defs(config).assets or ():
        assert isinstance(asset, dg.AssetsDefinition)
        [spec] = asset.specs
        assert spec.owners == ["team:privacy"]
        assert spec.kinds and spec.group_name and spec.description
        assert spec.tags["corpus"] == "tiny"
        columns = spec.metadata.get("dagster/column_schema")
        assert columns is None or all(column.description for column in columns.schema.columns)


def test_the_release_can_be_published_by_a_later_run(config: Path, instance: dg.DagsterInstance) -> None:
    assert materialize(config, instance, *ASSETS - {"corpus"})
    assert not releases_of(config)
    assert materialize(config, instance, "corpus")
    assert releases_of(config) == ["1.0.0"]


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


def test_a_new_decision_asks_for_every_partition_and_then_for_the_release(
    config: Path, instance: dg.DagsterInstance
) -> None:
    defs = build_defs(config)
    first = dg.evaluate_automation_conditions(defs, instance)
    assert materialize(config, instance, "source_tables", "decisions")
    second = dg.evaluate_automation_conditions(defs, instance, cursor=first.cursor)
    asked = {partition for partition in second.get_requested_partitions(key("redacted_posts")) if partition}
    assert {"2025-01", "2025-03", "2025-05"} <= asked
    assert second.get_num_requested(key("redacted_profiles")) == 1
    assert second.get_num_requested(key("staged_release")) == 0
    assert materialize(config, instance, "redacted_posts")
    assert materialize(config, instance, "redacted_profiles")
    third = dg.evaluate_automation_conditions(defs, instance, cursor=second.cursor)
    assert third.get_num_requested(key("staged_release")) == 1
    assert materialize(config, instance, "staged_release")
    fourth = dg.evaluate_automation_conditions(defs, instance, cursor=third.cursor)
    assert third.get_num_requested(key("corpus")) + fourth.get_num_requested(key("corpus")) == 1
    assert materialize(config, instance, "corpus")
    assert releases_of(config) == ["1.0.0"]


def test_a_whole_build_leaves_nothing_for_the_sensor(config: Path, instance: dg.DagsterInstance) -> None:
    defs = build_defs(config)
    first = dg.evaluate_automation_conditions(defs, instance)
    build(config)
    second = dg.evaluate_automation_conditions(defs, instance, cursor=first.cursor)
    assert second.total_requested == 0


def test_the_nightly_schedule_builds_in_one_run(config: Path, instance: dg.DagsterInstance) -> None:
    repository = build_defs(config).get_repository_def()
    schedule = repository.get_schedule_def("nightly")
    assert schedule.cron_schedule == "0 3 * * *"
    with dg.build_schedule_context(instance) as context:
        [request] = schedule.evaluate_tick(context).run_requests or []
    job = repository.get_job(schedule.job_name)
    assert job.execute_in_process(instance=instance, tags=dict(request.tags)).success
    assert releases_of(config) == ["1.0.0"]


def test_nothing_from_a_row_is_in_the_event_log_also_when_a_run_fails(config: Path) -> None:
    build(config)
    (config.parent / "key").chmod(0o644)
    with pytest.raises(DiscreetError):
        build(config)
    network = Network()
    secrets = [word for post in network.posts for word in str(post["text"]).split() if len(word) > 8]
    secrets += [profile["full_name"] for profile in network.profiles]
    logs = [path for path in (config.parent / "dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in logs)
    for path in logs:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path


def test_an_unexpected_error_is_reported_by_its_type_alone(
    config: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(ShardWriter):
        def write(self, rows: pl.DataFrame) -> None:
            raise ValueError(rows["text"][0])

    monkeypatch.setattr(assemble, "ShardWriter", Failing)
    with pytest.raises(ProgramError, match=r"staged_release: ValueError in write, line \d+; this is a defect"):
        build(config)
    logs = b"".join(path.read_bytes() for path in (config.parent / "dagster").rglob("*") if path.is_file())
    assert b"timetable" not in logs


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


def test_two_corpora_in_one_instance_have_a_graph_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    configs = {name: Network().write(tmp_path / name, corpus=name) for name in ("first", "second-one")}
    for config in configs.values():
        build(config)
    with dagster_instance(load_config(configs["first"])) as instance:
        for name, config in configs.items():
            keys = build_defs(config).resolve_asset_graph().get_all_asset_keys()
            assert keys == {key(asset, name) for asset in ASSETS}
            [run] = instance.get_runs(dg.RunsFilter(tags={"discreet/corpus": name}))
            events = {asset: instance.get_latest_materialization_event(asset) for asset in keys}
            assert {event.run_id for event in events.values() if event} == {run.run_id}
        assert len(instance.all_asset_keys()) == 2 * len(ASSETS)


def test_dagster_stores_no_value_of_an_asset(
    built: tuple[Path, dg.DagsterInstance], config: Path, instance: dg.DagsterInstance
) -> None:
    def stored(home: Path) -> list[str]:
        files = (path for path in (home / "storage").rglob("*") if path.is_file())
        return [path.name for path in files if path.parent.name != "compute_logs"]

    @dg.asset
    def careless() -> str:
        return "a text"

    assert not stored(built[0].parent / "dagster")
    resources = {"io_manager": (build_defs(config).resources or {})["io_manager"]}
    assert not dg.materialize([careless], resources=resources, instance=instance, raise_on_error=False).success
    assert not stored(config.parent / "dagster")


def test_telemetry_is_off(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled


def test_a_build_reads_its_version_before_it_releases_the_corpus(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_elsewhere(paths: CorpusPaths) -> None:
        with corpus_lock(paths):
            pass

    def while_locked(settings: Config) -> Plan:
        with ThreadPoolExecutor(1) as pool, pytest.raises(BusyError):
            pool.submit(lock_elsewhere, CorpusPaths.of(settings)).result()
        return current_plan(settings)

    monkeypatch.setattr(build_module, "current_plan", while_locked)
    assert build(config).name == "1.0.0"


def test_a_step_waits_while_another_process_holds_the_corpus(config: Path, instance: dg.DagsterInstance) -> None:
    code = (
        "import sys; from pathlib import Path; from redaction.config import load_config;"
        "from redaction.state import BusyError, CorpusPaths, corpus_lock\n"
        "with corpus_lock(CorpusPaths.of(load_config(Path(sys.argv[1])))): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(config)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError):
            build(config)
        with ThreadPoolExecutor(1) as pool:
            step = pool.submit(materialize, config, instance, "source_tables")
            time.sleep(2)
            assert not step.done()
            assert not (config.parent / "state" / "tiny" / "plan.json").exists()
            holder.stdin.close()
            assert step.result(timeout=300)
