"""Tables that are packed, or follow from other tables, made once for a user and mapped into memory from then on.

A build that has little to do would spend a good part of its time making them, and so would each worker. They follow
from the installed libraries, models and code alone: nothing of any input is in them. They lie in the user's cache
folder (`$XDG_CACHE_HOME/discreet`, or `~/.cache/discreet`) and may be deleted at any time. Where nothing can be kept,
they are made each time.
"""

import os
import shutil
import stat
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]

_FOLDER: Final = "discreet"
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_DIGITS: Final = 16


def unpacked(name: str, unpack: Callable[[], Arrays]) -> Arrays:
    """What `unpack` gives, or gave when it was last called under this name by the same code; not to be changed.

    Args:
        name: a file name that tells all that the arrays follow from, such as a library and its version.
        unpack: makes the arrays, named as files may be, none of them of Python objects. The file that it stands in is
            taken for its code.
    """
    folder = _cache()
    if folder is None:
        return unpack()
    code = sha256(Path(unpack.__code__.co_filename).read_bytes()).hexdigest()
    named = f"{name}-{code[:_DIGITS]}"
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
    """None where there is nothing, or something is broken."""
    try:
        files = sorted(folder.iterdir())
        return {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in files} or None
    except (OSError, EOFError, ValueError):
        return None


def _write(cache: Path, name: str, arrays: Arrays) -> None:
    """Puts all in place in one step, instead of what is broken; a full disk leaves nothing behind. What is in place is
    on the disk, too: after a crash a file of zeros would be read as the table that it should hold.
    """
    try:
        draft = Path(mkdtemp(dir=cache))
    except OSError:
        return
    try:
        for each, array in arrays.items():
            with (draft / f"{each}.npy").open("xb") as file:
                np.save(file, array, allow_pickle=False)
                os.fsync(file.fileno())
        shutil.rmtree(cache / name, ignore_errors=True)
        draft.rename(cache / name)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
