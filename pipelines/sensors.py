"""Sensors that ask for a build: after new files, and after a change of the rights or the rules. Off until switched on.

Each remembers in its cursor what it has asked for. Dagster starts no second run for the same run key, so a tick that is
repeated after a crash asks for nothing twice.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import dagster as dg

from pipelines.automation import BUILD
from pipelines.partitions import all_partitions
from redaction.builds.watch import (
    RECORD_TABLES,
    RIGHTS_TABLES,
    WatchedFiles,
    is_planned,
    last_plan,
    ledger_digest,
    planned_rights_digest,
    rights_digest,
    watch_files,
)
from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.execution.failures import failure_of

SETTLE_SECONDS: Final = 60.0
"""A local file that was written within this time may not be complete; the build waits for it."""

_INTERVAL_SECONDS: Final = 60
_NEW_FILES_TAG: Final = "discreet/new_files"

Answer = dg.SensorResult | dg.SkipReason
Evaluation = Callable[[dg.SensorEvaluationContext], Answer]


def build_after_new_files(
    config_path: Path, partitions: dg.PartitionsDefinition[str], settle_seconds: float = SETTLE_SECONDS
) -> dg.SensorDefinition:
    """Ask for a build when files of posts or profiles came, changed or went, and all of them are complete.

    Args:
        config_path: The config of the run.
        partitions: The partitions of the build.
        settle_seconds: How long a file must not have been written to count as complete.

    Returns:
        The sensor.
    """

    @dg.sensor(
        name="build_after_new_files",
        job=BUILD,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        description="A whole build after files of posts or profiles came, changed or went. Off until switched on.",
    )
    @_without_values
    def sensor(context: dg.SensorEvaluationContext) -> Answer:
        config = load_config(config_path)
        files = watch_files(config, RECORD_TABLES, settle_seconds)
        number, seen = _read_cursor(context.cursor)
        if files.unsettled:
            return _wait(files, settle_seconds)
        new, gone = len(files.keys - seen), len(seen - files.keys)
        if not new and not gone:
            return dg.SkipReason("no file came, changed or went")
        cursor = json.dumps({"requests": number + 1, "files": sorted(files.keys)})
        if context.cursor is None and is_planned(config):
            return dg.SensorResult(skip_reason="the last build has read these files", cursor=cursor)
        key = hashlib.sha256(f"{number} {sorted(files.keys)}".encode()).hexdigest()
        return dg.SensorResult([_request(partitions, key, {_NEW_FILES_TAG: str(new)})], cursor=cursor)

    return sensor


def build_after_rights_change(
    config_path: Path, partitions: dg.PartitionsDefinition[str], settle_seconds: float = SETTLE_SECONDS
) -> dg.SensorDefinition:
    """Ask for a build when the content of the ledger, the other rights tables, the policy or the regions changed.

    Args:
        config_path: The config of the run.
        partitions: The partitions of the build.
        settle_seconds: How long a file must not have been written to count as complete.

    Returns:
        The sensor.
    """

    @dg.sensor(
        name="build_after_rights_change",
        job=BUILD,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        description="A whole build when ledger, region signals, objections, policy or regions are other ones than the "
        "last build read. Off until switched on.",
    )
    @_without_values
    def sensor(context: dg.SensorEvaluationContext) -> Answer:
        config = load_config(config_path)
        files = watch_files(config, RIGHTS_TABLES, settle_seconds)
        if files.unsettled:
            return _wait(files, settle_seconds)
        known = json.loads(context.cursor) if context.cursor else {}
        ledger = known["ledger"] if known.get("files") == files.digest else ledger_digest(config)
        rights, plan = rights_digest(config, ledger), last_plan(config)
        key = f"{plan.digest if plan else ''} {rights}"
        changed = plan is None or rights != planned_rights_digest(config, plan)
        asks = changed and key != known.get("asked")
        cursor = json.dumps({"files": files.digest, "ledger": ledger, "asked": key if asks else known.get("asked")})
        if asks:
            return dg.SensorResult([_request(partitions, key, {})], cursor=cursor)
        reason = "a build was asked for" if changed else "rights and rules are those of the last build"
        return dg.SensorResult(skip_reason=reason, cursor=cursor)

    return sensor


def _wait(files: WatchedFiles, settle_seconds: float) -> dg.SkipReason:
    return dg.SkipReason(f"{files.unsettled} files were written in the last {settle_seconds:g} seconds; waiting")


def _request(partitions: dg.PartitionsDefinition[str], key: str, tags: dict[str, str]) -> dg.RunRequest:
    return dg.RunRequest(run_key=key, tags=all_partitions(partitions) | tags)


def _read_cursor(cursor: str | None) -> tuple[int, frozenset[str]]:
    """Return how many requests there were, and the files at the last one."""
    seen: dict[str, Any] = json.loads(cursor) if cursor else {"requests": 0, "files": []}
    return seen["requests"], frozenset(seen["files"])


def _without_values(evaluate: Evaluation) -> Evaluation:
    """Turn any error of a sensor into a `dagster.Failure` that repeats nothing from a row."""

    @wraps(evaluate)
    def run(context: dg.SensorEvaluationContext) -> Answer:
        try:
            return evaluate(context)
        except DiscreetError as error:
            problem = str(error)
        except (KeyboardInterrupt, GeneratorExit):
            problem = ""
        except BaseException as error:  # noqa: BLE001 - any message may contain a value
            problem = str(failure_of(error))
        if not problem:
            raise KeyboardInterrupt  # a new one, without a message
        # Outside the handlers, because Dagster stores the messages of a whole chain of exceptions.
        raise dg.Failure(problem)

    return run
