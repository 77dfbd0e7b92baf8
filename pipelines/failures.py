"""What a failed step may say in Dagster's event log: a message written for users, or a type's name. Never a value."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import dagster as dg
from polars.exceptions import PanicException

from redaction.errors import DiscreetError

Params = ParamSpec("Params")
Step = Callable[Params, dg.MaterializeResult[None]]


def without_values(step: Step[Params]) -> Step[Params]:
    """Turn any error of an asset into a `dagster.Failure` that repeats nothing from a row.

    The failure is raised outside the handler, because Dagster writes the messages of a whole chain of exceptions to its
    event log. The wrapper returns the bare `MaterializeResult`, which Dagster reads as an output without a value: there
    is nothing to pickle.

    Args:
        step: The function of an asset.

    Returns:
        The function to decorate with `dg.asset`.
    """

    @wraps(step)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> dg.MaterializeResult[None]:
        try:
            return step(*args, **kwargs)
        except DiscreetError as error:
            message = str(error)
        except (Exception, PanicException) as error:  # noqa: BLE001 - any message may contain a text
            message = f"{type(error).__name__}{_position(error)}; this is a defect of the program"
        raise dg.Failure(message, allow_retries=False)

    run.__annotations__ = step.__annotations__ | {"return": dg.MaterializeResult}
    return run


def _position(error: BaseException) -> str:
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f" in {frame.tb_frame.f_code.co_name}, line {frame.tb_lineno}" if frame else ""
