"""The command: find out how the files are read, ask for the rest, and write a config and a key."""

import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipelines.cli.init.questions import Questions
from pipelines.cli.init.values import Answers, settle_values
from pipelines.cli.shared.global_options import is_quiet
from pipelines.cli.shared.reports import InitReport
from pipelines.cli.terminal import console, say, say_command, say_json, visible
from redaction.config import CORPUS_NAME, ConfigError, Kind, load_policy, root_of, shipped_names
from redaction.operations.proposal.config_text import config_text
from redaction.operations.proposal.propose import (
    TableProposal,
    earliest_year,
    propose_signals,
    propose_table,
)
from redaction.release import create_key_file
from redaction.state.layout import private_folder
from redaction.tables import TABLES, TableName
from redaction.tables.settings import DateOrder

_DEFAULT = Path("discreet.yaml")
_NONE = "none"
_POLICY = "linkedin-2024-09"
_PROTECTING = {
    TableName.posts: ("in_reply_to", "repost_of", "mentions"),
    TableName.profiles: ("full_name", "birth_date", "account_status"),
    TableName.rights_events: ("purpose",),
}
"""Optional columns without which a right is lost, or a name is not searched for, or nothing is kept."""
_LEDGER_HEADER = "event_id,subject_id,action,event_time,received_at\n"


def init(
    config: Annotated[Path, typer.Argument(help="The config to write; it must not exist.")] = _DEFAULT,
    posts: Annotated[list[str] | None, typer.Option(help="Posts: a file, folder or glob; may be repeated.")] = None,
    profiles: Annotated[list[str] | None, typer.Option(help="Profiles of members.")] = None,
    ledger: Annotated[
        list[str] | None,
        typer.Option(help="Rights events: opt-outs, objections, erasure. none: there was no event until now."),
    ] = None,
    signals: Annotated[
        list[str] | None, typer.Option(help="Region signals; by default a column of the profiles with a country.")
    ] = None,
    objections: Annotated[list[str] | None, typer.Option(help="Objections of non-members, if there are any.")] = None,
    corpus: Annotated[
        str | None, typer.Option("--corpus", "--name", help="The corpus's name; by default that of the config file.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="A shipped policy, or a path.")] = None,
    key: Annotated[str | None, typer.Option(help="The key file; it is written if it does not exist.")] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="TABLE.COLUMN=NAME IN YOUR FILES, or TABLE.COLUMN==ONE VALUE; may be repeated."),
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option(help="The order in dates such as 03/04/2025, where your files do not show it."),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(
            "--word",
            help="TABLE.COLUMN.WORD IN YOUR FILES=WORD THAT IT MEANS, as in profiles.account_status.ok=active; "
            "may be repeated.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was written as one JSON object, and ask nothing.")
    ] = False,
) -> None:
    """Write a config and a key for your files. Asks for what is not given, where it runs on a terminal."""
    if config.exists():
        raise ConfigError(f"{config}: exists; choose another path, or edit it and run discreet check")
    ask = Questions(sys.stdin.isatty() and not as_json)
    root = root_of(config)
    given = {
        TableName.posts: posts or ask.paths("Posts: file, folder or glob", "--posts"),
        TableName.profiles: profiles or ask.paths("Profiles of the members", "--profiles"),
        TableName.rights_events: ledger
        or ask.paths("Ledger of rights events (none: there was no event until now)", "--ledger"),
        TableName.region_signals: signals,
        TableName.objections: objections or ask.paths("Objections of non-members (empty: there are none)", None),
    }
    no_ledger = given.pop(TableName.rights_events) if given[TableName.rights_events] == [_NONE] else None
    mapped = [entry.partition("=")[2] for entry in mapping or []]
    tables = {
        name: propose_table(
            name, _from(root, paths), root, mapped, _given(mapping or [], name), confirmed=ask.on_terminal
        )
        for name, paths in given.items()
        if paths
    }
    loud = not as_json and not is_quiet()
    of_signals = [entry for entry in mapping or [] if entry.startswith(f"{TableName.region_signals}.")]
    with_signals = TableName.region_signals in tables
    _apply([entry for entry in mapping or [] if with_signals or entry not in of_signals], tables)
    for table in tables.values():
        _settle_columns(table, ask, loud=loud)
    if not with_signals:
        if derived := propose_signals(tables[TableName.profiles], _country(of_signals)):
            tables[TableName.region_signals] = derived
        elif paths := ask.paths("Region signals (no column of the profiles has a country)", None):
            tables[TableName.region_signals] = propose_table(TableName.region_signals, _from(root, paths), root)
        if TableName.region_signals in tables:
            _apply(of_signals, tables)
            _settle_columns(tables[TableName.region_signals], ask, loud=loud)
    _refuse_incomplete(tables)
    name = corpus or ask.text("Name of the corpus", _corpus_of(config))
    chosen = _policy(policy, ask, root, quiet=not loud)
    answers = Answers(dates, tuple(words or ()), quiet=not loud)
    settle_values(tables, root, ask, answers, load_policy(chosen, root))
    settings = {
        "corpus": name,
        "output": "out",
        "state": "state",
        "policy": chosen,
        "key": key or f"state/{name}.key",
        "start": f"{earliest_year(tables[TableName.posts])}-01-01",
    }
    if no_ledger:
        tables[TableName.rights_events] = _empty_ledger(config, root)
        settings["complete_until"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    config.parent.mkdir(parents=True, exist_ok=True)
    with config.open("x", encoding="utf-8") as file:
        file.write(config_text(tables, settings))
    private_folder(root / settings["state"])
    key_file = root / settings["key"]
    new_key = not key_file.exists()
    if new_key:
        create_key_file(key_file)
    if as_json:
        say_json(
            InitReport(
                config=str(config), key=str(key_file), new_key=new_key, tables=_mapping(tables), words=_words(tables)
            )
        )
        return
    say(f"{config}: written")
    say(f"{key_file}: {'written; keep it secret, and keep it' if new_key else 'exists already, and is used'}")
    say_command(f"Next: discreet check {shlex.quote(str(config))}")


def _policy(given: str | None, ask: Questions, root: Path, *, quiet: bool) -> str:
    """Return the policy: the given one, the one that is chosen from what each says, or the default, which is named."""
    shipped = shipped_names(Kind.POLICY)
    if not given and not quiet:
        for name in shipped:
            say(f"  {name}: {_about(name, root)}")
    policy = given or ask.text("Policy: a shipped one, or a path", _POLICY)
    about = _about(policy, root)
    if not quiet:
        others = ", ".join(name for name in shipped if name != policy)
        why = "" if given or ask.on_terminal else f" The default; --policy chooses another: {others}."
        say(f"policy {policy}: {about}.{why}")
    return policy


def _about(name: str, root: Path) -> str:
    policy = load_policy(name, root)
    members = "members are used" if policy.default_state == "opted_in" else "nobody is used"
    unless = "unless they opted out" if policy.default_state == "opted_in" else "unless they opted in"
    replaced = f", replaced by {policy.replaced_by} on {policy.replaced_on}" if policy.replaced_on else ""
    purposes = ", ".join(policy.purposes)
    return f"{members} {unless}; in force from {policy.effective_from}{replaced}; for the purposes {purposes}"


def _corpus_of(config: Path) -> str:
    """Name the corpus after the config, where that is a name for one and says more than the default."""
    name = config.stem.lower()
    return name if re.fullmatch(CORPUS_NAME, name) and config.name != _DEFAULT.name else "corpus"


def _given(mapping: list[str], table: TableName) -> dict[str, str]:
    """Return the columns of the files that `--map` names for a table."""
    entries = (entry.removeprefix(f"{table}.") for entry in mapping if entry.startswith(f"{table}."))
    named = (entry.partition("=")[::2] for entry in entries)
    return {column: source for column, source in named if source and not source.startswith("=")}


def _mapping(tables: dict[TableName, TableProposal]) -> dict[str, dict[str, str]]:
    """Write where each column is read from."""
    return {
        name.value: {
            column: f"={read.value}" if read.is_constant else read.column[0] for column, read in table.columns.items()
        }
        for name, table in tables.items()
    }


def _words(tables: dict[TableName, TableProposal]) -> dict[str, dict[str, str]]:
    """Write what words of the files mean."""
    return {
        f"{name}.{column}": dict(read.words)
        for name, table in tables.items()
        for column, read in table.columns.items()
        if read.words
    }


def _settle_columns(table: TableProposal, ask: Questions, *, loud: bool) -> None:
    if loud:
        _show(table)
    ask.confirm(table)


def _show(table: TableProposal) -> None:
    paths = ", ".join(table.paths)
    shown = Table(title=visible(f"{table.name}: {paths} ({table.format.value})"), title_justify="left")
    shown.add_column("column")
    shown.add_column("is read from", overflow="fold")
    for column in TABLES[table.name].schema:
        settings = table.columns.get(column)
        if settings is None:
            source = "MISSING" if column in TABLES[table.name].required else ""
        elif settings.is_constant:
            source = f"the value {settings.value!r} in all rows"
        else:
            form = (
                f" (unit {settings.unit})" if settings.unit else f" (order {settings.order})" if settings.order else ""
            )
            source = settings.column[0] + form
        shown.add_row(column, visible(source))
    console().print(shown)
    if unused := table.unused():
        console().print(visible(f"not used: {', '.join(unused)}"))
    if unused and (absent := [each for each in _PROTECTING.get(table.name, ()) if each not in table.columns]):
        say(f"{table.name}: nothing is read as {', '.join(absent)}; rights depend on it: --map it if a column has it")
    kind = table.columns.get("kind")
    if unused and kind and kind.is_constant:
        say(f"posts.kind: all rows count as {kind.value!r}; where some are messages or the like, --map posts.kind=NAME")


def _from(root: Path, paths: list[str]) -> list[str]:
    """Write paths that start at the current directory as they are found from the root of the config."""
    written = []
    for text in paths:
        path = Path(text).expanduser()
        whole = path if "://" in text or path.is_absolute() else Path.cwd() / path
        inside = "://" not in text and whole.is_relative_to(root)
        written.append(str(whole.relative_to(root)) if inside else text if "://" in text else str(whole))
    return written


def _country(mapping: list[str]) -> str | None:
    """Return the column of the profiles that `--map region_signals.value=NAME` names, where no table of signals is."""
    prefix = f"{TableName.region_signals}.value="
    return next((entry.removeprefix(prefix) for entry in mapping if entry.startswith(prefix)), None)


def _apply(mapping: list[str], tables: dict[TableName, TableProposal]) -> None:
    for entry in mapping:
        target, _, source = entry.partition("=")
        table, _, column = target.partition(".")
        if table not in tables or not source:
            names = ", ".join(tables)
            raise ConfigError(f"--map {entry}: not TABLE.COLUMN=NAME; the tables are {names}")
        tables[TableName(table)].map(column, source)


def _refuse_incomplete(tables: dict[TableName, TableProposal]) -> None:
    """Refuse tables of which a required column is missing, all of them at once."""
    incomplete = [table for table in tables.values() if table.missing]
    if incomplete:
        options = " ".join(f"--map {table.name}.{column}=NAME" for table in incomplete for column in table.missing)
        names = "; ".join(f"{table.name} has {', '.join(table.names)}" for table in incomplete)
        first = f"{incomplete[0].name}.{incomplete[0].missing[0]}"
        raise ConfigError(f"{first}: no column is like it; give {options} ({names})")
    if TableName.region_signals not in tables:
        raise ConfigError(
            "--signals: no column of the profiles is like a country, so no member has a region; give region signals or "
            "--map region_signals.value=NAME OF A COLUMN OF THE PROFILES"
        )


def _empty_ledger(config: Path, root: Path) -> TableProposal:
    path = config.with_name(f"{config.stem}.rights_events.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_LEDGER_HEADER, "utf-8")
    return propose_table(TableName.rights_events, _from(root, [str(path)]), root)
