"""How the work is distributed. No setting changes a byte of a release."""

import importlib.util
import os
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from redaction.base_model import FrozenModel


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

    @property
    def worker_count(self) -> int:
        """The number of workers, where they are processes of this machine."""
        return self.workers or len(os.sched_getaffinity(0))

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
