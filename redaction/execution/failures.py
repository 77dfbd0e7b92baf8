"""Reports failures of work by type and line, never by message, which may repeat a text."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from polars.exceptions import PanicException

from redaction.errors import DiscreetError

Portion = TypeVar("Portion")
Result = TypeVar("Result")

WORKER_DIED = "a worker process died (out of memory?); lower execution.workers or execution.chunk_rows"


class ExecutionError(DiscreetError):
    """Work that failed. Names the type of the error, never its message."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An error in a worker. It is returned, not raised: a pool may log the message of an exception."""

    error: DiscreetError


def attempt(function: Callable[[Portion], Result], portion: Portion) -> Result | Failed:
    """Return the function's result, or how it failed."""
    try:
        return function(portion)
    except DiscreetError as error:
        return Failed(error)
    except (Exception, PanicException) as error:  # noqa: BLE001 - the message may hold a text
        return Failed(ExecutionError(problem_of(error)))


def unwrap(result: Result | Failed) -> Result:
    """Return the result of `attempt`, or raise its error."""
    if isinstance(result, Failed):
        raise result.error
    return result


def problem_of(error: BaseException) -> str:
    """Describe an unforeseen error in one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}; this is a defect of the program"
