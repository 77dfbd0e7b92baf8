"""`discreet log`: who did what with a corpus."""

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import say, say_json
from redaction.config import load_config
from redaction.state import CorpusPaths, master_key
from redaction.state.action_log import read_actions
from redaction.wording import counted


def log(config: ConfigFile, as_json: AsJson = False) -> None:
    """List who did what with a corpus, and check that no entry was changed. Members are not named.

    Entries removed from the end leave an unbroken chain: keep a copy of the last line elsewhere to see that.
    """
    settings = load_config(config)
    entries = read_actions(CorpusPaths.of(settings), master_key(settings))
    for entry in entries:
        if as_json:
            say_json(entry, indent=None)
            continue
        details = ", ".join(f"{name} {value}" for name, value in entry.details.items())
        did = f"{entry.deed.value} ({details})" if details else entry.deed.value
        say(f"{entry.number} {entry.at:%Y-%m-%d %H:%M} {entry.actor}: {did}")
    if not as_json:
        say(f"{counted(len(entries), 'entry', 'entries')}, an unbroken chain" if entries else "no entry")
