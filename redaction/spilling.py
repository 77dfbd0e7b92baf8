"""Keeps Polars from writing texts to disk when memory is short.

Polars 2 spills without encryption, into a folder outside the private state, and what is killed leaves its files there.
It cannot be switched off, but it never spills below its budget of memory. The budget is read when Polars is first used,
by this process and by every process that inherits its environment.
"""

import os
import sys
from typing import Final

_BUDGET: Final = {"POLARS_OOC_MEMORY_BUDGET_MB": "999999999"}
"""A petabyte, more than any process has. A larger number is read as none."""


def never_spill() -> None:
    """Set the budget for this process and for those that it starts, whatever it was before."""
    os.environ.update(_BUDGET)
    if "polars" in sys.modules:  # imported by the caller, and its settings may have been read
        import json  # noqa: PLC0415 - needed only here

        import polars as pl  # noqa: PLC0415

        pl.Config.load(json.dumps({"environment": _BUDGET}))
