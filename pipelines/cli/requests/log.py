"""`discreet log`: who did what with a corpus."""

from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import say, say_json
from redaction.config import load_config
from redaction.state import CorpusPaths, master_key
from redaction.state.action_log import Action, read_actions, unlogged_releases
from redaction.wording import counted, listed


def log(
    config: ConfigFile,
    check: Annotated[bool, typer.Option("--check", help="Check the log, and list no entry.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who did what with a corpus, and check that no entry was changed or removed. Members are not named.

    Who can write to the state and to the output can put back older copies of both: to see that, keep a copy of the last
    line elsewhere. A release that no entry names is listed: its build was stopped too early, or entries are gone.
    """
    settings = load_config(config)
    paths = CorpusPaths.of(settings)
    entries = read_actions(paths, master_key(settings))
    for entry in () if check else entries:
        if as_json:
            say_json(entry, indent=None)
        else:
            say(_line(entry))
    missing = unlogged_releases(paths, entries)
    if missing:
        say(f"no entry names {listed(missing)}", error=True)
    if not as_json:
        say(f"{counted(len(entries), 'entry', 'entries')}, an unbroken chain" if entries else "no entry")


def _line(entry: Action) -> str:
    details = ", ".join(f"{name} {value}" for name, value in entry.details.items())
    did = f"{entry.deed.value} ({details})" if details else entry.deed.value
    return f"{entry.number} {entry.at:%Y-%m-%d %H:%M} {entry.actor}: {did}"
