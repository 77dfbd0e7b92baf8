"""Runs work on Ray: plain actors, one core each, that live as long as this process.

Portions contain keys, texts and known values, results contain redacted texts: both travel through Ray's object store,
in the memory of the machines. A Ray started here never spills them to disk, and sends no usage statistics; configure
your own cluster likewise (docs/scaling.md).
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from redaction.execution.code_version import code_digest
from redaction.execution.failures import WORKER_DIED, ExecutionError, Failed, Portion, Result, attempt, unwrap
from redaction.execution.settings import ExecutionSettings
from redaction.execution.threads import THREAD_VARIABLES, one_thread, variables

_STORE_BYTES = 256 << 20
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", "RAY_DEDUP_LOGS": "0"}


class _Worker:
    """Runs a function on a portion, in its own process."""

    def __init__(self, code: str) -> None:
        self._same = code == code_digest()

    def work(self, function: Callable[[Any], Any], portion: Any) -> Any:
        """Return the function's result, or how it failed."""
        if not self._same:
            problem = "the cluster has another version of this program; install this one there"
            return Failed(ExecutionError(f"execution.address: {problem}"))
        return attempt(function, portion)


def on_cluster(
    function: Callable[[Portion], Result], portions: Iterable[Portion], execution: ExecutionSettings
) -> Iterator[Result]:
    """Apply a function to portions of work on Ray, as `pool.run`. Raises ExecutionError where Ray or a worker fails."""
    try:
        yield from _in_order(function, portions, actors(execution.address, execution.workers))
        return
    except RayActorError:
        actors.cache_clear()
        problem = WORKER_DIED
    except (RayError, ConnectionError, TimeoutError, RuntimeError) as error:
        problem = f"execution.engine: Ray failed ({type(error).__name__}); see that the cluster is up"
    raise ExecutionError(problem)


@cache
def actors(address: str | None, workers: int) -> tuple[Any, ...]:
    """Return the actors of this process; 0 workers means one for each core of the cluster."""
    if not ray.is_initialized():
        _connect(address, workers)
    number = workers or int(ray.cluster_resources()["CPU"])
    threads = {"env_vars": dict.fromkeys(THREAD_VARIABLES, "1")} if address else None
    kind = ray.remote(num_cpus=1, max_restarts=0, runtime_env=threads)(_Worker)
    return tuple(kind.remote(code_digest()) for _ in range(number))


def _connect(address: str | None, workers: int) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address is None:
        quiet |= {
            "num_cpus": workers or None,
            "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
            "_system_config": {"automatic_object_spilling_enabled": False},
        }
    with one_thread(), variables(_QUIET):
        ray.init(address=address or "local", **quiet)


def _in_order(
    function: Callable[[Portion], Result], portions: Iterable[Portion], workers: tuple[Any, ...]
) -> Iterator[Result]:
    waiting: deque[tuple[Any, int]] = deque()
    for portion in portions:
        worker = _least_busy(waiting, len(workers))
        waiting.append((workers[worker].work.remote(function, portion), worker))
        if len(waiting) >= 2 * len(workers):
            yield unwrap(ray.get(waiting.popleft()[0]))
    while waiting:
        yield unwrap(ray.get(waiting.popleft()[0]))


def _least_busy(waiting: deque[tuple[Any, int]], workers: int) -> int:
    refs = [ref for ref, _ in waiting]
    running = set(ray.wait(refs, num_returns=len(refs), timeout=0)[1]) if refs else set()
    load = Counter(worker for ref, worker in waiting if ref in running)
    return min(range(workers), key=lambda worker: load[worker])
