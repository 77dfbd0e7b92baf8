"""Reports failures of work by type and line, never by message, which may repeat a text."""

import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from platformdirs import user_state_path

from redaction.errors import DiscreetError, ProgramError

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
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - the message may hold a text
        return Failed(program_error(error))


def unwrap(result: Result | Failed) -> Result:
    """Return the result of `attempt`, or raise its error."""
    if isinstance(result, Failed):
        raise result.error
    return result


def program_error(error: BaseException) -> ProgramError:
    """Describe an unforeseen error without any value; raise the result outside the handler, so that it has no chain."""
    frames = traceback.extract_tb(error.__traceback__)
    position = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return ProgramError(f"{type(error).__name__}{position}; this is a defect of the program", trace_of(error))


def trace_of(error: BaseException) -> str:
    """Return the types, files, lines and functions of an error and of all that led to it; no message and no value."""
    return "\n".join(line for each in _chain(error) for line in _lines(each)) + "\n"


def write_trace(trace: str, folder: Path | None = None) -> Path | None:
    """Write a traceback where only its owner can read it.

    Args:
        trace: What `trace_of` returned.
        folder: The folder of the logs; by default, or where it cannot be written, that of the user.

    Returns:
        The file; None where no folder can be written.
    """
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{os.getpid()}.txt"
    for logs in (folder, user_state_path("discreet", appauthor=False) / "logs"):
        if logs is None:
            continue
        try:
            logs.mkdir(parents=True, exist_ok=True)
            logs.chmod(0o700)
            with os.fdopen(os.open(logs / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(trace)
        except OSError:
            continue
        return logs / name
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those behind it, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        group = each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        waiting += [e for e in (*group, each.__context__, each.__cause__) if e is not None]


def _lines(error: BaseException) -> list[str]:
    if isinstance(error, ProgramError) and error.trace:
        return [error.trace.rstrip()]
    frames = traceback.extract_tb(error.__traceback__)
    return [type(error).__qualname__, *(f"  {f.filename}, line {f.lineno}, in {f.name}" for f in frames)]
