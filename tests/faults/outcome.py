"""What one row of the trials tried and found."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """A row: what was tried, how often, and what was found that must not be."""

    name: str
    count: int = 0
    found: list[str] = field(default_factory=list)
    note: str = ""
    seconds: float = 0.0
