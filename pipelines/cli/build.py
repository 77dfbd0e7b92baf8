"""`discreet build`: a release, from the inputs to the published folder."""

from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipelines.building import Step
from pipelines.building import build as run_build
from redaction.builds import redacted_so_far
from redaction.config import load_config
from redaction.release import Manifest, create_key_file
from redaction.state import BuildFolder, CorpusPaths, current_plan

_EVERY_SECONDS = 0.5


def build(
    config: Annotated[
        Path, typer.Argument(help="The YAML file of the run, or sample for the shipped one.", show_default=False)
    ],
    as_of: Annotated[
        str | None, typer.Option(help="Evaluate rights as of this instant, such as 2025-06-30T00:00:00Z.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="The release's version; the next minor one if absent.")] = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Create the key file first, if it does not exist.")
    ] = False,
) -> None:
    """Builds a release. The last line of output is its folder; if any gate fails, nothing is published."""
    settings = load_config(config)
    if new_key and settings.key.file and not (settings.root / settings.key.file).exists():
        create_key_file(settings.root / settings.key.file)
    with _bar() as bar:
        task = bar.add_task("reading inputs", total=None, rate="")
        watcher: Watcher | None = None
        try:
            for step in run_build(config, as_of, version):
                if step.plan and watcher is None:
                    bar.update(task, total=step.total)
                    watcher = Watcher(bar, task, CorpusPaths.of(settings).build(step.plan.version))
                bar.update(task, description=_told(step))
        finally:
            if watcher:
                watcher.stop()
    folder = settings.releases / current_plan(settings).version
    _summary(Manifest.read(folder))
    typer.echo(str(folder))


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _told(step: Step) -> str:
    return f"{step.asset.replace('_', ' ')}{' ' + step.partition if step.partition else ''}"


class Watcher:
    """Shows how far the redaction has come, as its own files tell."""

    def __init__(self, bar: Progress, task: TaskID, folder: BuildFolder) -> None:
        self._bar, self._task, self._folder = bar, task, folder
        self._stopped = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the watching."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_EVERY_SECONDS):
            speed = self._bar.tasks[self._task].speed
            rate = f"{speed:,.0f} records/s" if speed else ""
            self._bar.update(self._task, completed=redacted_so_far(self._folder), rate=rate)


def _summary(manifest: Manifest) -> None:
    table = Table("source", "outcome", "reason", "records", title=f"{manifest.corpus} {manifest.version}")
    for source, counts in manifest.sources.items():
        table.add_row(source, "input", "", "withheld" if counts.input is None else f"{counts.input:,}")
        table.add_row("", "kept", "", f"{counts.kept:,}")
        for outcome, reasons in (("dropped", counts.dropped), ("quarantined", counts.quarantined)):
            for reason, number in reasons.items():
                table.add_row("", outcome, reason, f"{number:,}")
        if counts.withheld:
            table.add_row("", "withheld", "\n".join(counts.withheld), "")
    Console().print(table)
