"""Read and write files by path or URI: a local disk and any fsspec store behind the same functions.

A `StoragePath` is a `pathlib.Path`, or for a URI a `UPath`. Nothing is cached on disk. A store's error becomes a
`StorageError` of one line without credentials; a missing file is a `FileNotFoundError` everywhere.
"""

from redaction.storage.atomic import make_folders, remove, sync, upload, write_atomic
from redaction.storage.files import (
    download,
    etag,
    file_size,
    is_file,
    is_folder,
    list_files,
    list_names,
    open_binary,
    read_bytes,
    sha256_file,
)
from redaction.storage.objects import StorageError
from redaction.storage.parquet import open_parquet, release_free_memory, row_groups, scan
from redaction.storage.paths import StoragePath, is_uri, parse_path, resolve_path
from redaction.storage.settings import StorageSettings
from redaction.storage.walk import Entry, EntryKind, exists, expand_glob, walk

__all__ = [
    "Entry",
    "EntryKind",
    "StorageError",
    "StoragePath",
    "StorageSettings",
    "download",
    "etag",
    "exists",
    "expand_glob",
    "file_size",
    "is_file",
    "is_folder",
    "is_uri",
    "list_files",
    "list_names",
    "make_folders",
    "open_binary",
    "open_parquet",
    "parse_path",
    "read_bytes",
    "release_free_memory",
    "remove",
    "resolve_path",
    "row_groups",
    "scan",
    "sha256_file",
    "sync",
    "upload",
    "walk",
    "write_atomic",
]
