"""Write a trained student and its lexicon to one .npz file, in small types where that loses nothing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from redaction.detection.models.tagger.lexicon import Lexicon
from redaction.detection.models.tagger.tagger import FORMAT
from training.corpora import TYPES
from training.student import Student


def export(
    student: Student, lexicon: Lexicon, path: Path, *, offsets: tuple[float, ...] = (0, 0, 0), temperature: float = 1.0
) -> int:
    """Write the weights and return their size in bytes; `offsets` are log odds per type, in the order of TYPES."""
    arrays: dict[str, npt.NDArray[Any]] = {
        name: values.astype(np.float16) if values.dtype == np.float32 and values.ndim == 2 else values
        for name, values in student.arrays().items()
    }
    arrays |= {f"lexicon/{f.name}": getattr(lexicon, f.name) for f in fields(lexicon)}
    arrays |= {
        "format": np.array(FORMAT),
        "labels": np.array(TYPES),
        "offsets": np.array((0, *offsets), np.float32),
        "temperature": np.array(temperature, np.float32),
    }
    _write(path, arrays)
    return path.stat().st_size


def _write(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write an .npz file whose bytes depend only on its content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(arrays[name], order="C"), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED
            )
