"""Reports failures of work by type and line, never by message, which may repeat a text."""

import errno
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from platformdirs import user_state_path

from redaction.errors import DiscreetError, ProgramError, ResourceError

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
    except BaseException as error:  # noqa: BLE001 - the message may hold a text; an interrupt is the parent's
        return Failed(failure_of(error))


def unwrap(result: Result | Failed) -> Result:
    """Return the result of `attempt`, or raise its error."""
    if isinstance(result, Failed):
        raise result.error
    return result


def failure_of(error: BaseException) -> ResourceError | ProgramError:
    """Describe an unforeseen error without any value; raise the result outside the handler, so that it has no chain.

    Args:
        error: What was raised. Its message, and those of the errors that led to it, are not repeated.

    Returns:
        What the machine refused, with what to do; else a defect of the program, with the type and the line.
    """
    refused = next(filter(None, map(_refused, _chain(error))), None)
    if refused is not None:
        return ResourceError(refused)
    frames = traceback.extract_tb(error.__traceback__)
    position = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return ProgramError(f"{type(error).__name__}{position}; this is a defect of the program", trace_of(error))


def trace_of(error: BaseException) -> str:
    """Return the types, files, lines and functions of an error and of all that led to it; no message and no value."""
    return "\n".join(line for each in _chain(error) for line in _lines(each)) + "\n"


def quiet_hooks() -> None:
    """Report errors that nobody catches, of the main thread, of others and of destructors, without their messages."""

    def show(error: BaseException | None) -> None:
        if error is not None and sys.stderr is not None:
            sys.stderr.write(trace_of(error))

    def of_main(_: Any, error: BaseException, __: Any) -> None:
        show(error)

    def of_thread(raised: threading.ExceptHookArgs) -> None:
        show(raised.exc_value)

    def of_destructor(raised: Any) -> None:
        show(raised.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = of_main, of_thread, of_destructor


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


_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_REPORTING: Final = {"pyarrow", "polars", "sqlite3", "sqlalchemy", "dagster"}
_NO_MEMORY: Final = re.compile(r"bad_alloc|failed to map segment|cannot allocate memory", re.IGNORECASE)
_ERRNO: Final = re.compile(r"\b(?:os error|errno) (\d{1,3})\b", re.IGNORECASE)
"""How Arrow and Polars write the number of an error of the system into their messages."""


def _refused(error: BaseException) -> str | None:
    """Say what the machine refused, if that is what an error is about."""
    message = _message(error)
    if isinstance(error, MemoryError) or _NO_MEMORY.search(message):
        return (
            "out of memory; lower execution.workers or execution.chunk_rows, or give it more, and run the command again"
        )
    found = _ERRNO.search(message)
    number = int(found[1]) if found else getattr(error, "errno", None)
    name = getattr(error, "filename", None)
    path = f" {name}" if isinstance(name, str) and name else ""
    if number in _FULL or "database or disk is full" in message:
        at = f" at{path}" if path else ""
        return f"the disk is full{at}; make room for output, state and temporary files, and run the command again"
    if number in _FORBIDDEN:
        return f"no permission for{path or ' a file'}; correct the owner or the mode, and run the command again"
    if number == errno.EMFILE:
        return "too many files are open; raise the limit (ulimit -n), and run the command again"
    if isinstance(error, FileNotFoundError) and path:
        return f"{name}: went away while the command ran; put it back, and run the command again"
    return None


def _message(error: BaseException) -> str:
    """Return the message of an error of the system or of a library that reports one; of no other, as it may be long."""
    library = type(error).__module__.partition(".")[0]
    return str(error) if isinstance(error, OSError | ImportError) or library in _REPORTING else ""


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
