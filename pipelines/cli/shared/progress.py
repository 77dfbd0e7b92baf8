"""The stages of a build on standard error: a bar on a terminal, and everywhere a line for each stage that ended."""

import os
import sys
from time import perf_counter
from typing import Final, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from redaction.execution import progress as work

_STAGES: Final = {
    "source_tables": "read",
    "decisions": "decide",
    "redacted_posts": "redact",
    "redacted_profiles": "redact",
    "staged_release": "audit",
    "corpus": "publish",
}
"""The stage that each step of a build belongs to, in their order."""

_CONTINUED: Final = "redact"
"""The stage whose work comes in parts, one a partition."""


class _Left(ProgressColumn):
    """The rate, and the time left."""

    def render(self, task: Task) -> Text:
        """Write both, where they are known."""
        rate = f"{task.speed:,.0f}/s" if task.speed else ""
        seconds = task.time_remaining
        return Text(f"{rate}  {_time(seconds)} left" if rate and seconds else rate, style="cyan")


class StageProgress:
    """Shows the stages of a build, and measures them.

    Attributes:
        seconds: The time of each stage that ended.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.seconds: dict[str, float] = {}
        self._quiet = quiet
        self._file = _standard_error()
        self._console = Console(file=self._file, highlight=False, markup=False, emoji=False)
        columns = (
            TextColumn("{task.description:<8}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            _Left(),
        )
        bar_is_shown = self._console.is_terminal and not quiet
        self._bar = Progress(*columns, console=self._console, transient=True, disable=not bar_is_shown)
        self._task = self._bar.add_task("start", total=None, count="")
        self._stage: str | None = None
        self._started = perf_counter()
        self._unit, self._done, self._total = "", 0, 0

    def start(self, step: str, total: int = 0) -> None:
        """Show that a step starts, with how much there is to do, where that is known."""
        stage = _STAGES.get(step, step)
        if stage == self._stage:
            self._total = max(self._total, self._done + total)
            return
        self._end_stage()
        self._stage, self._started = stage, perf_counter()
        self._unit, self._done, self._total = "", 0, total
        self._bar.reset(self._task, description=stage, total=None, count="")

    def advance(self, progress: work.Progress) -> None:
        """Show that work of a step is done."""
        starts = not progress.done
        if starts and self._stage != _CONTINUED:
            self._done, self._total = 0, progress.total
            self._bar.reset(self._task)
        elif starts:
            self._total = max(self._total, self._done + progress.total)
        self._unit, self._done = progress.unit, self._done + progress.done
        count = f"{self._done:,}/{self._total:,} {self._unit}"
        self._bar.update(self._task, completed=self._done, total=self._total or None, count=count)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._end_stage()
        self._bar.stop()
        if self._file is not sys.stderr:
            self._file.close()

    def _end_stage(self) -> None:
        if self._stage is None:
            return
        seconds = self.seconds[self._stage] = round(perf_counter() - self._started, 3)
        if self._quiet:
            return
        count = f"{self._done:,} {self._unit}" if self._done else ""
        rate = f"{self._done / seconds:,.0f}/s" if self._done >= seconds >= 1 else ""
        self._console.print(f"{self._stage:<8} {count:>22} {seconds:>9.1f} s {rate:>12}".rstrip(), soft_wrap=True)


def _standard_error() -> TextIO:
    """Open standard error anew: Dagster captures the one that its steps write to."""
    try:
        return os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding, buffering=1)
    except (OSError, ValueError):
        return sys.stderr


def _time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
