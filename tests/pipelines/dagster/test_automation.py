"""What the schedule and the sensor ask for."""

from pathlib import Path

import dagster as dg

from pipelines.build import build
from pipelines.definitions import build_defs
from tests.pipelines.dagster.running import key, materialize, releases_of


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
