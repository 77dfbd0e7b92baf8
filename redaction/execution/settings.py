"""How the work is distributed. No setting changes a byte of a release."""

import importlib.util
import os
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, ByteSize, Field, TypeAdapter, model_validator

from redaction.base_model import FrozenModel

_SHARE_OF_A_TASK: Final = 8
"""A task takes about this part of the memory of a build, so that some may run beside the main process."""
_TASK_BYTES_PER_POST: Final = 900
_WHOLE_BYTES_PER_POST: Final = 200
"""What the rules need for a post, in a partition and where all posts are in one (docs/scaling.md)."""
_MAIN_BYTES: Final = 500_000_000
_WORKER_BYTES: Final = 450_000_000
"""What the main process and a worker need for libraries, models and a block of records."""

_SIZE: Final = TypeAdapter(ByteSize)


def _bytes(value: object) -> object:
    return _SIZE.validate_python(value) if isinstance(value, str) else value


class Engine(StrEnum):
    """Where the workers run."""

    POOL = "pool"
    """Processes of this machine."""
    RAY = "ray"
    """Actors of a Ray cluster, or of a Ray started here."""


class ExecutionSettings(FrozenModel):
    """How the work is distributed. No setting changes a byte of a release."""

    engine: Engine = Engine.POOL
    """Where the workers run: processes of this machine, or actors of a Ray cluster."""
    address: str | None = Field(
        default=None, description="The Ray cluster's address, such as ray-head:6379; without one, Ray starts here."
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="Workers; 0 takes one a core (of the cluster, on Ray), 1 in a pool works in this process.",
    )
    chunk_rows: int = Field(default=500, ge=1, description="Records that a worker takes at a time.")

    memory: (
        Annotated[int, BeforeValidator(_bytes, json_schema_input_type=int | str), Field(ge=1_000_000_000)] | None
    ) = Field(
        default=None,
        description="What a build may take, such as 2GB: rights of more posts are decided in partitions, with files "
        "in `state` between them, and fewer workers run. Without it they are decided in one memory.",
    )
    partitions: int | None = Field(
        default=None,
        ge=1,
        le=4096,
        description="Into how many partitions rights are divided; by default as `memory` asks.",
    )

    @property
    def worker_count(self) -> int:
        """The number of workers, where they are processes of this machine."""
        workers = self.workers or len(os.sched_getaffinity(0))
        if self.memory is None:
            return workers
        return min(workers, max((self.memory - _MAIN_BYTES) // _WORKER_BYTES, 1))

    def partition_count(self, posts: int) -> int:
        """Return into how many partitions the rights of so many posts are divided; whatever the workers."""
        if self.partitions is not None:
            return min(self.partitions, max(posts, 1))
        if self.memory is None or posts * _WHOLE_BYTES_PER_POST <= self.memory - _MAIN_BYTES:
            return 1
        return min(-(-posts * _TASK_BYTES_PER_POST * _SHARE_OF_A_TASK // self.memory), 4096)

    @property
    def in_this_process(self) -> Self:
        """The same without workers, for work that is too small to distribute."""
        return self.model_copy(update={"engine": Engine.POOL, "address": None, "workers": 1})

    @model_validator(mode="after")
    def _can_run(self) -> Self:
        if self.address is not None and self.engine is not Engine.RAY:
            raise ValueError("`address` is a Ray cluster's; say `engine: ray` too, or take it out")
        if self.engine is Engine.RAY and importlib.util.find_spec("ray") is None:
            raise ValueError("Ray is not installed; pip install 'discreet[ray]', or say `engine: pool`")
        return self
