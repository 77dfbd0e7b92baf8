"""What was found of one thing, and the report of all."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.errors import DiscreetError, Finding


class State(StrEnum):
    """Whether something must be done."""

    OK = "ok"
    WARNING = "warning"
    """Worth knowing; a build can run."""
    PROBLEM = "problem"
    """Must be corrected."""


class Condition(FrozenModel):
    """What was found of one thing."""

    name: str
    state: State
    found: str
    correction: str = ""

    @classmethod
    def problem(cls, name: str, error: DiscreetError) -> "Condition":
        """Describe the problem of which an error tells."""
        finding = (error.findings or (Finding.of(error),))[0]
        where = f"{finding.key}: " if finding.key else ""
        return cls(name=name, state=State.PROBLEM, found=f"{where}{finding.problem}", correction=finding.mend)


Checkup = Callable[[], Iterator[Condition]]


class DoctorReport(FrozenModel):
    """Everything that was found."""

    ok: bool = Field(description="Whether nothing must be corrected; the exit code is 1 if not.")
    conditions: tuple[Condition, ...] = Field(
        description="What was found: `name`, `state` (`ok`, `warning`, `problem`), `found`, `correction`."
    )

    @classmethod
    def of(cls, conditions: Iterator[Condition]) -> "DoctorReport":
        """Collect conditions."""
        found = tuple(conditions)
        return cls(ok=all(each.state is not State.PROBLEM for each in found), conditions=found)
