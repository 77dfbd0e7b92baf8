"""Find the files of a table, and account for everything else that is below its paths.

In posts, hidden paths (a part begins with `.` or `_`) are skipped and counted, as Spark, Hive and pyarrow skip them. In
every other table a file that is not read may hold a right, so it stops the run unless the config excludes it. Only two
kinds of file are passed over in silence, since they cannot hold a row: the empty markers of Spark and Hadoop jobs, and
the checksum of a file that is read, which is at most a sixty-fourth of its size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import Field

from redaction.base_model import FrozenModel
from redaction.storage import (
    Entry,
    EntryKind,
    StorageError,
    StoragePath,
    StorageSettings,
    exists,
    expand_glob,
    file_size,
    is_file,
    is_folder,
    list_files,
    list_names,
    parse_path,
    resolve_path,
    walk,
)
from redaction.tables.errors import TablesError
from redaction.tables.schemas import Table, TableName
from redaction.tables.settings import Format, TableSettings

_SUFFIXES: Final = {
    Format.parquet: (".parquet",),
    Format.csv: (".csv",),
    Format.jsonl: (".jsonl", ".ndjson"),
    Format.arrow: (".arrow", ".feather", ".ipc"),
}
"""The suffixes of files that are read from a folder. A file that a path or a glob names may have any."""

TABLE_FORMATS: Final = (Format.delta, Format.iceberg)
"""Formats of which a path names a whole table, whose own metadata says which files are read."""

_MARKERS: Final = ("_SUCCESS", "*_$folder$")
_LARGEST_CHECKSUM: Final = 64
_MOST_NAMED: Final = 20
"""How many files that are not read are named."""
_TABLE_FOLDERS: Final = {"_delta_log": "a Delta table", ".hoodie": "a Hudi table"}
_ICEBERG: Final = "an Iceberg table"


class UnreadFiles(FrozenModel):
    """How many files below the paths of a table are not read."""

    hidden: int = Field(default=0, ge=0, description="Part of their path begins with `.` or `_`, or no row fits in.")
    excluded: int = Field(default=0, ge=0, description="The config excludes them.")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files of a table, sorted by path, and how many others are below its paths."""

    paths: list[StoragePath]
    unread: UnreadFiles


def search_files(table: Table, settings: TableSettings, root: Path, storage: StorageSettings) -> FoundFiles:
    """Find the table's files: see `find_files`. A file that several paths name is read once."""
    search, errors = _Search(table, settings), list[TablesError]()
    for text in settings.path:
        try:
            search.add(text, _parse(table, text, root, storage))
        except TablesError as error:
            errors.append(error)
    try:
        found = search.finish()
    except TablesError as error:
        errors.append(error)
    if errors:
        problem = TablesError.of(errors)
        raise problem
    return found


def _parse(table: Table, text: str, root: Path, storage: StorageSettings) -> StoragePath:
    try:
        return parse_path(str(Path(text).expanduser()) if text.startswith("~") else text, root, storage)
    except RuntimeError:
        raise TablesError(f"inputs.{table.name}.path: {text}: no such user; write the whole path") from None


class _Search:
    """One search: what was found so far, and what is left to explain."""

    def __init__(self, table: Table, settings: TableSettings) -> None:
        self._key = f"inputs.{table.name}"
        self._settings = settings
        self._suffixes = _SUFFIXES.get(settings.format, ())
        self._skips_hidden = table.name is TableName.posts
        self._found: dict[str, StoragePath] = {}
        self._hidden, self._sidecars = list[Entry](), list[Entry]()
        self._unread: list[tuple[Entry, str]] = []
        self._excluded = 0
        self._seen = 0
        self._folders: dict[str, StoragePath] = {}

    def add(self, text: str, path: StoragePath) -> None:
        """Add what one path of the config names."""
        before = self._seen
        try:
            if self._settings.format in TABLE_FORMATS:
                if is_folder(path) or is_file(path):
                    self._read(path)
            elif is_folder(path):
                self._check(path)
                self._add_folder(path, "")
            elif is_file(path):
                self._check(path.parent)
                self._read(path)
            elif exists(path):
                raise TablesError(f"{self._key}.path: {text}: is {_problem(path)}; name a file or a folder")
            else:
                for match, name in expand_glob(path):
                    self._add_match(match, name, PurePosixPath(text).parts)
        except StorageError as error:
            if not isinstance(path, Path):
                raise
            raise TablesError(f"{self._key}.path: {error}, or name it in {self._key}.exclude") from None
        except OSError as error:
            if not isinstance(path, Path):
                raise
            raise TablesError(
                f"{self._key}.path: {text}: cannot be listed ({type(error).__name__}); correct its permissions, or "
                f"name what cannot be read in {self._key}.exclude"
            ) from None
        if before == self._seen:
            raise TablesError(f"{self._key}.path: {text}: no such {self._what} file, folder or glob; correct the path")

    def finish(self) -> FoundFiles:
        """Return the files. Raises TablesError where something below the paths is neither read nor explained."""
        for folder in self._folders.values():
            self._refuse_table(folder, _table_kind(folder))
        read = {str(path) for path in self._found.values()}
        unread = self._unread + [(e, f"not a {self._suffixes[0]} file") for e in self._sidecars if not _safe(e, read)]
        if not self._skips_hidden:
            unread += [(entry, "is hidden") for entry in self._hidden if not _safe(entry, read)]
        if unread:
            problem = TablesError.of([self._unread_error(entry, why) for entry, why in unread[:_MOST_NAMED]])
            raise problem
        if not self._found and self._seen:
            raise TablesError(f"{self._key}.path: every file below it is hidden or excluded; correct the path")
        paths = sorted(self._found.values(), key=lambda path: str(path).split("/"))
        hidden = sum(map(_count, self._hidden)) + len(self._sidecars)
        return FoundFiles(paths, UnreadFiles(hidden=hidden, excluded=self._excluded))

    def _unread_error(self, entry: Entry, why: str) -> TablesError:
        return TablesError(
            f"{self._key}.path: {_without_values(entry.relative)}: {why}; it may hold rows that would be missed: "
            f"remove it, give it as a path of its own, or name it in {self._key}.exclude"
        )

    @property
    def _what(self) -> str:
        name = self._settings.format.value
        return name.upper() if self._settings.format in {Format.csv, Format.jsonl} else name.capitalize()

    def _read(self, path: StoragePath) -> None:
        self._seen += 1
        self._found.setdefault(str(resolve_path(path)), path)

    def _add_folder(self, folder: StoragePath, relative: str) -> None:
        """Add what is below a folder, whose own path may well be hidden."""

        def is_hidden(path: str) -> bool:
            return any(map(_is_hidden_name, path[len(relative) :].split("/")))

        for entry in walk(folder, lambda path: self._is_excluded(path) or is_hidden(path), relative):
            self._add_entry(entry, hidden=is_hidden(entry.relative))

    def _add_match(self, path: StoragePath, name: str, pattern: Sequence[str]) -> None:
        hidden = any(_is_hidden_name(part) and not _is_named(part, pattern) for part in name.split("/"))
        if hidden or self._is_excluded(name):
            self._add_entry(Entry(path, name, EntryKind.PRUNED), hidden=hidden)
        elif is_folder(path):
            self._check(path)
            self._add_folder(path, name)
        elif is_file(path):
            self._check(path.parent)
            self._read(path)
        else:
            self._add_entry(Entry(path, name, _problem(path)), hidden=False)

    def _add_entry(self, entry: Entry, *, hidden: bool) -> None:
        self._seen += 1
        for name, kind in _TABLE_FOLDERS.items():
            self._refuse_table(entry.path, kind if name in entry.relative.split("/") else None)
        if entry.path.name.endswith(".metadata.json") and entry.path.parent.name == "metadata":
            self._refuse_table(entry.path, _ICEBERG)
        if entry.path.name == "metadata":
            self._check(entry.path.parent)
        if self._is_excluded(entry.relative):
            self._excluded += _count(entry)
        elif hidden:
            self._hidden.append(entry)
        elif entry.kind is not EntryKind.FILE:
            self._unread.append((entry, f"is {entry.kind}"))
        elif entry.path.suffix in self._suffixes:
            self._read(entry.path)
        elif entry.path.suffix == ".crc" or _is_marker(entry.path.name):
            self._sidecars.append(entry)
        else:
            self._unread.append((entry, f"not a {self._suffixes[0]} file{self._hint(entry)}"))

    def _hint(self, entry: Entry) -> str:
        """Return how to read a file whose suffix is that of another format."""
        formats = [name for name, suffixes in _SUFFIXES.items() if entry.path.suffix in suffixes]
        return f" (if all files are of its format, set {self._key}.format: {formats[0]})" if formats else ""

    def _is_excluded(self, relative: str) -> bool:
        names = [relative, *relative.split("/")]
        return any(fnmatchcase(name, pattern.strip("/")) for pattern in self._settings.exclude for name in names)

    def _check(self, folder: StoragePath) -> None:
        """Note a folder, and those above it, to be checked for the log of a table."""
        self._folders |= {str(each): each for each in (folder, *folder.parents)}

    def _refuse_table(self, path: StoragePath, kind: str | None) -> None:
        """Refuse files of a table of another format: its own log says which of them still hold rows."""
        if kind is None:
            return
        name = kind.split()[1].lower()
        mend = (
            f"set {self._key}.format: {name}, and {self._key}.path to the folder of the table"
            if name in TABLE_FORMATS
            else "export its rows as Parquet"
        )
        raise TablesError(
            f"{self._key}.path: {_without_values(path.name)}: is of {kind}; its files alone would bring "
            f"deleted rows back: {mend}"
        )


def _table_kind(folder: StoragePath) -> str | None:
    for name, kind in _TABLE_FOLDERS.items():
        if is_folder(folder / name):
            return kind
    metadata = folder / "metadata"
    if is_folder(metadata) and any(name.endswith(".metadata.json") for name in list_names(metadata)):
        return _ICEBERG
    return None


def _without_values(relative: str) -> str:
    """Return a path for a message, without the values of `key=value` parts: they may be ids."""
    parts = (part.partition("=") for part in relative.split("/"))
    return "/".join(f"{key}=…" if equals else key for key, equals, _ in parts)


def _is_hidden_name(name: str) -> bool:
    return name.startswith((".", "_"))


def _is_named(part: str, pattern: Sequence[str]) -> bool:
    """Return whether a part of a glob that begins with `.` or `_` itself matches a hidden name."""
    return any(_is_hidden_name(each) and fnmatchcase(part, each) for each in pattern)


def _is_marker(name: str) -> bool:
    return any(fnmatchcase(name, marker) for marker in _MARKERS)


def _safe(entry: Entry, read: set[str]) -> bool:
    """Return whether a file cannot hold a row: an empty marker of a job, or the checksum of a file that is read."""
    path = entry.path
    if not is_file(path):
        return False
    if _is_marker(path.name):
        return file_size(path) == 0
    names = {path.name.removesuffix(".crc"), path.name.removeprefix(".").removesuffix(".crc")}
    checked = [path.parent / name for name in names if path.name.endswith(".crc") and str(path.parent / name) in read]
    return bool(checked) and file_size(path) <= _LARGEST_CHECKSUM + file_size(checked[0]) // 64


def _problem(path: StoragePath) -> EntryKind:
    return EntryKind.SPECIAL if path.exists() else EntryKind.DANGLING


def _count(entry: Entry) -> int:
    """Return how many files an entry is or holds."""
    return max(len(list_files(entry.path)), 1) if is_folder(entry.path) else 1
