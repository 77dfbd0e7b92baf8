"""What a build reads: the tables, the policy and the region sets."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from redaction import rights
from redaction.config import Config, load_policy, load_regions
from redaction.state.layout import CorpusPaths
from redaction.state.private_tables import RECORDED_PREFIX, REQUEST_EVENTS
from redaction.storage import etag
from redaction.tables import (
    TABLES,
    LinkSearch,
    LoadedTable,
    OpenTable,
    PostIndex,
    TableFile,
    TableName,
    TablesError,
    TableSettings,
    TypedBatch,
    UnreadFiles,
    digest_files,
    index_posts,
    open_table,
    read_batches,
    read_table,
)

PROTECTING: Final = (
    TableName.profiles,
    TableName.rights_events,
    TableName.region_signals,
    TableName.objections,
    TableName.signals_of_others,
)
"""The tables of which a newer state may deny what an older one allowed."""

_EVENT: Final = ("event_id", "subject_id", "action")
"""What identifies an event: one that was recorded here and is in the ledger by now is the same in these."""

PROFILE_RIGHTS = ["user_id", "birth_date", "account_status", "education", "updated_at"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of each table, with their columns checked. A table that the config omits has none.

    `unread` counts the files below a table's paths that are not read, where there are any. `snapshots` holds the
    versions or snapshots of the Delta and Iceberg tables.
    """

    files: dict[TableName, list[TableFile]]
    unread: dict[str, UnreadFiles] = field(default_factory=dict)
    snapshots: dict[str, str] = field(default_factory=dict)

    def rows(self, name: TableName, columns: list[str] | None = None) -> LoadedTable:
        """Read a whole table into memory; not for posts."""
        if name is not TableName.rights_events or columns is None:
            return _once(read_table(TABLES[name], self.files[name], columns), name)
        loaded = _once(read_table(TABLES[name], self.files[name], list(dict.fromkeys([*columns, *_EVENT]))), name)
        return replace(loaded, rows=loaded.rows.drop(set(_EVENT) - set(columns)))

    def batches(self, name: TableName, columns: list[str] | None = None) -> Iterator[TypedBatch]:
        """Read a table in batches, of profiles also those that share an id."""
        return read_batches(TABLES[name], self.files[name], columns, list(TABLES[name].schema))

    def digests(self) -> dict[str, str]:
        """Return, for each table, a sha256 over the content of its files."""
        return {name.value: digest_files(files) for name, files in self.files.items()}

    @property
    def stamp(self) -> str:
        """A sha256 over names, sizes and times of all files: cheap enough to compare before every step of a build."""
        whole = hashlib.sha256()
        for name, files in sorted(self.files.items()):
            for file in files:
                whole.update(f"{name} {file.path} {etag(file.path)} {file.layout.variant}\n".encode())
        return whole.hexdigest()

    def rights_tables(self) -> dict[TableName, pl.DataFrame]:
        """Read what the rules need beside the posts: profiles without texts, rights events, signals, objections."""
        ledger = (
            TableName.rights_events,
            TableName.region_signals,
            TableName.objections,
            TableName.signals_of_others,
        )
        tables = {name: self.rows(name).rows for name in ledger}
        return {TableName.profiles: self.rows(TableName.profiles, PROFILE_RIGHTS).rows} | tables


def open_inputs(
    config: Config, snapshots: Mapping[str, str] | None = None, names: Iterable[TableName] = TableName
) -> Inputs:
    """Find every input file and check its columns.

    Args:
        config: The config of the run.
        snapshots: The versions or snapshots to read of Delta and Iceberg tables; the newest by default.
        names: The tables; all by default.

    Returns:
        The inputs.

    Raises:
        TablesError: Files are missing, cut short or wrong; all are reported.
    """
    wanted, tables, errors = snapshots or {}, dict[TableName, OpenTable](), list[TablesError]()
    for name in names:
        settings = getattr(config.inputs, name)
        try:
            tables[name] = (
                open_table(TABLES[name], settings, config.root, config.storage, wanted.get(name))
                if settings
                else OpenTable([])
            )
        except TablesError as error:
            errors.append(error)
    if errors:
        problem = TablesError.of(errors)
        raise problem
    if TableName.rights_events in tables:
        tables[TableName.rights_events].files.extend(_recorded_events(config))
    return Inputs(
        {name: table.files for name, table in tables.items()},
        {name.value: table.unread for name, table in tables.items() if table.unread != UnreadFiles()},
        {name.value: table.snapshot for name, table in tables.items() if table.snapshot},
    )


def _recorded_events(config: Config) -> list[TableFile]:
    """Open the events of requests in the private state, if there are any. They are read after those of the ledger."""
    path = CorpusPaths.of(config).file(REQUEST_EVENTS)
    if not path.is_file():
        return []
    return open_table(TABLES[TableName.rights_events], TableSettings(path=(str(path),)), config.root).files


def _once(table: LoadedTable, name: TableName) -> LoadedTable:
    """Leave out each recorded event that the ledger holds by now. Any other event twice stops the run later."""
    if name is not TableName.rights_events:
        return table
    recorded = pl.col("event_id").str.starts_with(RECORDED_PREFIX).fill_null(value=False)
    again = recorded & ~pl.struct(_EVENT).is_first_distinct()
    return replace(table, rows=table.rows.filter(~again))


def index_inputs(config: Config, inputs: Inputs, path: Path, policies: Iterable[rights.Policy] = ()) -> PostIndex:
    """Write the index of the posts.

    Args:
        config: The config of the run.
        inputs: Its inputs.
        path: The file to write.
        policies: The policies that will be applied, if others than the config's: of each context only the terms stay
            that one of them may exclude.

    Returns:
        The index.

    Raises:
        ConfigError: The policy cannot be read.
        RightsError: A category of the policy has no letters; or a signal of others is about nothing.
        TablesError: The posts cannot be read.
    """
    applied = [load_rules(config)[0], *policies]
    categories = tuple(category for policy in applied for category in policy.excluded_contexts)
    terms = partial(rights.terms_of_contexts, categories=categories)
    linked = rights.LinkedSignals.of(inputs.rows(TableName.signals_of_others).rows.lazy())
    links = LinkSearch(rights.LINKING_COLUMNS, linked.found_in) if len(linked) else None
    posts, duplicates = inputs.files[TableName.posts], config.inputs.posts.duplicates
    return index_posts(posts, path, config.partitions, terms, duplicates, links)


def load_rules(config: Config) -> tuple[rights.Policy, rights.RegionSets]:
    """Read the policy and the region sets. Raises ConfigError or RightsError where one is missing or unusable."""
    return load_policy(config.rights.policy, config.root), load_regions(config.rights.regions, config.root)
