"""`discreet table`: the newest release as a Delta or Iceberg table."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import say, say_json
from redaction.base_model import FrozenModel
from redaction.builds.mirror_table import mirror_newest, table_problems
from redaction.config import Config, load_settings
from redaction.release.errors import ReleaseError
from redaction.state import CorpusPaths, corpus_lock
from redaction.wording import counted


class TableAnswer(FrozenModel):
    """Whether the table has the rows of the newest release alone."""

    path: str
    """The folder of the table."""
    equal: bool
    """Whether the rows of all its files are those of the newest release."""
    written: bool
    """Whether the table was written for that."""
    problems: tuple[str, ...]
    """Each difference."""
    sentence: str
    """The same in words."""


def table(
    config: ConfigFile,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 where the table differs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the table that `release.table` names equal to the newest release, without the rows of earlier ones.

    Builds and takedowns do this too. Older files and snapshots of the table are removed, and the rows of every file
    left in its folder are compared with the release.
    """
    _say(_check(config) if check else _write(config), as_json=as_json)


def _say(answer: TableAnswer, *, as_json: bool) -> None:
    if as_json:
        say_json(answer)
    else:
        say(answer.sentence)
        for problem in answer.problems:
            say(problem)
    if not answer.equal:
        raise typer.Exit(1)


def _settings(config: Path) -> Config:
    settings = load_settings(config)
    if settings.release.table is None:
        raise ReleaseError("release.table: is not set; name a format and a folder there")
    return settings


def _check(config: Path) -> TableAnswer:
    settings = _settings(config)
    problems = table_problems(settings)
    return _answer(settings, problems, written=False)


def _write(config: Path) -> TableAnswer:
    settings = _settings(config)
    with corpus_lock(CorpusPaths.of(settings)):
        report = mirror_newest(settings)
    return _answer(settings, None if report is None else (), written=report is not None and report.written)


def _answer(settings: Config, problems: tuple[str, ...] | None, *, written: bool) -> TableAnswer:
    """Answer where there are these problems; None where nothing is published."""
    path = str(settings.root / settings.release.table.path) if settings.release.table else ""
    if problems is None:
        sentence = "Nothing is published yet, so there is no table."
    elif problems:
        sentence = f"Differs: {path} has {counted(len(problems), 'problem')}; run discreet table without --check."
    else:
        sentence = f"{'Written' if written else 'Equal'}: {path} has the rows of the newest release, and no others."
    return TableAnswer(path=path, equal=not problems, written=written, problems=problems or (), sentence=sentence)
