"""Tables that are packed, or follow from other tables, made once for a user and mapped into memory from then on.

A build that has little to do would spend a good part of its time making them, and so would each worker. They follow
from the installed libraries, models and code alone: nothing of any input is in them. They lie in the user's cache
folder (`$XDG_CACHE_HOME/discreet`, or `~/.cache/discreet`) and may be deleted at any time. Where nothing can be kept,
they are made each time.
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

Arrays = Mapping[str, npt.NDArray[Any]]

_FOLDER: Final = "discreet"
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_DIGITS: Final = 16
_ROOM: Final = 1 << 18
_SUMS: Final = "sums.json"
"""Names the arrays, and has a checksum of the file of each."""


def unpacked(name: str, unpack: Callable[[], Arrays], *beside: ModuleType) -> Arrays:
    """What `unpack` gives, or gave when it was last called under this name by the same code; not to be changed.

    Args:
        name: a file name that tells all that the arrays follow from but code, such as a library and its version.
        unpack: makes the arrays, named as files may be, none of them of Python objects. The file that it stands in is
            taken for its code.
        beside: the other modules of this program that the arrays follow from.
    """
    folder = _cache()
    if folder is None:
        return unpack()
    code = sha256()
    for file in (unpack.__code__.co_filename, *(str(module.__file__) for module in beside)):
        code.update(Path(file).read_bytes())
    named = f"{name}-{code.hexdigest()[:_DIGITS]}"
    found = _read(folder / named)
    if found is None:
        found = unpack()
        _write(folder, named, found)
    return found


def _cache() -> Path | None:
    """The folder, if it can be had and nobody else can write there: what is read there decides what is kept."""
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        folder = (told if told.is_absolute() else Path.home() / ".cache") / _FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.stat(follow_symlinks=False)
    except (OSError, RuntimeError):
        return None
    own = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & _OTHERS_MAY_WRITE
    return folder if own else None


def _read(folder: Path) -> Arrays | None:
    """None where there is nothing, or something is broken or missing: a table of zeros would be read as a table."""
    try:
        sums = dict(json.loads((folder / _SUMS).read_bytes()))
        files = {name: folder / f"{name}.npy" for name in sums}
        if [_sum(file) for file in files.values()] != list(sums.values()):
            return None
        return {name: np.load(file, mmap_mode="r", allow_pickle=False) for name, file in files.items()}
    except (OSError, EOFError, ValueError, TypeError):
        return None


def _sum(file: Path) -> int:
    """Read, not mapped: most pages are never looked at again, and a small room stays in the cache."""
    total, room = 0, memoryview(bytearray(_ROOM))
    with file.open("rb", buffering=0) as content:
        while size := content.readinto(room):
            total = zlib.crc32(room[:size], total)
    return total


def _write(cache: Path, name: str, arrays: Arrays) -> None:
    """Puts all in place in one step, instead of what is broken; what another process has put there whole meanwhile
    stays. A full disk leaves nothing behind.
    """
    try:
        room = Path(mkdtemp(dir=cache))
    except OSError:
        return
    try:
        draft = room / "draft"
        draft.mkdir(mode=0o700)
        for each, array in arrays.items():
            np.save(draft / f"{each}.npy", array, allow_pickle=False)
        sums = {each: _sum(draft / f"{each}.npy") for each in arrays}
        (draft / _SUMS).write_text(json.dumps(sums), "ascii")
        if _read(cache / name) is None:
            if (cache / name).exists():
                (cache / name).rename(room / "broken")
            draft.rename(cache / name)
    except OSError:  # also where another process was first
        pass
    shutil.rmtree(room, ignore_errors=True)
