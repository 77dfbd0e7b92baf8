"""Parse a path or a URI into the type that the other functions of this package take."""

import re
from pathlib import Path
from typing import TypeAlias

import fsspec
from fsspec.registry import known_implementations
from upath import UPath

from redaction.storage.objects import StorageError
from redaction.storage.settings import StorageSettings

StoragePath: TypeAlias = Path | UPath
"""A file or folder, local or in a store. `/`, `.name`, `.parent` and `str()` work on both; both can be pickled."""

_URI = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.DOTALL)
_LOGIN = re.compile(r"[^/@]*@|[^/@:]*:(?!\d+(?:/|$))[^@]*@")
_SIGNED = re.compile(r"\?.*(sig|token|key|secret|credential)", re.IGNORECASE | re.DOTALL)
_LOCAL = ("file", "local")
_CACHING = ("simplecache", "filecache", "blockcache", "cached")
_EXTRAS = {"s3": "discreet[s3]", "s3a": "discreet[s3]"}
_NO_OPTIONS = StorageSettings()


def is_uri(text: str) -> bool:
    """Return whether the text is meant as a URI."""
    return "://" in text


def parse_path(text: str, root: Path, storage: StorageSettings = _NO_OPTIONS) -> StoragePath:
    """Parse a path or a URI, without any access to the disk or the store.

    Args:
        text: A path or a URI such as `s3://bucket/folder`.
        root: The folder that a relative path starts from.
        storage: Options of the store's file system.

    Returns:
        A `Path` for a path or a `file://` URI, otherwise a `UPath`.

    Raises:
        StorageError: An invalid URI, one with credentials, one that would cache on a local disk, or a file system that
            is unknown or not installed.
    """
    if not is_uri(text):
        return root / text
    protocol, rest = _split(text)
    if protocol in _LOCAL:
        return root / rest
    if not rest.strip("/"):
        raise StorageError(f"{text}: names no bucket; write it as {protocol}://bucket/folder")
    if protocol not in known_implementations and protocol not in fsspec.available_protocols():
        raise StorageError(f"{protocol}://…: no file system of that name; correct the URI")
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError:
        problem = f"the file system of {protocol}:// is not installed; {_install_hint(protocol)}"
    else:
        # A cached listing would hide what other processes write.
        path: UPath = UPath(text.rstrip("/"), **storage.of(protocol), use_listings_cache=False)
        return path
    raise StorageError(problem)


def resolve_path(path: StoragePath) -> StoragePath:
    """Return the absolute path with links resolved; a URI unchanged."""
    return path.resolve() if isinstance(path, Path) else path


def _split(text: str) -> tuple[str, str]:
    match = _URI.fullmatch(text)
    if match is None or "::" in text or match[1] in _CACHING:
        raise StorageError("a URI is protocol://bucket/path, without :: or a cache, which would keep raw text on disk")
    if _LOGIN.match(match[2]) or _SIGNED.search(match[2]):
        raise StorageError(f"{match[1]}://…: holds credentials; remove them and put them into the environment")
    return match[1], match[2]


def _install_hint(protocol: str) -> str:
    if protocol in _EXTRAS:
        return f"pip install '{_EXTRAS[protocol]}'"
    hint = str(known_implementations.get(protocol, {}).get("err", "install it")).rstrip(".")
    return hint[0].lower() + hint[1:]
