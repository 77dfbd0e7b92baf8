"""Where do files lie? On a local disk, or in a store that fsspec knows: one face for both.

A place is a `pathlib.Path`, or for a URI a `UPath`. Reading asks a store for ranges of an object and keeps nothing of
it on disk. What a store refuses is one line without credentials; a missing object is a `FileNotFoundError`, as here.
"""

from redaction.storage.errors import StorageError
from redaction.storage.files import (
    download,
    etag,
    file_size,
    glob_files,
    is_file,
    is_folder,
    list_files,
    list_names,
    open_binary,
    read_bytes,
    remove,
    sha256_file,
    sync,
    upload,
    write_atomic,
)
from redaction.storage.parquet import open_parquet, release_free_memory, row_groups, scan
from redaction.storage.settings import StorageSettings
from redaction.storage.uri import StoragePath, is_uri, parse_path, resolve_path

__all__ = [
    "StorageError",
    "StoragePath",
    "StorageSettings",
    "download",
    "etag",
    "file_size",
    "glob_files",
    "is_file",
    "is_folder",
    "is_uri",
    "list_files",
    "list_names",
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
    "write_atomic",
]
