"""Opens the five tables, indexes the posts and digests what was read."""

import hashlib
from dataclasses import dataclass

import polars as pl

from redaction.config import Config
from redaction.storage import etag
from redaction.tables import TABLES, LoadedTable, TableFile, TableName, digest_files, find_files, open_file, read_table

PROFILE_RIGHTS = ["user_id", "birth_date", "account_status", "education", "updated_at"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of each table, columns checked. A table that the config leaves out has none."""

    files: dict[TableName, list[TableFile]]

    def rows(self, name: TableName, columns: list[str] | None = None) -> LoadedTable:
        """A whole table in memory; not for posts."""
        return read_table(TABLES[name], self.files[name], columns)

    def digests(self) -> dict[str, str]:
        """For each table a sha256 over the content of its files."""
        return {name.value: digest_files([f.path for f in files]) for name, files in self.files.items()}

    @property
    def places(self) -> str:
        """A sha256 over names, sizes and times of all files: cheap to ask before every step of a build."""
        whole = hashlib.sha256()
        for name, files in sorted(self.files.items()):
            for file in files:
                whole.update(f"{name} {file.path} {etag(file.path)}\n".encode())
        return whole.hexdigest()

    def rights_tables(self) -> dict[TableName, pl.DataFrame]:
        """What the rules need beside the posts: profiles without their texts, ledger, signals, objections."""
        ledger = (TableName.rights_events, TableName.region_signals, TableName.objections)
        tables = {name: self.rows(name).rows for name in ledger}
        return {TableName.profiles: self.rows(TableName.profiles, PROFILE_RIGHTS).rows} | tables


def open_inputs(config: Config) -> Inputs:
    """Finds every file and checks its columns.

    Raises:
        TablesError: a file that is missing, cut short, or has a column missing or of the wrong type.
    """
    files: dict[TableName, list[TableFile]] = {}
    for name, table in TABLES.items():
        settings = getattr(config.inputs, name)
        paths = find_files(table, settings, config.root, config.storage) if settings else []
        files[name] = [open_file(table, settings, path) for path in paths]
    return Inputs(files)
