"""Python's garbage collector, kept from work that gains nothing by it.

It visits every object that could be part of a cycle again and again while a batch makes many new ones; next to none of
them ever is garbage that only it could find.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_out() -> Iterator[None]:
    """What the process holds at the end, such as the models loaded inside, is left out of all later rounds.

    What an earlier call has left out is given back first, so that models that nobody holds any more can go.
    """
    gc.unfreeze()
    yield
    gc.freeze()


@contextmanager
def paused() -> Iterator[None]:
    """No round is made inside; afterwards it is as it was."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
