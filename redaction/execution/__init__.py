"""Who runs the work: this process, a process pool or Ray; one function over chunks."""

from redaction.execution.failures import ExecutionError

__all__ = [
    "ExecutionError",
]
