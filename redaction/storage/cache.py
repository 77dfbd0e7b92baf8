"""Caches arrays that follow from installed libraries, models and code alone; nothing of any input is in them.

They are unpacked once per user and mapped into memory from then on, so processes start faster and share the memory. The
user's cache folder may be deleted at any time. Without it, the function that makes the arrays runs each time.
"""

import json
import os
import shutil
import stat
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

Arrays = Mapping[str, npt.NDArray[Any]]

_CHUNK: Final = 1 << 18
_CHECKSUMS: Final = "checksums.json"
"""Array name → CRC-32 of its file."""


def cached_arrays(name: str, make: Callable[[], Arrays], *modules: ModuleType) -> Arrays:
    """Return the read-only arrays that `make` returns, or returned when the same code last called it with this name.

    Args:
        name: a file name that identifies everything the arrays follow from except code, such as a library's version.
        make: makes the arrays; their names are used as file names, and none holds Python objects. A change of the file
            that defines it makes the arrays anew.
        modules: other modules of this project that the arrays follow from.

    Returns:
        The arrays by name.
    """
    cache = _cache_folder()
    if cache is None:
        return make()
    code = sha256()
    for file in (make.__code__.co_filename, *(str(module.__file__) for module in modules)):
        code.update(Path(file).read_bytes())
    folder = cache / f"{name}-{code.hexdigest()[:16]}"
    arrays = _read(folder)
    if arrays is None:
        arrays = make()
        _write(folder, arrays)
    return arrays


def _cache_folder() -> Path | None:
    """Return the folder if nobody else can write to it: what is read there decides what is redacted."""
    try:
        folder = user_cache_path("discreet")
        if not folder.is_absolute():
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat(follow_symlinks=False)
    except (OSError, RuntimeError):
        return None
    is_private = status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if stat.S_ISDIR(status.st_mode) and is_private else None


def _read(folder: Path) -> Arrays | None:
    """Return None where a file is missing or broken; a broken table might otherwise be read as one of zeros."""
    try:
        checksums = dict(json.loads((folder / _CHECKSUMS).read_bytes()))
        if any(_checksum(folder / f"{name}.npy") != checksum for name, checksum in checksums.items()):
            return None
        return {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in checksums}
    except (OSError, EOFError, ValueError, TypeError):
        return None


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _write(folder: Path, arrays: Arrays) -> None:
    """Write all files in a temporary folder and rename it; what another process has written meanwhile is left."""
    try:
        temporary = Path(mkdtemp(dir=folder.parent))
    except OSError:
        return
    try:
        draft = temporary / "draft"
        draft.mkdir(mode=0o700)
        for name, array in arrays.items():
            np.save(draft / f"{name}.npy", array, allow_pickle=False)
        checksums = {name: _checksum(draft / f"{name}.npy") for name in arrays}
        (draft / _CHECKSUMS).write_text(json.dumps(checksums), "ascii")
        if _read(folder) is None:
            if folder.exists():
                folder.rename(temporary / "broken")
            draft.rename(folder)
    except OSError:  # a full disk, or another process was first
        pass
    shutil.rmtree(temporary, ignore_errors=True)
