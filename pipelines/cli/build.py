"""`discreet build`: a release, from the inputs to the published folder."""

from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipelines.build import BuildError
from pipelines.build import build as run_build
from redaction.builds import partitions_to_redact, redacted_so_far
from redaction.config import Config, ConfigError, load_config
from redaction.errors import findings_of
from redaction.operations import find_problems, find_unreadable
from redaction.release import Manifest, create_key_file
from redaction.state import BuildFolder, CorpusPaths, current_plan

_INTERVAL_SECONDS = 0.5
_UNREADABLE = "source_tables: inputs."
"""How the error begins that stops a build at the first row that cannot be read."""


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
    """Build a release: decide, detect, redact, audit, publish. The last line of output is its folder."""
    if new_key:
        _create_key(config)
    problems = find_problems(config, as_of, version)
    if len(problems) == 1 and not problems[0].findings:
        raise problems[0]
    if problems:
        every = ConfigError.of(config, findings_of(problems))
        raise every
    settings = load_config(config)
    try:
        with _progress_bar() as bar, _Watcher(bar, settings) as watcher:
            folder = run_build(config, as_of, version, watcher.show_step)
    except BuildError as error:
        unreadable = find_unreadable(settings) if str(error).startswith(_UNREADABLE) else []
        if len(unreadable) < 2:
            raise
        every = ConfigError.of(config, findings_of(unreadable))
        raise every from None
    manifest = Manifest.read(folder)
    _print_summary(manifest, CorpusPaths.of(settings).build(manifest.version).sources)
    typer.echo(str(folder))


def _create_key(config: Path) -> None:
    settings = load_config(config)
    if settings.key.file and not (settings.root / settings.key.file).exists():
        create_key_file(settings.root / settings.key.file)


def _progress_bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


class _Watcher:
    """Shows the current step, and while posts are redacted, how many records are done according to its files."""

    def __init__(self, bar: Progress, config: Config) -> None:
        self._bar, self._config = bar, config
        self._task = bar.add_task("reading inputs", total=None, rate="")
        self._stopped = Event()
        self._thread: Thread | None = None

    def show_step(self, step: str) -> None:
        """Show the name of a step that starts."""
        self._bar.update(self._task, description=step.replace("_", " "))
        if step == "redacted_posts":
            folder = CorpusPaths.of(self._config).build(current_plan(self._config).version)
            self._bar.update(self._task, total=sum(records for _, records in partitions_to_redact(folder)))
            self._thread = Thread(target=self._watch, args=(folder,), daemon=True)
            self._thread.start()

    def _watch(self, folder: BuildFolder) -> None:
        while not self._stopped.wait(_INTERVAL_SECONDS):
            speed = self._bar.tasks[self._task].speed
            rate = f"{speed:,.0f} records/s" if speed else ""
            self._bar.update(self._task, completed=redacted_so_far(folder), rate=rate)

    def __enter__(self) -> "_Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        if self._thread:
            self._thread.join()


def _print_summary(manifest: Manifest, exact: Path) -> None:
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
    if any(counts.withheld for counts in manifest.sources.values()):
        typer.echo(f"Small numbers are withheld, since a release is public. The exact ones are private: {exact}")
