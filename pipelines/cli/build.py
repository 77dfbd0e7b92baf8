"""`discreet build`: a release, from the inputs to the published folder."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.build import BuildError
from pipelines.build import build as run_build
from pipelines.cli.shared.build_screen import print_reasons, print_screen
from pipelines.cli.shared.global_options import is_quiet
from pipelines.cli.shared.progress import StageProgress
from pipelines.cli.terminal import say, say_command, say_json
from redaction.builds import partitions_to_redact, unchanged_release
from redaction.builds.report import BuildReport, report_of
from redaction.config import Config, ConfigError, load_config
from redaction.errors import findings_of
from redaction.execution.progress import listening
from redaction.operations import find_problems, find_unreadable
from redaction.release import create_key_file, release_at
from redaction.state import CorpusPaths, current_plan
from redaction.storage import StoragePath

_UNREADABLE = "inputs."
"""How the error begins that stops a build at the first row that cannot be read."""


def build(
    config: Annotated[
        Path, typer.Argument(help="The YAML file of the run, or sample for the shipped one.", show_default=False)
    ],
    as_of: Annotated[
        str | None, typer.Option(help="Evaluate rights as of this instant, such as 2025-06-30T00:00:00Z.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="The release's version; the next one if absent.")] = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Create the key file first, if it does not exist.")
    ] = False,
    if_changed: Annotated[
        bool | None,
        typer.Option(
            "--if-changed/--always",
            help="Make no new version if nothing has changed since the newest release, neither a file nor, by the "
            "passing of time, a decision. By default as release.skip_unchanged says.",
            show_default=False,
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print the table of all reasons, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
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
    if version and if_changed:
        raise ConfigError("--if-changed: has no use with --version, which asks for a release of its own; give one")
    if not version and (settings.release.skip_unchanged if if_changed is None else if_changed):
        with StageProgress(quiet=is_quiet()) as progress, listening(progress.advance):
            progress.start("compare")
            unchanged = unchanged_release(settings, as_of)
        if unchanged is not None:
            _print_unchanged(report_of(settings, unchanged), as_json=as_json)
            return
    with StageProgress(quiet=is_quiet()) as progress, listening(progress.advance):
        folder = _run(config, settings, as_of, version, progress)
    report = report_of(settings, release_at(folder)).model_copy(update={"seconds": progress.seconds})
    _print(report, config, full=full, as_json=as_json)


def _run(
    config: Path, settings: Config, as_of: str | None, version: str | None, progress: StageProgress
) -> StoragePath:
    """Build. Of inputs that cannot be read, everything is reported that is wrong, not only the first mistake."""
    try:
        return run_build(config, as_of, version, lambda step: progress.start(step, _records(settings, step)))
    except BuildError as error:
        unreadable = find_unreadable(settings) if str(error).startswith(_UNREADABLE) else []
        if len(unreadable) < 2:
            raise
        every = ConfigError.of(config, findings_of(unreadable))
        raise every from None


def _create_key(config: Path) -> None:
    settings = load_config(config)
    if settings.key.file and not (settings.root / settings.key.file).exists():
        create_key_file(settings.root / settings.key.file)


def _records(config: Config, step: str) -> int:
    """Count the posts to redact when their step starts; a partition alone does not know."""
    if step != "redacted_posts":
        return 0
    folder = CorpusPaths.of(config).build(current_plan(config).version)
    return sum(records for _, records in partitions_to_redact(folder))


def _print_unchanged(report: BuildReport, *, as_json: bool) -> None:
    if as_json:
        say_json(report.model_copy(update={"unchanged": True}))
        return
    if not is_quiet():
        say(f"{report.corpus}: nothing changed since {report.version}")
    say_command(report.release)


def _print(report: BuildReport, config: Path, *, full: bool, as_json: bool) -> None:
    if as_json:
        say_json(report)
        return
    if full:
        print_reasons(report)
    if not is_quiet():
        print_screen(report, config)
    say_command(report.release)
