"""What a failed step may say in Dagster's event log: a message written for users, or a type's name. Never a value."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import ParamSpec

import dagster as dg

from pipelines.resources import CorpusResource
from redaction.errors import DiscreetError, ProgramError, ResourceError
from redaction.execution.failures import failure_of, write_trace
from redaction.state import CorpusPaths

TRACEBACK, REFUSED = "traceback", "refused"
Params = ParamSpec("Params")
Step = Callable[Params, dg.MaterializeResult[None]]


def without_values(step: Step[Params]) -> Step[Params]:
    """Turn any error of an asset into a `dagster.Failure` that repeats nothing from a row; log how long it took.

    For a defect of the program, a traceback without values is written to the logs of the corpus, and the failure names
    it in its metadata as `TRACEBACK`. What the machine refused has `REFUSED` there.

    Returns:
        The function to decorate with `dg.asset`.
    """

    @wraps(step)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> dg.MaterializeResult[None]:
        problem: DiscreetError | None = None
        started = perf_counter()
        try:
            result = step(*args, **kwargs)
            _say_ended(args, perf_counter() - started)
            return result
        except (dg.DagsterExecutionInterruptedError, KeyboardInterrupt):
            pass
        except DiscreetError as error:
            problem = error
        except BaseException as error:  # noqa: BLE001 - any message may contain a text
            problem = failure_of(error)
        if problem is None:
            raise KeyboardInterrupt  # a new one, without a message
        metadata: dict[str, str | bool] = {}
        if isinstance(problem, ResourceError):
            metadata[REFUSED] = True
        if isinstance(problem, ProgramError):
            metadata[TRACEBACK] = str(write_trace(problem.trace, _logs(kwargs)) or "")
        # Outside the handler, because Dagster logs the messages of a whole chain of exceptions.
        raise dg.Failure(str(problem), metadata=metadata, allow_retries=False)

    # Dagster reads the bare `MaterializeResult` as an output without a value: there is nothing to pickle.
    run.__annotations__ = step.__annotations__ | {"return": dg.MaterializeResult}
    return run


def _say_ended(arguments: tuple[object, ...], seconds: float) -> None:
    """Write the line of this step into the log of the run."""
    for context in arguments:
        if isinstance(context, dg.AssetExecutionContext):
            context.log.info(f"ended after {seconds:.1f} s")


def _logs(arguments: Mapping[str, object]) -> Path | None:
    corpus = next((each for each in arguments.values() if isinstance(each, CorpusResource)), None)
    try:
        return CorpusPaths.of(corpus.config).logs if corpus else None
    except DiscreetError:
        return None
