"""Where do files lie? On a local disk, or in a store that fsspec knows: one face for both.

A place is a `pathlib.Path`, or for a URI a `UPath`. Reading asks a store for ranges of an object and keeps nothing of
it on disk. What a store refuses is one line without credentials; a missing object is a `FileNotFoundError`, as here.
"""

from redaction.storage.errors import PlaceError
from redaction.storage.files import (
    below,
    download,
    is_file,
    is_folder,
    matches,
    names_in,
    open_binary,
    read_bytes,
    remove,
    sha256_file,
    size_of,
    stamp,
    sync,
    upload,
    write_whole,
)
from redaction.storage.parquet import give_memory_back, open_parquet, row_groups, scan
from redaction.storage.settings import StorageSettings
from redaction.storage.uri import Place, is_uri, place_of, whole

__all__ = [
    "Place",
    "PlaceError",
    "StorageSettings",
    "below",
    "download",
    "give_memory_back",
    "is_file",
    "is_folder",
    "is_uri",
    "matches",
    "names_in",
    "open_binary",
    "open_parquet",
    "place_of",
    "read_bytes",
    "remove",
    "row_groups",
    "scan",
    "sha256_file",
    "size_of",
    "stamp",
    "sync",
    "upload",
    "whole",
    "write_whole",
]
