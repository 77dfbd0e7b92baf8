"""A whole build in this process: one run of the job `build`, in the order that the assets' `deps` declare."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import dagster as dg

from pipelines.automation import BUILD
from pipelines.definitions import build_defs
from pipelines.failures import REFUSED, TRACEBACK
from pipelines.instance import dagster_instance
from pipelines.partitions import all_partitions
from redaction.config import load_config
from redaction.errors import DiscreetError, ProgramError, ResourceError
from redaction.release import Staging
from redaction.state import CorpusPaths, corpus_lock, current_plan, master_key
from redaction.storage import StoragePath

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class BuildError(DiscreetError):
    """A build that stopped; nothing was published."""


def build(
    config_path: Path,
    as_of: str | None = None,
    version: str | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> StoragePath:
    """Materialize every asset of a config.

    Args:
        config_path: The YAML file.
        as_of: Evaluate rights as of this instant; the config's, or now, if absent.
        version: The release's version; the next one if absent.
        on_step: Called with the name of each step that starts, in this thread.

    Returns:
        The folder of the release.

    Raises:
        BuildError: A step failed. What had been published before stays.
        BusyError: Another build or a takedown is running.
        DiscreetError: The config or the key cannot be used.
        ResourceError: The machine refused room, memory or permission.
        ProgramError: A step failed by a defect of the program; the message names its traceback.
        KeyboardInterrupt: The build was interrupted.
    """
    config = load_config(config_path)
    master_key(config)
    job = build_defs(config_path).resolve_job_def(BUILD.name)
    if job.partitions_def is None:
        raise BuildError(f"{config.corpus}: the job {BUILD.name} has no partitions")
    instance, run_id = dagster_instance(config), str(uuid4())
    instance.add_event_listener(run_id, lambda entry: _report_start(entry, on_step))
    options = {"ops": {"source_tables": {"config": {"as_of": as_of, "version": version}}}}
    paths = CorpusPaths.of(config)
    with corpus_lock(paths):
        try:
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                run_config=_QUIET | options,
                tags=all_partitions(job.partitions_def),
                raise_on_error=False,
            )
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        finally:
            Staging.discard_all(paths.corpora, paths.corpus, paths.state)  # unaudited rows, unless it was published
        if result.success:
            return paths.releases / current_plan(config).version
    if any(map(_is_interrupt, result.all_events)):
        raise KeyboardInterrupt
    problem = _problem(result)
    raise problem


def _report_start(entry: dg.EventLogEntry, on_step: Callable[[str], None]) -> None:
    event = entry.dagster_event
    if event is not None and event.is_step_start and event.step_key is not None:
        on_step(event.step_key)


def _is_interrupt(event: dg.DagsterEvent) -> bool:
    error = event.step_failure_data.error if event.is_step_failure else None
    return error is not None and error.cls_name in {"KeyboardInterrupt", "DagsterExecutionInterruptedError"}


def _problem(result: dg.ExecuteInProcessResult) -> DiscreetError:
    """The error of the step that failed, or of the check that did not pass."""
    for check in result.get_asset_check_evaluations():
        if not check.passed:
            sentence = str(check.description)
            return BuildError(sentence if check.check_name in sentence else f"{check.check_name}: {sentence}")
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.user_failure_data is not None:
            failure = event.step_failure_data.user_failure_data
            if TRACEBACK in failure.metadata:
                log = Path(str(failure.metadata[TRACEBACK].value))
                return ProgramError(f"{event.step_key}: {failure.description}", log=log)
            if REFUSED in failure.metadata:
                return ResourceError(str(failure.description))
            return BuildError(*str(failure.description).split("\n"))  # each line is escaped
    return BuildError("the run failed; see discreet ui")
