"""The tasks of a step: one function over partitions, whose rows travel in files."""

from collections.abc import Callable, Sequence

from redaction.execution.failures import Portion, Result
from redaction.execution.pool import run
from redaction.execution.progress import track
from redaction.execution.settings import ExecutionSettings


def run_tasks(
    function: Callable[[Portion], Result], tasks: Sequence[Portion], execution: ExecutionSettings
) -> list[Result]:
    """Run the tasks of a step: in this process, in a pool or on Ray.

    A task is a small value, such as the number of a partition and the folder of the files. It reads files of earlier
    steps and writes files of its own, each drafted and renamed, so that running it a second time changes nothing.

    Args:
        function: The step, importable where the workers are. Its results are small too: counts.
        tasks: One for each partition. Neither their number nor their order may depend on the workers.
        execution: How the tasks are distributed.

    Returns:
        The results, in the order of the tasks.

    Raises:
        DiscreetError: As `pool.run`.
    """
    where = execution if len(tasks) > 1 else execution.in_this_process
    return list(track(run(function, tasks, where), "partitions", len(tasks)))
