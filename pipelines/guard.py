"""What a failure may say in Dagster's event log: words made for users, or a type's name. Never a value."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import dagster as dg
from polars.exceptions import PanicException

from redaction.errors import DiscreetError

Params = ParamSpec("Params")
Result = TypeVar("Result")


def guarded(function: Callable[Params, Result], *args: Params.args, **kwargs: Params.kwargs) -> Result:
    """Calls a function and turns whatever goes wrong into a `dagster.Failure` that repeats nothing from a row.

    The failure is raised outside the handler, since Dagster writes the messages of a whole chain to its event log.
    """
    try:
        return function(*args, **kwargs)
    except DiscreetError as error:
        told = str(error)
    except (Exception, PanicException) as error:  # noqa: BLE001 - any message may hold a text
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}" if place else ""
        told = f"{type(error).__name__}{where}; this is a defect of the program"
    raise dg.Failure(told, allow_retries=False)
