"""One thread a worker: libraries size their thread pools when loaded, so the environment must be set before that."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
"""The variables that NumPy's BLAS and Polars read."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes that are started inside use one thread each."""
    with variables(dict.fromkeys(THREAD_VARIABLES, "1")):
        yield


@contextmanager
def variables(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables inside, and restore them afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
