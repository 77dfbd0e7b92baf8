"""Reads a place as it is written: a path, or a URI."""

import re
from pathlib import Path
from typing import TypeAlias

import fsspec
from fsspec.registry import known_implementations
from upath import UPath

from redaction.storage.errors import StorageError
from redaction.storage.settings import StorageSettings

StoragePath: TypeAlias = Path | UPath
"""Where a file or a folder lies. `/`, `.name`, `.parent` and `str()` work on both, and both can be pickled."""

_URI = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.DOTALL)
_LOGIN = re.compile(r"[^/@]*@|[^/@:]*:(?!\d+(?:/|$))[^@]*@")
_SIGNED = re.compile(r"\?.*(sig|token|key|secret|credential)", re.IGNORECASE | re.DOTALL)
_LOCAL = ("file", "local")
_COPYING = ("simplecache", "filecache", "blockcache", "cached")
_EXTRAS = {"s3": "discreet[s3]", "s3a": "discreet[s3]"}
_NO_STORAGE = StorageSettings()


def is_uri(text: str) -> bool:
    """Whether it is meant as a URI."""
    return "://" in text


def parse_path(text: str, root: Path, storage: StorageSettings = _NO_STORAGE) -> StoragePath:
    """The place that a path or a URI names. A relative path starts at `root`; nothing is touched.

    Raises:
        StorageError: a URI that is none, that holds credentials, that would copy to a local disk, or whose file system
            is not known or not installed.
    """
    if not is_uri(text):
        return root / text
    protocol, rest = _parts(text)
    if protocol in _LOCAL:
        return root / rest
    if not rest.strip("/"):
        raise StorageError(f"{text}: names no bucket; write it as {protocol}://bucket/folder")
    if protocol not in known_implementations and protocol not in fsspec.available_protocols():
        raise StorageError(f"{protocol}://…: no file system of that name; correct the URI")
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError:
        problem = f"the file system of {protocol}:// is not installed; {_install(protocol)}"
    else:
        # A listing that is kept would hide what others write, so none is kept.
        place: UPath = UPath(text.rstrip("/"), **storage.of(protocol), use_listings_cache=False)
        return place
    raise StorageError(problem)


def resolve_path(place: StoragePath) -> StoragePath:
    """The same place by its whole name, links resolved."""
    return place.resolve() if isinstance(place, Path) else place


def _parts(text: str) -> tuple[str, str]:
    match = _URI.fullmatch(text)
    if match is None or "::" in text or match[1] in _COPYING:
        raise StorageError("a URI is protocol://bucket/path, without :: or a cache, which would keep raw text on disk")
    if _LOGIN.match(match[2]) or _SIGNED.search(match[2]):
        raise StorageError(f"{match[1]}://…: holds credentials; take them out and put them into the environment")
    return match[1], match[2]


def _install(protocol: str) -> str:
    if protocol in _EXTRAS:
        return f"pip install '{_EXTRAS[protocol]}'"
    told = str(known_implementations.get(protocol, {}).get("err", "install it")).rstrip(".")
    return told[0].lower() + told[1:]
