"""What may be told of work that failed: its type and place, never its message, which may repeat a text."""

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
    """Work that failed. Names the type of what went wrong, never its message."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What a worker raised. Returned, not raised: whoever carries an exception may log its message."""

    error: DiscreetError


def attempt(function: Callable[[Portion], Result], portion: Portion) -> Result | Failed:
    """The function's result, or how it failed."""
    try:
        return function(portion)
    except DiscreetError as error:
        return Failed(error)
    except (Exception, PanicException) as error:  # noqa: BLE001 - the message may hold a text
        return Failed(ExecutionError(problem_of(error)))


def taken(result: Result | Failed) -> Result:
    """What `attempt` gave, raised if it is an error."""
    if isinstance(result, Failed):
        raise result.error
    return result


def problem_of(error: BaseException) -> str:
    """One line about an error that nobody foresaw."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, line {place.lineno}; this is a defect of the program"
